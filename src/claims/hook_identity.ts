// Who a client is by what the embedding program says of it.
import { RESPONSES_MAX, RESPONSES_MS } from '../base/limits.ts'
import { kept_from } from '../auth/callout.ts'
import type { Identity } from '../auth/identity.ts'
import type { UserPermissions } from '../auth/user_permissions.ts'
import { is_subject } from '../config/subjects.ts'
import type { Newcomer } from '../connection/hook_mail.ts'
import type { AllowAndDeny, Authentication, HookPermissions } from '../connection/hooks.ts'
import type { Settings } from '../connection/settings.ts'
import type { SubjectPermission } from '../wire/json_fields.ts'

const GLOBAL_ACCOUNT = '$G'

/** What a program has said that can not be. */
export class HookError extends Error {
  override name = 'HookError'
}

/** Throws HookError. */
export function hook_identity(
  { account = GLOBAL_ACCOUNT, user, permissions, expires }: Authentication,
  newcomer: Newcomer,
  { accounts, callout_accounts }: Settings,
): Identity {
  const number = accounts.findIndex(({ name, is_gone }) => name === account && is_gone !== true)
  if (number < 0) throw new HookError(`there is no account ${JSON.stringify(account)}`)
  if (user !== undefined && typeof user !== 'string') throw new HookError('user is not a text')
  const may = permissions === undefined ? undefined : user_permissions(permissions)
  // The service that says who may come in has its secrets there.
  const kept = callout_accounts.includes(number) ? kept_from(may, false) : may
  return {
    ...{ account: number, ...named(newcomer, user) },
    ...(kept !== undefined && { permissions: kept }),
    ...(expires !== undefined && { expires_ms: time_ms(expires) }),
  }
}

/** A token is not shown. */
function named({ user, nkey, token, jwt }: Newcomer, said?: string): { user: string; label: string } {
  if (said !== undefined) return { user: said, label: said && `user:${said}` }
  if (user !== '') return { user, label: `user:${user}` }
  if (nkey !== '') return { user: nkey, label: `nkey:${nkey}` }
  return token || jwt ? { user: '[REDACTED]', label: 'token' } : { user: '', label: '' }
}

function user_permissions({ publish, subscribe, allowResponses }: HookPermissions): UserPermissions {
  return {
    ...(publish !== undefined && { publish: subjects(publish, false) }),
    ...(subscribe !== undefined && { subscribe: subjects(subscribe, true) }),
    ...(allowResponses === true && { responses: { max: RESPONSES_MAX, expires_ms: RESPONSES_MS } }),
  }
}

function subjects({ allow, deny }: AllowAndDeny, with_queues: boolean): SubjectPermission {
  return {
    ...(allow !== undefined && { allow: subject_list(allow, with_queues) }),
    ...(deny !== undefined && { deny: subject_list(deny, with_queues) }),
  }
}

function subject_list(said: string | readonly string[], with_queues: boolean): string[] {
  const list: readonly unknown[] = typeof said === 'string' ? [said] : said
  if (!Array.isArray(list)) throw new HookError('subjects are a text or a list of texts')
  return list.map((each) => {
    const parts = String(each).split(' ')
    const is_right = typeof each === 'string' && parts.length <= (with_queues ? 2 : 1) && parts.every(is_subject)
    if (!is_right) throw new HookError(`${JSON.stringify(each)} is not a subject`)
    return each as string
  })
}

function time_ms(expires: Date | number): number {
  const ms = Number(expires)
  if (!Number.isFinite(ms)) throw new HookError('expires is not a time')
  return ms
}
