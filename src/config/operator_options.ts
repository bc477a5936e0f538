// operator, resolver, resolver_preload and what belongs to them (reference client.md 5.7): the trust of the server, as it is signed.
import { readFileSync } from 'node:fs'
import { type ClaimedAccount, read_account } from '../auth/account_claims.ts'
import { type Claims, flag, is_key, read_jwt, text, texts } from '../auth/jwt.ts'
import { system_error_text } from '../base/system_error.ts'
import { read_resolver, type ResolverOptions, url_resolver } from './resolver_options.ts'
import type { Value } from './parser.ts'
import { FieldError, go_type, type Problems } from './problems.ts'
import { string_of, strings_of } from './rows.ts'
import { quote } from './values.ts'

/** What an operator's own token says of it. */
export type SignedOperator = Pick<Claims, 'name' | 'audience' | 'issued_at_s' | 'expires_s'>

export interface OperatorOptions {
  /** Absent: only their keys are known. */
  operators?: SignedOperator[]
  /** Keys whose signature makes an account one of ours: of operators, and their signing keys. */
  trusted_keys: string[]
  /** Accounts are signed by signing keys only, and so are users. */
  strict_signing_keys: boolean
  /** The key of the account that the operator names; empty: none. */
  system_account: string
  /** In the order of the file. */
  accounts: ClaimedAccount[]
  /** Only these may have users; empty: all. */
  pinned_accounts: string[]
  /** Where accounts come from that are not in the file. */
  resolver: ResolverOptions
  /** The token of clients that come with nothing; '': they are refused. */
  default_sentinel: string
}

const TOKEN = /[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/

/** What the fields of one file say, put together when all are known. */
export class OperatorReader {
  readonly #problems: Problems
  #operators: Claims[] = []
  #trusted: string[] = []
  #pinned: string[] = []
  #preload: { value: Value; claims: Claims }[] = []
  #at: Value['position'] | null = null
  #resolver: ResolverOptions | null = null
  #sentinel = ''

  constructor(problems: Problems) {
    this.#problems = problems
  }

  /** operator: a token or a file, or several. */
  operator(value: Value): void {
    this.#at = value.position
    for (const item of value.kind === 'array' ? value.value : [value]) {
      const claims = read_jwt(token_of(string_of(item), item))
      if (claims === null || claims.type !== 'operator') {
        throw new FieldError(item.position, `${quote(string_of(item))} is no operator JWT`)
      }
      this.#operators.push(claims)
    }
  }

  trusted_keys(value: Value): void {
    this.#at = value.position
    this.#trusted = value.kind === 'string' ? [value.value] : strings_of(value, 'trusted keys')
    const wrong = this.#trusted.find((key) => !is_key(key, 'O'))
    if (wrong !== undefined) {
      throw new FieldError(value.position, `trusted key ${quote(wrong)} is no public operator key`)
    }
  }

  /** resolver: where accounts come from. */
  resolver(value: Value): void {
    this.#resolver = read_resolver(value, this.#problems)
  }

  preload(value: Value): void {
    if (value.kind !== 'map') {
      throw new FieldError(
        value.position,
        `preload should be a map of account_public_key:account_jwt, got ${go_type(value)}`,
      )
    }
    for (const [key, entry] of value.value) {
      this.#problems.collect(entry.position, () => {
        const claims = read_jwt(string_of(entry))
        if (claims === null || claims.type !== 'account' || claims.subject !== key) {
          throw new FieldError(entry.position, `invalid account JWT of ${quote(key)}`)
        }
        this.#preload.push({ value: entry, claims })
      })
    }
  }

  /** default_sentinel: the token of a user that may come without a signature. */
  sentinel(value: Value): void {
    const claims = read_jwt(string_of(value))
    if (claims?.type !== 'user' || !flag(claims.nats.bearer_token)) {
      throw new FieldError(value.position, 'default_sentinel needs to be a bearer JWT of a user')
    }
    this.#sentinel = string_of(value)
  }

  pinned(value: Value): void {
    this.#pinned = strings_of(value, 'resolver_pinned_accounts')
  }

  /** Null: there is no operator. */
  options(): OperatorOptions | null {
    if (this.#at === null) {
      for (const { value } of this.#preload.slice(0, 1)) {
        this.#problems.error(value.position, 'resolver_preload needs an operator or trusted keys')
      }
      return null
    }
    const strict = this.#operators.some(({ nats }) => flag(nats.strict_signing_key_usage))
    const own = strict ? [] : this.#operators.map(({ subject }) => subject)
    const trusted_keys = [...this.#trusted, ...own, ...this.#operators.flatMap(({ nats }) => texts(nats.signing_keys))]
    return {
      operators: this.#operators.map(({ name, audience, issued_at_s, expires_s }) => ({
        ...{ name, audience, issued_at_s, expires_s },
      })),
      trusted_keys,
      strict_signing_keys: strict,
      system_account: this.#operators.map(({ nats }) => text(nats.system_account)).find((key) => key !== '') ?? '',
      accounts: this.#preload.filter((each) => this.#is_trusted(each, trusted_keys)).map(({ claims }) =>
        read_account(claims)
      ),
      pinned_accounts: this.#pinned,
      default_sentinel: this.#sentinel,
      resolver: this.#resolver ?? this.#operators_resolver(),
    }
  }

  /** Where the operator says that its accounts are, if the file says nothing. */
  #operators_resolver(): ResolverOptions {
    const url = this.#operators.map(({ nats }) => text(nats.account_server_url)).find((each) => /^https?:/.test(each))
    return url === undefined ? { kind: 'memory' } : url_resolver(`${url.replace(/\/$/, '')}/accounts/`)
  }

  /** An account that somebody else has signed is left out, as if it had not been loaded. */
  #is_trusted({ value, claims }: { value: Value; claims: Claims }, trusted_keys: readonly string[]): boolean {
    if (trusted_keys.includes(claims.issuer)) return true
    this.#problems.notice(
      value.position,
      `account ${quote(claims.subject)} is not signed by a trusted key and is left out`,
    )
    return false
  }
}

/** The token itself, or that in the file of this name, with or without what the tools write around it. */
function token_of(said: string, value: Value): string {
  if (/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/.test(said)) return said
  try {
    return TOKEN.exec(readFileSync(said, 'utf8'))?.[0] ?? ''
  } catch (error) {
    throw new FieldError(value.position, `error reading operator JWT from ${quote(said)}: ${system_error_text(error)}`)
  }
}
