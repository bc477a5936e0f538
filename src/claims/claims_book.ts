// The accounts that this server knows by their signed claims: from the file, from a folder, and as they come over NATS.
import { createHash } from 'node:crypto'
import { type ClaimedAccount, read_account } from '../auth/account_claims.ts'
import { holds_at, read_jwt } from '../auth/jwt.ts'
import { system_error_text } from '../base/system_error.ts'
import { claimed_accounts } from '../config/claimed_accounts.ts'
import type { OperatorOptions } from '../config/operator_options.ts'
import type { Options } from '../config/options.ts'
import { ClaimsDirectory } from './claims_directory.ts'

/** The accounts of the options become those of the book. `say`: what of them is left out. */
export function adopt_accounts(options: Options, book: ClaimsBook, wall_ms: number, say: (text: string) => void): void {
  options.operator = { ...options.operator!, accounts: book.accounts }
  options.accounts = claimed_accounts(book.accounts, Math.floor(wall_ms / 1000), say)
}

/** Claims that are not taken; the message says why. */
export class ClaimsError extends Error {
  override name = 'ClaimsError'
}

type Trust = Pick<OperatorOptions, 'trusted_keys' | 'resolver'>

const HASH_BYTES = 32

export class ClaimsBook {
  readonly #trust: Trust
  readonly #directory: ClaimsDirectory | null
  readonly #accounts = new Map<string, ClaimedAccount>()

  /** Reads the folder, if there is one. Throws an Error with the line for the operator. */
  constructor(operator: OperatorOptions) {
    this.#trust = operator
    const { resolver } = operator
    this.#directory = resolver.kind === 'full' || resolver.kind === 'cache' ? new ClaimsDirectory(resolver.dir) : null
    for (const token of this.#directory?.tokens() ?? []) this.#keep(token)
    this.fill(operator.accounts)
  }

  get accounts(): ClaimedAccount[] {
    return [...this.#accounts.values()]
  }

  /** '': it is not known. */
  token(key: string): string {
    return this.#accounts.get(key)?.token ?? ''
  }

  has(key: string): boolean {
    return this.#accounts.has(key)
  }

  /** Those of the file, unless newer ones are known. */
  fill(accounts: readonly ClaimedAccount[]): void {
    for (const account of accounts) {
      const known = this.#accounts.get(account.claims.key)
      if (known === undefined || known.issued_at_s < account.issued_at_s) {
        this.#accounts.set(account.claims.key, account)
      }
    }
  }

  /**
   * Claims have come. True: they are news. False: the same ones, or newer ones, are known. Throws ClaimsError. `key`: whose they
   * have to be; null: anybody's.
   */
  take(token: string, key: string | null, now_s: number): boolean {
    const account = this.#judge(token, key, now_s)
    const known = this.#accounts.get(account.claims.key)
    if (known !== undefined && (known.token === account.token || known.issued_at_s > account.issued_at_s)) return false
    if (known === undefined) this.#make_room()
    this.#write(account)
    this.#accounts.set(account.claims.key, account)
    return true
  }

  /** `keeps`: the file, under another name. Throws ClaimsError. */
  remove(key: string, keeps: boolean): void {
    if (!this.#accounts.has(key)) throw new ClaimsError(`account ${key} is not known`)
    try {
      this.#directory?.remove(key, keeps)
    } catch (error) {
      throw new ClaimsError(system_error_text(error))
    }
    this.#accounts.delete(key)
  }

  /** Files of a cache that are older go; the accounts stay as long as the server runs. */
  expire(before_ms: number): void {
    this.#directory?.expire(before_ms)
  }

  /** The same on servers that know the same, in whatever order it came. */
  hash(): Uint8Array {
    const sum = new Uint8Array(HASH_BYTES)
    for (const { token } of this.#accounts.values()) {
      const one = createHash('sha256').update(token, 'latin1').digest()
      for (let i = 0; i < HASH_BYTES; i++) sum[i] ^= one[i]
    }
    return sum
  }

  #judge(token: string, key: string | null, now_s: number): ClaimedAccount {
    const claims = read_jwt(token)
    if (claims === null || claims.type !== 'account') throw new ClaimsError('not an account JWT')
    if (key !== null && claims.subject !== key) throw new ClaimsError('subject does not match jwt content')
    if (!this.#trust.trusted_keys.includes(claims.issuer)) throw new ClaimsError('the issuer is not trusted')
    if (!holds_at(claims, now_s)) throw new ClaimsError('the claims do not hold at this time')
    return read_account(claims)
  }

  /** From the folder: what is not right there is not ours. */
  #keep(token: string): void {
    const claims = read_jwt(token)
    if (claims?.type !== 'account' || !this.#trust.trusted_keys.includes(claims.issuer)) return
    this.#accounts.set(claims.subject, read_account(claims))
  }

  #make_room(): void {
    const { resolver } = this.#trust
    if (resolver.kind !== 'full' && resolver.kind !== 'cache') return
    if (resolver.limit === 0 || this.#accounts.size < resolver.limit) return
    if (resolver.kind === 'full') throw new ClaimsError('jwt store is full')
    // Its file only: the account stays as long as the server runs.
    this.#directory?.remove(this.#accounts.keys().next().value!, false)
  }

  #write({ claims: { key }, token }: ClaimedAccount): void {
    try {
      this.#directory?.write(key, token)
    } catch (error) {
      throw new ClaimsError(system_error_text(error))
    }
  }
}
