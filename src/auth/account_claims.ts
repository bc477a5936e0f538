// An account as its operator has signed it (reference client.md 5.7), as plain data that crosses threads.
import type { ExportSettings, ImportKind, ImportSettings, ResponseType } from './account_imports.ts'
import { is_within } from './import_pattern.ts'
import { type Claims, flag, holds_at, is_key, list, number, object, read_jwt, text, texts } from './jwt.ts'
import type { MappingSettings } from './subject_mapping.ts'
import type { UserPermissions } from './user_permissions.ts'
import { RESPONSES_MAX, RESPONSES_MS, SERVICE_RESPONSE_MS } from '../base/limits.ts'

/** What a user by a signing key may do, in place of what the user claims. */
export interface Scope {
  /** Templates. */
  permissions: UserPermissions
  max_subscriptions: number
  max_payload: number
  bearer: boolean
  /** Users may come by a trusted proxy only. */
  proxy_required: boolean
  connection_types: string[]
  networks: string[]
  times: TimeRange[]
  time_zone: string
}

/** Of each day, as `HH:MM:SS`. */
export interface TimeRange {
  start: string
  end: string
}

export interface AccountClaims {
  key: string
  name: string
  tags: string[]
  expires_s: number
  not_before_s: number
  /** With their scope; null: users say themselves what they may. */
  signing_keys: Record<string, Scope | null>
  /** By user key, or `*`: claims issued up to then, in seconds since 1970, count no more. */
  revocations: Record<string, number>
  bearer_disallowed: boolean
  /** For users whose claims say nothing of permissions. */
  default_permissions: UserPermissions
  /** Somebody else says who its users are; null: their tokens do. */
  external: ExternalAuthorization | null
}

export interface ExternalAuthorization {
  /** Keys of the users that are that somebody. */
  users: string[]
  /** Accounts that it may place users in beside its own; `*`: all. */
  allowed_accounts: string[]
  /** '': in plain. */
  xkey: string
}

/** -1: no limit. */
export interface AccountClaimLimits {
  max_connections: number
  max_subscriptions: number
  max_payload: number
}

/** What the account's own claims say of it, for the table of accounts. */
export interface ClaimedAccount {
  token: string
  /** Seconds since 1970. */
  issued_at_s: number
  issuer: string
  claims: AccountClaims
  limits: AccountClaimLimits
  exports: ExportSettings[]
  imports: ImportSettings[]
  mappings: MappingSettings[]
  /** Where messages are told of that others trace; absent: nowhere. */
  trace?: { dest: string; sampling: number }
}

export function read_account(claims: Claims): ClaimedAccount {
  const { nats } = claims
  const limits = object(nats.limits)
  return {
    ...{ token: claims.token, issued_at_s: claims.issued_at_s, issuer: claims.issuer },
    claims: {
      key: claims.subject,
      name: claims.name,
      tags: [...claims.tags],
      expires_s: claims.expires_s,
      not_before_s: claims.not_before_s,
      signing_keys: Object.fromEntries(list(nats.signing_keys).map(read_signing_key)),
      revocations: Object.fromEntries(Object.entries(object(nats.revocations)).map(([key, at]) => [key, number(at)])),
      bearer_disallowed: flag(limits.disallow_bearer),
      default_permissions: read_permissions(object(nats.default_permissions)),
      external: read_external(object(nats.authorization)),
    },
    limits: {
      max_connections: limit(limits.conn),
      max_subscriptions: limit(limits.subs),
      max_payload: limit(limits.payload),
    },
    ...read_trace(object(nats.trace)),
    exports: list(nats.exports).map((each) => read_export(object(each))),
    imports: list(nats.imports).map((each) => read_import(claims, object(each))).filter((each) => each !== null),
    mappings: Object.entries(object(nats.mappings)).map(([source, destinations]) => ({
      source,
      destinations: list(destinations).map(object).map(({ subject, weight, cluster }) => (
        { subject: text(subject), weight: number(weight) || 100, ...(text(cluster) && { cluster: text(cluster) }) }
      )),
    })),
  }
}

function read_trace({ dest, sampling }: Record<string, unknown>): Pick<ClaimedAccount, 'trace'> {
  return text(dest) === '' ? {} : { trace: { dest: text(dest), sampling: number(sampling) || 100 } }
}

function read_external({ auth_users, allowed_accounts, xkey }: Record<string, unknown>): ExternalAuthorization | null {
  const users = texts(auth_users)
  return users.length === 0 ? null : { users, allowed_accounts: texts(allowed_accounts), xkey: text(xkey) }
}

