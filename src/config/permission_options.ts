// Subjects that are allowed and denied, as a block of the file says it (reference ops.md 3.6). For routes `import` stands in
// the place of `publish`, and `export` in that of `subscribe`.
import { latin1_bytes } from '../base/bytes.ts'
import type { SubjectPermission } from '../wire/json_fields.ts'
import { is_valid_subject } from '../wire/subject.ts'
import type { Value } from './parser.ts'
import { FieldError, go_type, type Problems, shown } from './problems.ts'

export interface PermissionOptions {
  publish?: SubjectPermission
  subscribe?: SubjectPermission
  /** Where replies may be published without further permission. Absent: not spoken of, or switched off. */
  allow_responses?: Value
}

const PUBLISH = ['pub', 'publish', 'import']
const SUBSCRIBE = ['sub', 'subscribe', 'export']
const RESPONSES = ['allow_responses', 'publish_allow_responses']

export function read_permissions(value: Value, problems: Problems): PermissionOptions {
  if (value.kind !== 'map') {
    throw new FieldError(value.position, `Expected permissions to be a map/struct, got ${shown(value)}`)
  }
  const permissions: PermissionOptions = {}
  for (const [name, entry] of value.value) {
    problems.collect(entry.position, () => {
      const key = name.toLowerCase()
      if (PUBLISH.includes(key)) put(permissions, 'publish', read_subject_permission(entry, problems))
      else if (SUBSCRIBE.includes(key)) put(permissions, 'subscribe', read_subject_permission(entry, problems))
      else if (RESPONSES.includes(key)) {
        if (entry.value !== false) permissions.allow_responses = entry
      } else if (!entry.used) throw new FieldError(entry.position, `Unknown field "${name}" parsing permissions`)
    })
  }
  return permissions
}

/** A later field takes the place of an earlier one, also when it says nothing. */
function put(into: PermissionOptions, name: 'publish' | 'subscribe', permission: SubjectPermission | undefined): void {
  if (permission === undefined) delete into[name]
  else into[name] = permission
}

/** A subject, several, or { allow, deny }. An empty list says nothing; so does a block without any. */
function read_subject_permission(value: Value, problems: Problems): SubjectPermission | undefined {
  if (value.kind !== 'map') return subjects_as('allow', read_subjects(value))
  let permission: SubjectPermission | undefined
  for (const [name, entry] of value.value) {
    problems.collect(entry.position, () => {
      const key = name.toLowerCase()
      if (key === 'allow' || key === 'deny') permission = { ...permission, ...subjects_as(key, read_subjects(entry)) }
      else if (!entry.used) {
        const reason = `Unknown field name "${name}" parsing subject permissions, only 'allow' or 'deny' are permitted`
        throw new FieldError(entry.position, reason)
      }
    })
  }
  return permission
}

function subjects_as(key: 'allow' | 'deny', subjects: string[]): SubjectPermission {
  return subjects.length === 0 ? {} : { [key]: subjects }
}

function read_subjects(value: Value): string[] {
  const list = value.kind === 'array' ? value.value : [value]
  if (value.kind !== 'array' && value.kind !== 'string') {
    const reason = `Expected subject permissions to be a subject, or array of subjects, got ${go_type(value)}`
    throw new FieldError(value.position, reason)
  }
  return list.map((entry) => {
    if (entry.kind !== 'string') {
      throw new FieldError(entry.position, 'Subject in permissions array cannot be cast to string')
    }
    const bytes = latin1_bytes(entry.value)
    if (/\s/.test(entry.value) || !is_valid_subject(bytes, 0, bytes.length)) {
      throw new FieldError(entry.position, `subject "${entry.value}" is not a valid subject`)
    }
    return entry.value
  })
}
