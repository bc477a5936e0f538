// Who a client turned out to be. Types only.
import type { UserPermissions } from './user_permissions.ts'

/** An accepted client. `label` is what logs show of it, '' without identity. */
export interface Identity {
  account: number
  /** As monitoring shows it. */
  user: string
  label: string
  /** Absent: everything. */
  permissions?: UserPermissions
  /** Of its own, beside those of its account; -1 and absent: none. */
  max_subscriptions?: number
  max_payload?: number
  /** Milliseconds since 1970; absent: it stays. */
  expires_ms?: number
  /** It may come by a trusted proxy only. */
  proxy_required?: true
  /** What it came with, where that is signed. */
  claims?: SignedClaims
}

export interface SignedClaims {
  readonly jwt: string
  /** Who has signed it. */
  readonly issuer_key: string
  /** Its own, and that of its account; '': none. */
  readonly name: string
  readonly account_name: string
  readonly tags: readonly string[]
}

/** The client is that one if its password is that of the hash, which another thread has to find out. */
export interface PasswordQuestion {
  readonly password: string
  readonly hash: string
  readonly identity: Identity
}
