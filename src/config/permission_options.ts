// Subjects that are allowed and denied, as a block of the file says it (reference ops.md 3.6). For routes `import` stands in
// the place of `publish`, and `export` in that of `subscribe`.
import { RESPONSES_MAX, RESPONSES_MS } from '../base/limits.ts'
import type { ResponsePermission, UserPermissions } from '../auth/user_permissions.ts'
import type { SubjectPermission } from '../wire/json_fields.ts'
import type { Value } from './parser.ts'
import { FieldError, go_type, type Problems, shown, UnknownField } from './problems.ts'
import { integer_of } from './rows.ts'
import { is_subject } from './subjects.ts'
import { parse_duration_ms, quote, ValueError } from './values.ts'

/** Subjects as a list that denies or allows them has them; no queues. For what is not a permission of a user. */
export function read_denied_subjects(value: Value): string[] {
  return read_subjects(value, false)
}

/** What may not be among the permissions of routes: a queue behind a subject. Throws ValueError. */
export function check_route_permissions({ publish, subscribe }: UserPermissions): void {
  const lists = [
    ...[['import allow', publish?.allow], ['import deny', publish?.deny]] as const,
    ...[['export allow', subscribe?.allow], ['export deny', subscribe?.deny]] as const,
  ]
  for (const [name, subjects = []] of lists) {
    const odd = subjects.find((subject) => !is_subject(subject))
    if (odd !== undefined) throw new ValueError(`cluster ${name}: ${bad_subject(odd)}`)
  }
}

const PUBLISH = ['pub', 'publish', 'import']
const SUBSCRIBE = ['sub', 'subscribe', 'export']
const RESPONSES = ['allow_responses', 'publish_allow_responses']
const RESPONSES_MAX_KEYS = ['max', 'max_msgs', 'max_messages', 'max_responses']
const EXPIRES_KEYS = ['expires', 'expiration', 'ttl']

/** What may be subscribed to can name a queue behind the subject. */
export function read_permissions(value: Value, problems: Problems): UserPermissions {
  if (value.kind !== 'map') {
    throw new FieldError(value.position, `Expected permissions to be a map/struct, got ${shown(value)}`)
  }
  const permissions: UserPermissions = {}
  for (const [name, entry] of value.value) {
    problems.collect(entry.position, () => {
      const key = name.toLowerCase()
      if (PUBLISH.includes(key)) put(permissions, 'publish', read_subject_permission(entry, problems, false))
      else if (SUBSCRIBE.includes(key)) {
        put(permissions, 'subscribe', read_subject_permission(entry, problems, true))
      } else if (RESPONSES.includes(key)) {
        if (entry.value !== false) permissions.responses = read_responses(entry, problems)
      } else if (!entry.used) throw unknown_field(entry, name, [...PUBLISH, ...SUBSCRIBE, ...RESPONSES])
    })
  }
  return permissions
}

function unknown_field(entry: Value, name: string, known: readonly string[]): UnknownField {
  return new UnknownField(entry.position, `Unknown field ${quote(name)} parsing permissions`, name, known)
}

/** A later field takes the place of an earlier one, also when it says nothing. */
function put(into: UserPermissions, name: 'publish' | 'subscribe', permission: SubjectPermission | undefined): void {
  if (permission === undefined) delete into[name]
  else into[name] = permission
}

/** A subject, several, or { allow, deny }. An empty list says nothing; so does a block without any. */
function read_subject_permission(
  value: Value,
  problems: Problems,
  with_queues: boolean,
): SubjectPermission | undefined {
  if (value.kind !== 'map') return subjects_as('allow', read_subjects(value, with_queues))
  let permission: SubjectPermission | undefined
  for (const [name, entry] of value.value) {
    problems.collect(entry.position, () => {
      const key = name.toLowerCase()
      if (key === 'allow' || key === 'deny') {
        permission = { ...permission, ...subjects_as(key, read_subjects(entry, with_queues)) }
      } else if (!entry.used) {
        const reason = `Unknown field name ${
          quote(name)
        } parsing subject permissions, only 'allow' or 'deny' are permitted`
        throw new UnknownField(entry.position, reason, name, ['allow', 'deny'])
      }
    })
  }
  return permission
}

function subjects_as(key: 'allow' | 'deny', subjects: string[]): SubjectPermission {
  return subjects.length === 0 ? {} : { [key]: subjects }
}

function read_subjects(value: Value, with_queues: boolean): string[] {
  const list = value.kind === 'array' ? value.value : [value]
  if (value.kind !== 'array' && value.kind !== 'string') {
    const reason = `Expected subject permissions to be a subject, or array of subjects, got ${go_type(value)}`
    throw new FieldError(value.position, reason)
  }
  return list.map((entry) => {
    if (entry.kind !== 'string') {
      throw new FieldError(entry.position, 'Subject in permissions array cannot be cast to string')
    }
    const why = why_not(entry.value, with_queues)
    if (why !== null) throw new FieldError(entry.position, why)
    return entry.value
  })
}

/** Why a text names no subject, and no queue behind it; null: it does. */
function why_not(text: string, with_queues: boolean): string | null {
  if (is_subject(text)) return null
  const [subject, queue, ...more] = text.split(/\s+/).filter((part) => part !== '')
  if (!with_queues || queue === undefined || more.length > 0) return bad_subject(text)
  if (!is_subject(subject)) return bad_subject(subject)
  return is_subject(queue) ? null : `queue ${quote(queue)} is not a valid queue`
}

const bad_subject = (text: string) => `subject ${quote(text)} is not a valid subject`

/** Where replies may be published: true, or how often and how long. 0 is the default, a negative number no end. */
function read_responses(value: Value, problems: Problems): ResponsePermission {
  const responses = { max: RESPONSES_MAX, expires_ms: RESPONSES_MS }
  if (value.value === true) return responses
  if (value.kind !== 'map') {
    throw new FieldError(value.position, 'error parsing response permissions, expected a boolean or a map')
  }
  for (const [name, entry] of value.value) {
    problems.collect(entry.position, () => {
      const key = name.toLowerCase()
      if (RESPONSES_MAX_KEYS.includes(key)) {
        responses.max = integer_of(entry) || RESPONSES_MAX
      } else if (EXPIRES_KEYS.includes(key)) {
        responses.expires_ms = read_expiry(entry) || RESPONSES_MS
      } else if (!entry.used) throw unknown_field(entry, name, [...RESPONSES_MAX_KEYS, ...EXPIRES_KEYS])
    })
  }
  return responses
}

function read_expiry(value: Value): number {
  if (value.kind !== 'string') throw new FieldError(value.position, 'error parsing expires, not a duration string')
  try {
    return parse_duration_ms(value.value)
  } catch (error) {
    throw new FieldError(value.position, `error parsing expires: ${error instanceof Error ? error.message : error}`)
  }
}
