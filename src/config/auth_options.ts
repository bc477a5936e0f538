// Who may do what: the blocks authorization { } and accounts { } (reference ops.md 3.6, 3.7).
import { AUTH_TIMEOUT_MS } from '../base/limits.ts'
import { is_user_key } from '../auth/nkey.ts'
import type { ExportSettings, ImportSettings } from '../auth/account_imports.ts'
import type { MappingSettings } from '../auth/subject_mapping.ts'
import type { UserPermissions } from '../auth/user_permissions.ts'
import { type Block, read_fields, type Special, without_effect } from './block.ts'
import { type CalloutOptions, read_callout } from './callout_options.ts'
import { read_trace, type TraceOptions } from './trace_options.ts'
import type { Value } from './parser.ts'
import { read_mappings } from './mapping_options.ts'
import { check_import, type PlacedImport, read_exports, read_imports } from './import_options.ts'
import { read_permissions } from './permission_options.ts'
import { FieldError, type Problems, shown, type_error, UnknownField } from './problems.ts'
import { integer, integer_of, row, string_of, strings_of } from './rows.ts'
import { parse_duration_ms, ValueError } from './values.ts'

/** The account of everybody who has no other. */
export const GLOBAL_ACCOUNT = '$G'
export const SYSTEM_ACCOUNT = '$SYS'

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
}

export interface AuthorizationOptions {
  /** Whether the file has the block: then nobody gets in unasked. */
  defined: boolean
  user?: string
  password?: string
  token?: string
  timeout_ms: number
  users: UserOptions[]
  /** A service says who may come in; absent: the file does. */
  callout?: CalloutOptions
}

/** -1 is unlimited. */
export interface AccountLimits {
  max_connections: number
  max_subscriptions: number
  max_payload: number
}

export interface AccountOptions {
  name: string
  users: UserOptions[]
  limits: AccountLimits
  /** Absent: none. */
  mappings?: MappingSettings[]
  exports?: ExportSettings[]
  imports?: ImportSettings[]
  /** Where messages are told of that others trace. */
  trace?: TraceOptions
}

export function default_authorization(): AuthorizationOptions {
  return { defined: false, timeout_ms: AUTH_TIMEOUT_MS, users: [] }
}

/** What the blocks of a file say; the checks across both need to know where they stood. */
export class AuthReader {
  readonly #problems: Problems
  readonly #names = new Set<string>()
  #accounts_at: Value['position'] | undefined
  /** Judged when all accounts are known. */
  readonly #imports: (PlacedImport & { account: AccountOptions })[] = []

  constructor(problems: Problems) {
    this.#problems = problems
  }

