// authorization { auth_callout { } }: a service that says who may come in.
import { is_curve_key } from '../auth/curve_box.ts'
import { is_key } from '../auth/jwt.ts'
import type { Value } from './parser.ts'
import { FieldError, go_type, type Problems, shown, UnknownField } from './problems.ts'
import { string_array_of, string_of } from './rows.ts'
import { quote } from './values.ts'

export interface CalloutOptions {
  /** The account key that signs what the service says. */
  issuer: string
  account: string
  /** By name or key: those that are the service. */
  users: string[]
  /** A curve key; '': questions and answers are in plain. */
  xkey: string
  /** Whose users it is asked about, beside those that the file does not have; empty: all. */
  allowed_accounts: string[]
}

const GLOBAL_ACCOUNT = '$G'
const KNOWN = ['issuer', 'account', 'acc', 'auth_users', 'users', 'xkey', 'key', 'allowed_accounts']

/** Throws FieldError. */
export function read_callout(value: Value, problems: Problems): CalloutOptions {
  if (value.kind !== 'map') {
    throw new FieldError(value.position, `Expected authorization callout to be a map/struct, got ${shown(value)}`)
  }
  const callout: CalloutOptions = { issuer: '', account: GLOBAL_ACCOUNT, users: [], xkey: '', allowed_accounts: [] }
  const errors = problems.errors.length
  for (const [name, entry] of value.value) {
    problems.collect(entry.position, () => read_field(callout, name, entry))
  }
  if (problems.errors.length > errors) return callout
  const { position } = [...value.value.values()].at(-1) ?? value
  if (callout.issuer === '') {
    throw new FieldError(position, 'Authorization callouts require an issuer to be specified')
  }
  if (callout.users.length === 0) {
    throw new FieldError(position, 'Authorization callouts require authorized users to be specified')
  }
  return callout
}

function list_of(value: Value, name: string): string[] {
  if (value.kind === 'array') return string_array_of(value)
  throw new FieldError(value.position, `Expected ${name} field to be an array, got ${go_type(value)}`)
}

function read_field(callout: CalloutOptions, name: string, entry: Value): void {
  switch (name.toLowerCase()) {
    case 'issuer':
      callout.issuer = string_of(entry)
      if (is_key(callout.issuer, 'A')) return
      throw new FieldError(
        entry.position,
        `Expected callout user to be a valid public account nkey, got ${quote(callout.issuer)}`,
      )
    case 'account':
    case 'acc':
      callout.account = string_of(entry)
      return
    case 'auth_users':
    case 'users':
      callout.users = list_of(entry, 'auth_users')
      return
    case 'xkey':
    case 'key':
      callout.xkey = string_of(entry)
      if (is_curve_key(callout.xkey)) return
      throw new FieldError(
        entry.position,
        `Expected callout xkey to be a valid public xkey, got ${quote(callout.xkey)}`,
      )
    case 'allowed_accounts':
      callout.allowed_accounts = list_of(entry, 'allowed accounts')
      return
    default:
      if (!entry.used) {
        const reason = `Unknown field ${quote(name)} parsing authorization callout`
        throw new UnknownField(entry.position, reason, name, KNOWN)
      }
  }
}
