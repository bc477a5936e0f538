// Signed claims of operators, accounts and users (reference client.md 5.7): a strict reader of our own, over node:crypto. What it gives
// was signed by the key in `issuer`; whether that one is to be trusted is the caller's question.
import { randomBytes } from 'node:crypto'
import { JWT_BYTES_MAX } from '../base/limits.ts'
import { decode_key, is_signed_with } from './nkey.ts'
import type { ServerKey } from './server_key.ts'

export type ClaimType = 'operator' | 'account' | 'user' | 'activation' | 'authorization_response'

export interface Claims {
  /** As it was written. */
  readonly token: string
  readonly type: ClaimType
  readonly subject: string
  readonly issuer: string
  readonly name: string
  /** For whom it is; '': not said. */
  readonly audience: string
  /** Seconds since 1970; 0: not said. */
  readonly issued_at_s: number
  readonly not_before_s: number
  readonly expires_s: number
  /** What belongs to the type. */
  readonly nats: Readonly<Record<string, unknown>>
  /** `key:value` each. */
  readonly tags: readonly string[]
}

/** The first letter of a public key tells whose it is. */
const PREFIXES: Readonly<Record<string, number>> = { O: 0x70, A: 0x00, U: 0xa0, N: 0x68 }
/** Whose key may be the subject of which claims, and who may sign them. */
const ROLES: Readonly<Record<ClaimType, { subject: string; issuers: string }>> = {
  operator: { subject: 'O', issuers: 'O' },
  account: { subject: 'A', issuers: 'OA' },
  user: { subject: 'U', issuers: 'A' },
  activation: { subject: 'A', issuers: 'AO' },
  authorization_response: { subject: 'U', issuers: 'A' },
}
const PART = /^[A-Za-z0-9_-]+$/
const VERSION_1 = 'ed25519'
const VERSION_2 = 'ed25519-nkey'

/** Null: that is no token, or its signature is not its issuer's. */
export function read_jwt(token: string): Claims | null {
  const parts = token.trim().split('.')
  if (token.length > JWT_BYTES_MAX || parts.length !== 3 || !parts.every((part) => PART.test(part))) return null
  const [head, body, signature] = parts
  const header = json_object(head), claims = json_object(body)
  if (header === null || claims === null || text(header.typ).toUpperCase() !== 'JWT') return null
  const nats = object(claims.nats)
  const version = claims.type !== undefined ? 1 : number(nats.version)
  const algorithm = text(header.alg).toLowerCase()
  if (algorithm !== (version === 1 ? VERSION_1 : VERSION_2) || version > 2) return null
  const signed = version === 1 ? body : `${head}.${body}`
  if (!is_signed(text(claims.iss), signed, signature)) return null
  return checked(token.trim(), claims, nats)
}

/** A token of version 2 that the server signs itself. `claims`: without issuer and time. */
export function write_jwt(
  key: ServerKey,
  wall_ms: number,
  { nats, ...claims }: { nats: object; [name: string]: unknown },
): string {
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const jti = randomBytes(16).toString('hex').toUpperCase()
  const body = { ...claims, jti, iat: Math.floor(wall_ms / 1000), iss: key.id, nats: { ...nats, version: 2 } }
  const signed = `${encoded({ typ: 'JWT', alg: VERSION_2 })}.${encoded(body)}`
  return `${signed}.${key.sign(signed)}`
}

export const is_key = (key: string, letter: string): boolean =>
  key[0] === letter && Object.hasOwn(PREFIXES, letter) && decode_key(key, PREFIXES[letter]) !== null

/** Whether claims hold at that time, in seconds since 1970. */
export const holds_at = (
  { not_before_s, expires_s }: Pick<Claims, 'not_before_s' | 'expires_s'>,
  now_s: number,
): boolean => now_s >= not_before_s && (expires_s === 0 || now_s < expires_s)

function checked(token: string, claims: Record<string, unknown>, nats: Record<string, unknown>): Claims | null {
  const type = text(claims.type ?? nats.type), subject = text(claims.sub), issuer = text(claims.iss)
  if (!Object.hasOwn(ROLES, type)) return null
  const role = ROLES[type as ClaimType]
  if (!is_key(subject, role.subject) || !role.issuers.includes(issuer[0])) return null
  // In version 1 who stands behind a signing key is said beside the rest.
  const issuer_account = claims.issuer_account ?? nats.issuer_account
  return {
    token,
    type: type as ClaimType,
    subject,
    issuer,
    name: text(claims.name),
    audience: text(claims.aud),
    issued_at_s: number(claims.iat),
    not_before_s: number(claims.nbf),
    expires_s: number(claims.exp),
    nats: issuer_account === undefined ? nats : { ...nats, issuer_account },
    tags: texts(nats.tags ?? claims.tags),
  }
}

function is_signed(issuer: string, signed: string, signature: string): boolean {
  const prefix = PREFIXES[issuer[0]]
  const key = prefix === undefined ? null : decode_key(issuer, prefix)
  return key !== null && is_signed_with(key, signed, signature)
}

function json_object(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? value as Record<string, unknown>
      : null
  } catch {
    return null
  }
}

// Fields of claims: whatever has another type than it should counts as not said.
export const text = (value: unknown): string => typeof value === 'string' ? value : ''
export const number = (value: unknown): number => typeof value === 'number' && Number.isFinite(value) ? value : 0
export const flag = (value: unknown): boolean => value === true
export const list = (value: unknown): unknown[] => Array.isArray(value) ? value : []
export const texts = (value: unknown): string[] => list(value).filter((each) => typeof each === 'string')
export const object = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : {}