  /** authorization { } */
  authorization(value: Value, into: AuthorizationOptions): void {
    if (value.kind !== 'map') throw type_error(value, 'map')
    into.defined = true
    let has_users = false
    let default_permissions: UserPermissions | undefined
    this.#read_fields(value.value, {
      'user username': (entry) => void (into.user = string_of(entry)),
      'password pass': (entry) => void (into.password = string_of(entry)),
      token: (entry) => void (into.token = string_of(entry)),
      'auth_callout auth_hook': (entry) => void (into.callout = read_callout(entry, this.#problems)),
      timeout: (entry) => void (into.timeout_ms = read_timeout(entry, this.#problems)),
      users: (entry) => {
        has_users = true
        into.users.push(...this.#users(entry, GLOBAL_ACCOUNT))
      },
      'default_permissions default_permission permissions': (entry) =>
        void (default_permissions = read_permissions(entry, this.#problems, true)),
    }, AUTHORIZATION_UNSERVED)
    give_permissions(into.users, default_permissions)
    const single = into.user || into.password
    if (single && into.token) throw new FieldError(value.position, 'Cannot have a user/pass and token')
    if (!has_users) return
    if (single) throw new FieldError(value.position, 'Can not have a single user/pass and a users array')
    if (into.token) throw new FieldError(value.position, 'Can not have a token and a users array')
  }

  /** accounts { } or accounts [ ] */
  accounts(value: Value): AccountOptions[] {
    const accounts: AccountOptions[] = []
    const add = (name: string, entry: Value): AccountOptions => {
      if (name === GLOBAL_ACCOUNT) throw new FieldError(entry.position, `"${name}" is a Reserved Account`)
      if (accounts.some((other) => other.name === name)) {
        throw new FieldError(entry.position, `Duplicate Account Entry: ${name}`)
      }
      const account: AccountOptions = { name, users: [], limits: unlimited() }
      accounts.push(account)
      return account
    }
    this.#accounts_at = value.position
    if (value.kind === 'array') {
      for (const entry of value.value) this.#problems.collect(entry.position, () => add(string_of(entry), entry))
    } else if (value.kind === 'map') {
      for (const [name, entry] of value.value) {
        // A value that others refer to is a definition, not an account.
        if (!entry.used) this.#problems.collect(entry.position, () => this.#account(entry, add(name, entry)))
      }
    } else throw new FieldError(value.position, 'Expected map entries for accounts')
    return accounts
  }

  /** The checks that need both blocks. */
  check(authorization: AuthorizationOptions, accounts: readonly AccountOptions[]): void {
    for (const placed of this.#imports) {
      this.#problems.collect(placed.position, () => check_import(placed.account, placed, accounts))
    }
    if (!this.#accounts_at || !accounts.some((account) => account.users.length > 0)) return
    if (authorization.user || authorization.password) {
      this.#problems.error(this.#accounts_at, 'Can not have a single user/pass and accounts')
    }
    if (authorization.token) this.#problems.error(this.#accounts_at, 'Can not have a token and accounts')
  }

  #account(value: Value, account: AccountOptions): void {
    if (value.kind !== 'map') throw new FieldError(value.position, 'Expected map entries for accounts')
    let default_permissions: UserPermissions | undefined
    this.#read_fields(value.value, {
      users: (entry) => void (account.users = this.#users(entry, account.name)),
      default_permissions: (entry) => void (default_permissions = read_permissions(entry, this.#problems, true)),
      limits: (entry) => this.#limits(entry, account.limits),
      exports: (entry) => void (account.exports = read_exports(entry, this.#problems)),
      imports: (entry) => {
        const placed = read_imports(entry, this.#problems)
        account.imports = placed.map(({ wanted }) => wanted)
        this.#imports.push(...placed.map((each) => ({ ...each, account })))
      },
      'msg_trace trace_dest': (entry) => void (account.trace = read_trace(entry, this.#problems)),
      'mappings maps': (entry) => void (account.mappings = read_mappings(entry, this.#problems)),
    }, ACCOUNT_UNSERVED)
    give_permissions(account.users, default_permissions)
  }

  #users(value: Value, account: string): UserOptions[] {
    if (value.kind !== 'array') {
      throw new FieldError(value.position, `Expected users field to be an array, got ${shown(value)}`)
    }
    const users: UserOptions[] = []
    for (const entry of value.value) {
      this.#problems.collect(entry.position, () => {
        if (entry.kind !== 'map') {
          throw new FieldError(entry.position, `Expected user entry to be a map/struct, got ${shown(entry)}`)
        }
        users.push(this.#user(entry, entry.value, account))
      })
    }
    return users
  }

  #user(value: Value, entries: ReadonlyMap<string, Value>, account: string): UserOptions {
    const user: UserOptions = { user: '', password: '', nkey: '', account }
    const errors_before = this.#problems.errors.length
    this.#read_fields(entries, {
      'user username': (entry) => void (user.user = string_of(entry)),
      'password pass': (entry) => void (user.password = string_of(entry)),
      nkey: (entry) => void (user.nkey = string_of(entry)),
      'permissions permission authorization': (entry) =>
        void (user.permissions = read_permissions(entry, this.#problems, true)),
      'allowed_connection_types connection_types clients': (entry) =>
        void (user.allowed_connection_types = connection_types(entry)),
    }, USER_UNSERVED)
    const [first = value] = entries.values()
    if (this.#problems.errors.length === errors_before) check_user(user, first.position)
    const name = user.nkey || user.user
    if (this.#names.has(name)) {
      throw new FieldError(value.position, `Duplicate ${user.nkey === '' ? 'user' : 'nkey'} "${name}" detected`)
    }
    if (name !== '') this.#names.add(name)
    return user
  }

  #limits(value: Value, limits: AccountLimits): void {
    if (value.kind !== 'map') {
      throw new FieldError(value.position, `Expected account limits to be a map/struct, got ${shown(value)}`)
    }
    for (const [name, entry] of value.value) {
      this.#problems.collect(entry.position, () => {
        const key = name.toLowerCase()
        const limit = (Object.keys(LIMIT_KEYS) as (keyof AccountLimits)[]).find((l) => LIMIT_KEYS[l].keys.includes(key))
        if (limit) limits[limit] = integer_of(entry)
        else if (['max_leafnodes', 'max_leafs'].includes(key)) {
          without_effect(name, entry, this.#problems)
        } else if (!entry.used) {
          const known = Object.values(LIMIT_KEYS).flatMap(({ keys }) => keys)
          throw new UnknownField(entry.position, `Unknown field "${name}" parsing account limits`, name, known)
        }
      })
    }
  }

  #read_fields(
    entries: ReadonlyMap<string, Value>,
    special: Record<string, Special>,
    unserved: Block['unserved'],
  ): void {
    read_fields(entries, special, this.#problems, unserved)
  }
}

const LIMIT_KEYS = {
  max_connections: row(-1, integer, 'max_connections max_conn'),
  max_subscriptions: row(-1, integer, 'max_subscriptions max_subs'),
  max_payload: row(-1, integer, 'max_payload max_pay'),
}

export const AUTHORIZATION_UNSERVED: Block['unserved'] = {
  refused: {
    proxy_required: 'value',
  },
  harmless: [],
}
export const USER_UNSERVED: Block['unserved'] = {
  refused: {
    proxy_required: 'value',
  },
  harmless: [],
}
export const ACCOUNT_UNSERVED: Block['unserved'] = {
  refused: {
    nkey: 'block',
  },
  harmless: ['jetstream'],
}

function check_user({ user, password, nkey }: UserOptions, position: Value['position']): void {
  if (user === '' && nkey === '') throw new FieldError(position, 'User entry requires a user')
  if (nkey === '') return
  if (!is_user_key(nkey)) throw new FieldError(position, 'Not a valid public nkey for a user')
  if (user !== '' || password !== '') throw new FieldError(position, 'Nkey users do not take usernames or passwords')
}

/** Users without permissions of their own get those of their block, as a whole. */
function give_permissions(users: UserOptions[], permissions: UserPermissions | undefined): void {
  if (permissions === undefined) return
  for (const user of users) user.permissions ??= permissions
}

function unlimited(): AccountLimits {
  return { max_connections: -1, max_subscriptions: -1, max_payload: -1 }
}

/** Milliseconds of `timeout`: seconds as a number, or a duration text. Long ones get a warning. */
export function read_timeout(value: Value, problems: Problems): number {
  let ms: number
  if (value.kind === 'int' || value.kind === 'float') ms = Number(value.value) * 1000
  else if (value.kind === 'string') ms = timeout_text(value.value)
  else throw new FieldError(value.position, "error parsing authorization config, 'timeout' wrong type")
  if (ms > 60_000) {
    problems.invalid_use(
      value.position,
      'timeout',
      `timeout of ${value.value} (${(ms / 1000).toFixed(6)} seconds) is high, consider keeping it under 60 seconds. ` +
        "possibly caused by unquoted duration; use '1m' instead of 1m, for example",
    )
  }
  return ms === 0 ? AUTH_TIMEOUT_MS : ms
}

function timeout_text(text: string): number {
  try {
    return parse_duration_ms(text)
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    throw new ValueError(`error parsing authorization config, 'timeout' ${error.message}`)
  }
}

const CONNECTION_TYPES = ['STANDARD', 'WEBSOCKET', 'LEAFNODE', 'LEAFNODE_WS', 'MQTT', 'MQTT_WS', 'IN_PROCESS']

function connection_types(value: Value): string[] {
  const types = strings_of(value, 'allowed connection types').map((type) => type.toUpperCase())
  const unknown = types.filter((type) => !CONNECTION_TYPES.includes(type))
  if (unknown.length > 0) {
    throw new FieldError(value.position, `invalid connection types [${unknown.map((type) => `"${type}"`).join(' ')}]`)
  }
  return types
}
