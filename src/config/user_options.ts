// One of the users of a block: a name with a password, or a key.
import { is_user_key } from '../auth/nkey.ts'
import type { UserPermissions } from '../auth/user_permissions.ts'
import { read_fields } from './block.ts'
import type { Value } from './parser.ts'
import { read_permissions } from './permission_options.ts'
import { FieldError, type Problems, shown } from './problems.ts'
import { boolean_of, string_of, strings_of } from './rows.ts'
import { quote } from './values.ts'

export interface UserOptions {
  /** Empty for who comes with a key. */
  user: string
  password: string
  /** The public key; empty for who comes with a password. */
  nkey: string
  account: string
  /** Absent: everything. */
  permissions?: UserPermissions
  /** Absent: all of them. */
  allowed_connection_types?: string[]
  /** It may come by a trusted proxy only. */
  proxy_required?: true
}

/** Null: what is wrong with it was said. Throws FieldError. */
export function read_user(value: Value, account: string, problems: Problems): UserOptions | null {
  if (value.kind !== 'map') {
    throw new FieldError(value.position, `Expected user entry to be a map/struct, got ${shown(value)}`)
  }
  const user: UserOptions = { user: '', password: '', nkey: '', account }
  const errors = problems.errors.length
  read_fields(value.value, {
    'user username': (entry) => void (user.user = string_of(entry)),
    'password pass': (entry) => void (user.password = string_of(entry)),
    nkey: (entry) => void (user.nkey = string_of(entry)),
    'permissions permission authorization': (entry) => void (user.permissions = read_permissions(entry, problems)),
    'allowed_connection_types connection_types clients': (entry) =>
      void (user.allowed_connection_types = connection_types(entry)),
    proxy_required: (entry) => {
      if (boolean_of(entry)) user.proxy_required = true
    },
  }, problems)
  if (problems.errors.length > errors) return null
  const last = [...value.value.values()].at(-1) ?? value
  check_user(user, last.position)
  return user
}

function check_user({ user, password, nkey }: UserOptions, position: Value['position']): void {
  if (user === '' && nkey === '') throw new FieldError(position, 'User entry requires a user')
  if (nkey === '') return
  if (!is_user_key(nkey)) throw new FieldError(position, 'Not a valid public nkey for a user')
  if (user !== '' || password !== '') throw new FieldError(position, 'Nkey users do not take usernames or passwords')
}

const CONNECTION_TYPES = ['STANDARD', 'WEBSOCKET', 'LEAFNODE', 'LEAFNODE_WS', 'MQTT', 'MQTT_WS', 'IN_PROCESS']

function connection_types(value: Value): string[] {
  const types = strings_of(value, 'allowed connection types').map((type) => type.toUpperCase())
  const unknown = types.filter((type) => !CONNECTION_TYPES.includes(type))
  if (unknown.length > 0) {
    throw new FieldError(value.position, `invalid connection types [${unknown.map(quote).join(' ')}]`)
  }
  return types
}
