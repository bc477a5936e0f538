// Users that an authorization service of the operator judges instead of the server (auth_callout): who is asked about, and what is
// kept from those that are in the service's account.
import type { ConnectFields } from '../wire/connect.ts'
import type { Identity, PasswordQuestion } from './identity.ts'
import type { UserPermissions } from './user_permissions.ts'

/** Plain data: it crosses threads. */
export interface CalloutSettings {
  /** Where the service is. */
  account: number
  /** By name or key: they are the service, and nobody asks about them. */
  users: string[]
  /** Whose users are asked about, beside those that have no account; empty: everybody's. */
  allowed_accounts: number[]
}

/** Who it is the service in that account says. */
export interface CalloutQuestion {
  readonly callout_account: number
}

export const CALLOUT_SUBJECT = '$SYS.REQ.USER.AUTH'
const REPLIES = '$SYS._INBOX.>'
const NO_ACCOUNT = 0

/** What becomes of a verdict by the configuration where there is such a service. */
export function delegated<Verdict extends Identity | PasswordQuestion | null>(
  callout: CalloutSettings | null,
  { user = '', nkey = '' }: ConnectFields,
  verdict: Verdict,
): Verdict | CalloutQuestion {
  if (callout === null) return verdict
  const is_service = callout.users.includes(nkey || user)
  const identity = verdict === null ? null : 'hash' in verdict ? verdict.identity : verdict as Identity
  const { account = NO_ACCOUNT } = identity ?? {}
  const { allowed_accounts } = callout
  const is_asked = account === NO_ACCOUNT || allowed_accounts.length === 0 || allowed_accounts.includes(account)
  if (!is_service && is_asked) return { callout_account: callout.account }
  if (identity === null || account !== callout.account) return verdict
  const kept = { ...identity, permissions: kept_from(identity.permissions, is_service) }
  return ('hash' in verdict! ? { ...verdict, identity: kept } : kept) as Verdict
}

/** Permissions in the account of the service: nobody there may ask it, and nobody else may hear it. */
export function kept_from(
  { publish = {}, subscribe = {}, ...rest }: UserPermissions = {},
  is_service: boolean,
): UserPermissions {
  const kept = is_service ? [CALLOUT_SUBJECT] : [CALLOUT_SUBJECT, REPLIES]
  return {
    ...rest,
    publish: { ...publish, deny: [...publish.deny ?? [], ...kept] },
    ...(is_service && Object.keys(subscribe).length > 0 && { subscribe }),
    ...(!is_service && { subscribe: { ...subscribe, deny: [...subscribe.deny ?? [], ...kept] } }),
  }
}
