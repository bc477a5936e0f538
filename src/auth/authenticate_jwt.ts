// Who a client with a signed user token is (reference client.md 5.7). Every check can only say no.
import type { ConnectFields } from '../wire/connect.ts'
import { type AccountClaims, read_bounds, read_permissions, type Scope, type TimeRange } from './account_claims.ts'
import { type CalloutQuestion, kept_from } from './callout.ts'
import type { Identity } from './identity.ts'
import { type Claims, holds_at, is_key, object, read_jwt, text } from './jwt.ts'
import { is_signed_by } from './nkey.ts'
import { fill_template, is_filled_subject, type TemplateUser } from './scope_template.ts'
import { is_in_network } from './source_network.ts'
import type { UserPermissions } from './user_permissions.ts'

/** Plain data: it crosses threads. */
export interface OperatorSettings {
  /** By their keys, with the number of each. */
  accounts: Record<string, { number: number; claims: AccountClaims }>
  /** Only signing keys may sign users, not the keys of accounts. */
  strict_signing_keys: boolean
  /** An account that is not there may be found. */
  looks_up: boolean
  /** Of clients that come with nothing; '': they are refused. */
  default_sentinel: string
  /** Only these may have users; empty: all. */
  pinned: readonly string[]
}

/** It depends on an account that has to be looked for first. */
export interface AccountQuestion {
  readonly account_key: string
}

/** How the client has come. */
export interface Arrival {
  readonly connection_type: string
  readonly ip: string
  /** Milliseconds since 1970. */
  readonly wall_ms: number
  /** What it was told to sign. */
  readonly nonce: string
}

type Bounds = Omit<Scope, 'permissions'>

/** Null: refused. */
export function authenticate_jwt(
  settings: OperatorSettings,
  connect: ConnectFields,
  arrival: Arrival,
): Identity | AccountQuestion | CalloutQuestion | null {
  const claims = read_jwt(connect.jwt ?? '')
  const now_s = Math.floor(arrival.wall_ms / 1000)
  if (claims === null || claims.type !== 'user' || !holds_at(claims, now_s)) return null
  const key = text(claims.nats.issuer_account) || claims.issuer
  const account = settings.accounts[key]
  if (account === undefined || !holds_at(account.claims, now_s)) {
    return may_be_found(settings, key) ? { account_key: key } : null
  }
  const scope = scope_of(settings, account.claims, claims.issuer)
  if (scope === undefined || scope !== null && claims_more_than_scope(claims)) return null
  const bounds = scope ?? read_bounds(claims.nats)
  if (!may_come(bounds, arrival)) return null
  if (
    bounds.bearer ? account.claims.bearer_disallowed : !is_signed_by(claims.subject, arrival.nonce, connect.sig ?? '')
  ) {
    return null
  }
  if (is_revoked(account.claims, claims)) return null
  const identity = placed(claims, account, scope, arrival)
  const { external } = account.claims
  if (identity === null || external === null) return identity
  const is_service = external.users.includes(claims.subject)
  if (!is_service) return { callout_account: account.number }
  return { ...identity, permissions: kept_from(identity.permissions, is_service) }
}

/**
 * Who a user is that the service of an account vouches for: as by its own token, but that nobody has to sign anything. `places`: keys
 * of accounts that it may be in. Throws CalloutError: why it is nobody.
 */
export function vouched_identity(
  settings: OperatorSettings,
  claims: Claims,
  places: readonly string[],
  arrival: Arrival,
): Identity {
  const key = text(claims.nats.issuer_account) || claims.issuer
  const account = settings.accounts[key]
  if (!places.includes(key) && !places.includes('*')) {
    throw new CalloutError(`account "${key}" not permitted as valid account option`)
  }
  if (account === undefined) throw new CalloutError(`no valid account "${key}" for auth callout response`)
  const scope = scope_of(settings, account.claims, claims.issuer)
  if (scope === undefined) throw new CalloutError(`user JWT issuer "${claims.issuer}" is not known`)
  if (scope !== null && claims_more_than_scope(claims)) {
    throw new CalloutError('user JWT is not valid: it claims more than its scope')
  }
  return come_in(claims, account, scope, arrival)
}

