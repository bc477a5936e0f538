// Who a client is (reference client.md 5.1, 5.2): no authentication, a token, one user, or a list of users.
import { timingSafeEqual } from 'node:crypto'
import type { ConnectFields } from '../wire/connect.ts'

export interface UserSettings {
  user: string
  password: string
  /** Number of the account. */
  account: number
  /** Empty: every kind of connection. */
  allowed_connection_types: string[]
}

/** Plain data: it crosses threads. */
export interface AuthSettings {
  required: boolean
  timeout_ms: number
  token: string
  /** The single user; empty: none. */
  user: string
  password: string
  users: UserSettings[]
  /** Clients without credentials become this user; empty: none. */
  no_auth_user: string
}

/** An accepted client. `label` is what logs show of it, '' without identity. */
export interface Identity {
  account: number
  /** As monitoring shows it. */
  user: string
  label: string
}

export const DEFAULT_ACCOUNT = 0

/** The identity behind a CONNECT, or null: refused. */
export function authenticate(settings: AuthSettings, connect: ConnectFields): Identity | null {
  const { user = '', pass = '', auth_token = '' } = connect
  if (!settings.required) return { account: DEFAULT_ACCOUNT, user: '', label: '' }
  if (settings.users.length > 0) return authenticate_user(settings, user, pass, auth_token)
  if (settings.token !== '') {
    return equal_secret(auth_token, settings.token)
      ? { account: DEFAULT_ACCOUNT, user: '[REDACTED]', label: 'token' }
      : null
  }
  const same_user = user === settings.user
  const same_password = equal_secret(pass, settings.password)
  return same_user && same_password ? { account: DEFAULT_ACCOUNT, user, label: `user:${user}` } : null
}

/** Who a client without any CONNECT is, if it may be anybody. */
export function anonymous_identity(settings: AuthSettings): Identity | null {
  return settings.no_auth_user === '' ? null : authenticate(settings, {})
}

const CONNECTION_TYPE = 'STANDARD'

function authenticate_user(settings: AuthSettings, user: string, password: string, token: string): Identity | null {
  let name = user
  if (user === '' && password === '' && token === '' && settings.no_auth_user !== '') name = settings.no_auth_user
  const found = settings.users.find((each) => each.user === name)
  if (found === undefined) return null
  const types = found.allowed_connection_types
  if (types.length > 0 && !types.includes(CONNECTION_TYPE)) return null
  if (name === user && !equal_secret(password, found.password)) return null
  return { account: found.account, user: name, label: `user:${name}` }
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
