// operator, resolver, resolver_preload and what belongs to them (reference client.md 5.7): the trust of the server, as it is signed.
import { readFileSync } from 'node:fs'
import { type ClaimedAccount, read_account } from '../auth/account_claims.ts'
import { type Claims, flag, is_key, read_jwt, text, texts } from '../auth/jwt.ts'
import { system_error_text } from '../base/system_error.ts'
import { read_resolver, type ResolverOptions, url_resolver } from './resolver_options.ts'
import type { Value } from './parser.ts'
import { FieldError, go_type, type Problems } from './problems.ts'
import { string_of, strings_of } from './rows.ts'
import { quote, ValueError } from './values.ts'

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

/** What the fields about operators have said. */
export interface OperatorFacts {
  readonly operators: readonly Claims[]
  readonly trusted_keys: readonly string[]
  readonly pinned_accounts: readonly string[]
  readonly sentinel: string
  /** Null: the file names none. */
  readonly resolver: ResolverOptions['kind'] | null
}

/** `{"` in base64. */
const TOKEN_START = 'eyJ'
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
    for (const said of operators_of(value)) {
      this.#problems.collect(value.position, () => {
        const token = token_of(said), claims = read_jwt(token)
        if (claims?.type === 'operator') this.#operators.push(claims)
        else throw new ValueError(`error parsing operator JWT: ${operator_fault(token, claims)}`)
      })
    }
  }

  trusted_keys(value: Value): void {
    this.#at = value.position
    this.#trusted = strings_of(value, 'trusted')
    for (const [i, key] of this.#trusted.entries()) {
      if (is_key(key, 'O')) continue
      const { position } = value.kind === 'array' ? value.value[i] : value
      this.#problems.error(position, `trust key ${quote(key)} required to be a valid public operator nkey`)
    }
  }

  /** resolver: where accounts come from. */
  resolver(value: Value): void {
    this.#resolver = read_resolver(value, this.#problems)
  }

  preload(value: Value): void {
    if (value.kind !== 'map') {
      throw new FieldError(value.position, 'preload should be a map of account_public_key:account_jwt')
    }
    for (const [key, entry] of value.value) {
      this.#problems.collect(entry.position, () => {
        if (entry.kind !== 'string') throw new ValueError('preload map value should be a string JWT')
        const claims = read_jwt(entry.value)
        if (claims === null || claims.type !== 'account') throw new ValueError('invalid account JWT')
        if (claims.subject === key) this.#preload.push({ value: entry, claims })
        else this.#problems.refusal(entry.position, `invalid account JWT of ${quote(key)}: it is another account's`)
      })
    }
  }

  /** default_sentinel: the token of a user that may come without a signature. */
  sentinel(value: Value): void {
    this.#sentinel = string_of(value)
  }

  pinned(value: Value): void {
    this.#pinned = strings_of(value, 'resolver_pinned_accounts')
  }

  /** What was said, for what only shows when everything is known. */
  get facts(): OperatorFacts {
    return {
      operators: this.#operators,
      trusted_keys: this.#trusted,
      pinned_accounts: this.#pinned,
      sentinel: this.#sentinel,
      resolver: this.#resolver?.kind ?? null,
    }
  }

  /** Null: there is no operator. */
  options(): OperatorOptions | null {
    if (this.#at === null) {
      for (const { value } of this.#preload.slice(0, 1)) {
        this.#problems.refusal(value.position, 'resolver_preload needs an operator or trusted keys')
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

function operator_fault(token: string, claims: Claims | null): string {
  if (token.split('.').length !== 3) return 'expected 3 chunks'
  return claims === null ? 'claim failed V2 signature verification' : 'not operator claim'
}

function operators_of(value: Value): string[] {
  const fault = (of: string) => new FieldError(value.position, `error parsing operators: unsupported type ${of}`)
  if (value.kind === 'string') return [value.value]
  if (value.kind !== 'array') throw fault(go_type(value))
  return value.value.map((item) => {
    if (item.kind !== 'string') throw fault(`${go_type(item)} where string is expected`)
    return item.value
  })
}

/** The token in the file of this name, with or without what the tools write around it, or the text itself. */
function token_of(said: string): string {
  try {
    return TOKEN.exec(readFileSync(said, 'utf8'))?.[0] ?? ''
  } catch (error) {
    if (said.startsWith(TOKEN_START)) return TOKEN.exec(said)?.[0] ?? ''
    throw new ValueError(`error parsing operator JWT: open ${said}: ${system_error_text(error)}`)
  }
}