/** The same where the configuration has the accounts: `account` is the number of the one that it is placed in. */
export const vouched_for = (claims: Claims, account: number, arrival: Arrival): Identity =>
  come_in(claims, { number: account, claims: null }, null, arrival)

/** A user that is not what the service says. The message is for the log. */
export class CalloutError extends Error {
  override name = 'CalloutError'
}

interface Place {
  readonly number: number
  /** Null: the account is not a signed one. */
  readonly claims: AccountClaims | null
}

function come_in(claims: Claims, place: Place, scope: Scope | null, arrival: Arrival): Identity {
  if (!holds_at(claims, Math.floor(arrival.wall_ms / 1000))) {
    throw new CalloutError('the user JWT does not hold at this time')
  }
  if (!may_come(scope ?? read_bounds(claims.nats), arrival)) {
    throw new CalloutError('authorized user may not come from there, at this time, or by this kind of connection')
  }
  const identity = placed(claims, place, scope, arrival)
  if (identity === null) throw new CalloutError('user JWT generated invalid permissions')
  if (claims.name === '') return identity
  return { ...identity, user: claims.name, label: `user:${claims.name}` }
}

/** Null: its permissions can not be made. */
function placed(claims: Claims, account: Place, scope: Scope | null, arrival: Arrival): Identity | null {
  const permissions = scope === null ? own_permissions(claims, account.claims) : scoped(scope, claims, account.claims!)
  return permissions && {
    ...identity_of(claims, account.number, scope ?? read_bounds(claims.nats), permissions, arrival),
    claims: {
      jwt: claims.token,
      issuer_key: claims.issuer,
      name: claims.name,
      account_name: account.claims?.name ?? '',
      tags: claims.tags,
    },
  }
}

function may_be_found({ looks_up, pinned }: OperatorSettings, key: string): boolean {
  return looks_up && is_key(key, 'A') && (pinned.length === 0 || pinned.includes(key))
}

function identity_of(
  claims: Claims,
  account: number,
  bounds: Bounds,
  permissions: UserPermissions,
  arrival: Arrival,
): Identity {
  const ends = [claims.expires_s === 0 ? Infinity : claims.expires_s * 1000, end_of_window(bounds, arrival.wall_ms)]
  const expires_ms = Math.min(...ends)
  return {
    account,
    user: claims.subject,
    label: `nkey:${claims.subject}`,
    max_subscriptions: bounds.max_subscriptions,
    max_payload: bounds.max_payload,
    ...(bounds.proxy_required && { proxy_required: true as const }),
    ...(expires_ms < Infinity && { expires_ms }),
    ...(Object.keys(permissions).length > 0 && { permissions }),
  }
}

/** Null: the key signs without scope. Undefined: it may not sign for this account. */
function scope_of(
  { strict_signing_keys }: OperatorSettings,
  account: AccountClaims,
  issuer: string,
): Scope | null | undefined {
  if (issuer === account.key) return strict_signing_keys ? undefined : null
  return Object.hasOwn(account.signing_keys, issuer) ? account.signing_keys[issuer] : undefined
}

/** A scope says all of it: claims beside it are a mistake of whoever signed. */
function claims_more_than_scope({ nats }: Claims): boolean {
  const { pub, sub, resp, subs, data, payload, bearer_token, src, times, allowed_connection_types } = nats
  const is_said = (value: unknown) =>
    Object.values(object(value)).some((each) => Array.isArray(each) && each.length > 0)
  if (is_said(pub) || is_said(sub) || resp !== undefined && resp !== null || bearer_token === true) return true
  if ([subs, data, payload].some((value) => value !== undefined && value !== 0)) return true
  return [src, times, allowed_connection_types].some((value) => Array.isArray(value) && value.length > 0)
}