/** Not said is 0 here, and no limit -1. */
const limit = (value: unknown): number => number(value)

/** `pub`, `sub` and `resp` of a user, a template or an account. */
export function read_permissions(nats: Readonly<Record<string, unknown>>): UserPermissions {
  const one = (value: unknown) => {
    const { allow, deny } = object(value)
    return {
      ...(texts(allow).length > 0 && { allow: texts(allow) }),
      ...(texts(deny).length > 0 && { deny: texts(deny) }),
    }
  }
  const publish = one(nats.pub), subscribe = one(nats.sub)
  const { max, ttl } = object(nats.resp)
  return {
    ...(Object.keys(publish).length > 0 && { publish }),
    ...(Object.keys(subscribe).length > 0 && { subscribe }),
    ...(nats.resp !== undefined && nats.resp !== null && {
      responses: { max: number(max) || RESPONSES_MAX, expires_ms: number(ttl) / 1e6 || RESPONSES_MS },
    }),
  }
}

/** What a user or a template says of where and when its connections may come. */
export function read_bounds(nats: Readonly<Record<string, unknown>>): Omit<Scope, 'permissions'> {
  return {
    max_subscriptions: limit(nats.subs),
    max_payload: limit(nats.payload),
    bearer: flag(nats.bearer_token),
    proxy_required: flag(nats.proxy_required),
    connection_types: texts(nats.allowed_connection_types).map((type) => type.toUpperCase()),
    // Older tools write one text with commas.
    networks: typeof nats.src === 'string'
      ? nats.src.split(',').map((each) => each.trim()).filter(Boolean)
      : texts(nats.src),
    times: list(nats.times).map(object).map(({ start, end }) => ({ start: text(start), end: text(end) })),
    time_zone: text(nats.times_location),
  }
}

function read_signing_key(value: unknown): [string, Scope | null] {
  if (typeof value === 'string') return [value, null]
  const { key, template } = object(value)
  const nats = object(template)
  return [text(key), { permissions: read_permissions(nats), ...read_bounds(nats) }]
}

const RESPONSE_TYPES: Readonly<Record<string, ResponseType>> = { Stream: 'stream', Chunked: 'chunked' }
/** Version 1 has numbers. */
const kind_of = (type: unknown): ImportKind => type === 'service' || type === 2 ? 'service' : 'stream'

function read_export(nats: Record<string, unknown>): ExportSettings {
  return {
    kind: kind_of(nats.type),
    subject: text(nats.subject),
    response_type: RESPONSE_TYPES[text(nats.response_type)] ?? 'single',
    response_threshold_ms: number(nats.response_threshold) / 1e6 || SERVICE_RESPONSE_MS,
    account_token_position: number(nats.account_token_position),
    ...(flag(nats.token_req) && { needs_activation: true }),
  }
}

/** Null: it can not be one. */
function read_import(importer: Claims, nats: Record<string, unknown>): ImportSettings | null {
  const kind = kind_of(nats.type), subject = text(nats.subject), account = text(nats.account), to = text(nats.to)
  if (subject === '' || !is_key(account, 'A')) return null
  // For streams `to` was a prefix.
  const renamed = to === '' ? subject : kind === 'stream' ? `${to}.${subject}` : to
  const activation = read_activation(importer.subject, text(nats.token))
  return {
    ...{ kind, account, subject, local: text(nats.local_subject) || renamed, share: flag(nats.share) },
    ...(activation && { activation }),
  }
}

/** What an activation gives, and who signed it; null: it is none for that account. */
function read_activation(importer: string, token: string): ImportSettings['activation'] | null {
  const claims = token === '' ? null : read_jwt(token)
  if (claims === null || claims.type !== 'activation' || claims.subject !== importer) return null
  const { subject, kind, type } = claims.nats
  return {
    subject: text(subject),
    kind: kind_of(kind ?? type),
    issuer: text(claims.nats.issuer_account) || claims.issuer,
    signer: claims.issuer,
    not_before_s: claims.not_before_s,
    expires_s: claims.expires_s,
  }
}

/** Whether an activation lets that account have the subject now. `exporter`: whose it is. */
export function activates(
  { activation, subject, kind }: ImportSettings,
  exporter: AccountClaims,
  now_s: number,
): boolean {
  if (activation === undefined || activation.kind !== kind || activation.issuer !== exporter.key) return false
  if (activation.signer !== exporter.key && !Object.hasOwn(exporter.signing_keys, activation.signer)) return false
  return holds_at(activation, now_s) && is_within(subject.split('.'), activation.subject.split('.'))
}
