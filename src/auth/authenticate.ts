// Who a client is (reference client.md 5.1, 5.2): no authentication, a token, one user, or lists of users and of keys.
import { timingSafeEqual } from 'node:crypto'
import type { ConnectFields } from '../wire/connect.ts'
import type { OperatorSettings } from './authenticate_jwt.ts'
import type { CalloutSettings } from './callout.ts'
import type { Identity, PasswordQuestion } from './identity.ts'
import { is_bcrypt } from './bcrypt.ts'
import { is_signed_by } from './nkey.ts'
import type { UserPermissions } from './user_permissions.ts'

export interface UserSettings {
  /** The name; empty for who comes with a key. */
  user: string
  password: string
  /** The public key; empty for who comes with a password. */
  nkey: string
  /** Number of the account. */
  account: number
  /** Absent: everything. */
  permissions?: UserPermissions
  /** Empty: every kind of connection. */
  allowed_connection_types: string[]
  /** It may come by a trusted proxy only. */
  proxy_required?: true
}

/** Plain data: it crosses threads. */
export interface AuthSettings {
  /** What users may be bound to. */
  connection_type: 'STANDARD' | 'WEBSOCKET'
  required: boolean
  timeout_ms: number
  token: string
  /** The single user; empty: none. */
  user: string
  password: string
  /** So may who comes with the token, or as the single user. */
  proxy_required: boolean
  /** Keys of proxies. */
  proxies: readonly string[]
  users: UserSettings[]
  /** Some users come with a key, or by a proxy that has one: every client is told a nonce to sign. */
  nonce: boolean
  /** The embedding program is asked before anything of this counts, and by everybody. */
  asks_hook?: boolean
  /** Clients without credentials become this user, by name or key; empty: none. */
  no_auth_user: string
  /** Who says of others whether they may come in; null: nobody. */
  callout: CalloutSettings | null
  /** Everybody comes with a token; null: nobody does. */
  operator: OperatorSettings | null
}

export const DEFAULT_ACCOUNT = 0

/** Nobody gets in without a CONNECT, or without what stands for one. */
export const is_connect_due = ({ required, asks_hook }: AuthSettings): boolean => required || asks_hook === true

/** The identity behind a CONNECT, or what it depends on; null: refused. `nonce`: what the client was told to sign. */
export function authenticate(
  settings: AuthSettings,
  connect: ConnectFields,
  nonce: string,
): Identity | PasswordQuestion | null {
  const { user = '', pass = '', auth_token = '' } = connect
  if (!settings.required) return { account: DEFAULT_ACCOUNT, user: '', label: '' }
  if (settings.users.length > 0) return authenticate_user(settings, connect, nonce)
  if (settings.token !== '') {
    const identity = { account: DEFAULT_ACCOUNT, user: '[REDACTED]', label: 'token', ...by_proxy(settings) }
    return judge_password(auth_token, settings.token, identity)
  }
  const identity = { account: DEFAULT_ACCOUNT, user, label: `user:${user}`, ...by_proxy(settings) }
  return user === settings.user ? judge_password(pass, settings.password, identity) : null
}

/** Who a client without any CONNECT is, if it may be anybody. */
export function anonymous_identity(settings: AuthSettings): Identity | null {
  const { no_auth_user, users } = settings
  if (no_auth_user === '') return null
  const found = users.find((each) => (each.nkey || each.user) === no_auth_user)
  return found !== undefined && is_allowed(settings, found) ? identity_of(found) : null
}

const by_proxy = (
  { proxy_required }: { readonly proxy_required?: boolean | undefined },
): Pick<Identity, 'proxy_required'> => proxy_required ? { proxy_required } : {}

function is_allowed({ connection_type }: AuthSettings, { allowed_connection_types: types }: UserSettings): boolean {
  return types.length === 0 || types.includes(connection_type)
}

function authenticate_user(settings: AuthSettings, connect: ConnectFields, nonce: string) {
  const { user = '', pass = '', auth_token = '', nkey = '', sig = '' } = connect
  if (nkey !== '') {
    const found = settings.users.find((each) => each.nkey === nkey)
    return found !== undefined && is_allowed(settings, found) && is_signed_by(nkey, nonce, sig)
      ? identity_of(found)
      : null
  }
  if (user === '' && pass === '' && auth_token === '' && settings.no_auth_user !== '') {
    return anonymous_identity(settings)
  }
  const found = settings.users.find((each) => each.nkey === '' && each.user === user)
  return found !== undefined && is_allowed(settings, found)
    ? judge_password(pass, found.password, identity_of(found))
    : null
}

function identity_of({ account, user, nkey, permissions, proxy_required }: UserSettings): Identity {
  const label = nkey === '' ? `user:${user}` : `nkey:${nkey}`
  return { account, user: nkey || user, label, ...(permissions && { permissions }), ...by_proxy({ proxy_required }) }
}

/** Nobody gets in by saying a hash. */
function judge_password(given: string, expected: string, identity: Identity): Identity | PasswordQuestion | null {
  if (is_bcrypt(expected)) return { password: given, hash: expected, identity }
  return equal_secret(given, expected) ? identity : null
}

/** Compares in a time that does not tell how much of the secret was right. */
export function equal_secret(given: string, expected: string): boolean {
  const length = Math.max(given.length, expected.length, 1) * 4
  const a = new Uint8Array(length), b = new Uint8Array(length)
  const encoder = new TextEncoder()
  encoder.encodeInto(given, a)
  encoder.encodeInto(expected, b)
  return timingSafeEqual(a, b) && given.length === expected.length
}