function may_come(
  { connection_types, networks, times, time_zone }: Bounds,
  { connection_type, ip, wall_ms }: Arrival,
): boolean {
  if (connection_types.length > 0 && !connection_types.includes(connection_type)) return false
  if (networks.length > 0 && !networks.some((network) => is_in_network(ip, network))) return false
  return times.length === 0 || window_now(times, time_zone, wall_ms) !== null
}

/** Whether it is by an account of ours that has called it back. */
export function is_revoked_token({ accounts }: OperatorSettings, token: string): boolean {
  const claims = read_jwt(token)
  if (claims === null) return false
  const account = accounts[text(claims.nats.issuer_account) || claims.issuer]
  return account !== undefined && is_revoked(account.claims, claims)
}

function is_revoked({ revocations }: AccountClaims, { subject, issued_at_s }: Claims): boolean {
  return [revocations['*'], revocations[subject]].some((until) => until !== undefined && issued_at_s <= until)
}

/** Those of the account where the user's claims say nothing. */
function own_permissions({ nats }: Claims, account: AccountClaims | null): UserPermissions {
  const permissions = read_permissions(nats)
  return Object.keys(permissions).length > 0 ? permissions : account?.default_permissions ?? {}
}

/** Null: the template can not be filled for this user. */
function scoped(scope: Scope, claims: Claims, account: AccountClaims): UserPermissions | null {
  const user: TemplateUser = {
    ...{ name: claims.name, subject: claims.subject, tags: claims.tags },
    ...{ account_name: account.name, account_subject: account.key, account_tags: account.tags },
  }
  const { publish, subscribe, responses } = scope.permissions
  try {
    return {
      ...(publish && { publish: filled(publish, user) }),
      ...(subscribe && { subscribe: filled(subscribe, user) }),
      ...(responses && { responses }),
    }
  } catch (error) {
    if (error instanceof Unfillable) return null
    throw error
  }
}

class Unfillable extends Error {}

/** What is allowed and comes to nothing is left out, and where nothing is left nothing is allowed; what is denied has to come out. */
function filled({ allow, deny }: { allow?: string[]; deny?: string[] }, user: TemplateUser) {
  const fill = (subjects: string[], strict: boolean) =>
    subjects.flatMap((subject) => {
      const made = fill_template(subject, user)
      if (made === null || strict && (made.length === 0 || !made.every(is_filled_subject))) throw new Unfillable()
      return made.filter(is_filled_subject)
    })
  const allowed = allow && fill(allow, false), denied = deny ? fill(deny, true) : []
  if (allowed !== undefined && allowed.length === 0) return { deny: ['>'] }
  return { ...(allowed && { allow: allowed }), ...(denied.length > 0 && { deny: denied }) }
}

// Time windows -----------------------------------------------------------------------------------------------------

const DAY_S = 86_400

/** Seconds of the day there; null: there is no such place. */
function seconds_of_day(time_zone: string, wall_ms: number): number | null {
  try {
    const parts = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const
    const format = new Intl.DateTimeFormat('en-GB', { ...parts, ...(time_zone !== '' && { timeZone: time_zone }) })
    return clock_seconds(format.format(wall_ms))
  } catch {
    return null
  }
}

function clock_seconds(clock: string): number | null {
  const [, hours, minutes, seconds] = /^(\d\d):(\d\d):(\d\d)$/.exec(clock) ?? []
  return hours === undefined ? null : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}

/** Seconds until the end of the window that is open now; one may go over midnight. Null: none is open. */
function window_now(times: readonly TimeRange[], time_zone: string, wall_ms: number): number | null {
  const now = seconds_of_day(time_zone, wall_ms)
  if (now === null) return null
  for (const { start, end } of times) {
    const from = clock_seconds(start), to = clock_seconds(end)
    if (from === null || to === null) continue
    const length = (to - from + DAY_S) % DAY_S, passed = (now - from + DAY_S) % DAY_S
    if (passed < length) return length - passed
  }
  return null
}

function end_of_window({ times, time_zone }: Bounds, wall_ms: number): number {
  const left_s = times.length === 0 ? null : window_now(times, time_zone, wall_ms)
  return left_s === null ? Infinity : wall_ms + left_s * 1000
}
