// Who may do what: the blocks authorization { } and accounts { } (reference ops.md 3.6, 3.7).
import { AUTH_TIMEOUT_MS } from '../base/limits.ts'
import { is_key } from '../auth/jwt.ts'
import type { ExportSettings, ImportSettings } from '../auth/account_imports.ts'
import type { MappingSettings } from '../auth/subject_mapping.ts'
import type { UserPermissions } from '../auth/user_permissions.ts'
import { read_auth_timeout } from './auth_timeout.ts'
import { read_fields, type Special, without_effect } from './block.ts'
import { type CalloutOptions, read_callout } from './callout_options.ts'
import { read_account_jetstream } from './jetstream_options.ts'
import { read_trace, type TraceOptions } from './trace_options.ts'
import type { Position, Value } from './parser.ts'
import { read_mappings } from './mapping_options.ts'
import type { Placed } from './exchange_items.ts'
import { check_export, read_exports } from './export_options.ts'
import { check_import, read_imports, type ReadImport } from './import_options.ts'
import { read_permissions } from './permission_options.ts'
import { FieldError, type Problems, shown, type_error, UnknownField } from './problems.ts'
import { boolean_of, integer, integer_of, row, string_of } from './rows.ts'
import { is_subject } from './subjects.ts'
import { read_user, type UserOptions } from './user_options.ts'
import { quote } from './values.ts'

export type { UserOptions } from './user_options.ts'

/** The account of everybody who has no other. */
export const GLOBAL_ACCOUNT = '$G'
export const SYSTEM_ACCOUNT = '$SYS'

export interface AuthorizationOptions {
  /** Whether the file has the block: then nobody gets in unasked. */
  defined: boolean
  user?: string
  password?: string
  token?: string
  timeout_ms: number
  users: UserOptions[]
  /** The single user, and who has the token, may come by a trusted proxy only. */
  proxy_required?: true
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
  /** Accounts that ask for it. */
  readonly jetstream_accounts = new Set<string>()
  /** Where an account has users. */
  #users_at: Position | undefined
  /** Judged when all accounts are known. */
  readonly #exports: Placed<ExportSettings>[] = []
  readonly #imports: (Placed<ReadImport> & { account: AccountOptions })[] = []

  constructor(problems: Problems) {
    this.#problems = problems
  }

  /** authorization { } */
  authorization(value: Value, into: AuthorizationOptions): { has_users: boolean } {
    if (value.kind !== 'map') throw type_error(value, 'map')
    into.defined = true
    let has_users = false
    let default_permissions: UserPermissions | undefined
    this.#read_fields(value.value, {
      'user username': (entry) => void (into.user = string_of(entry)),
      'password pass': (entry) => void (into.password = string_of(entry)),
      token: (entry) => void (into.token = string_of(entry)),
      'auth_callout auth_hook': (entry) => void (into.callout = read_callout(entry, this.#problems)),
      timeout: (entry) => void (into.timeout_ms = read_auth_timeout(entry, this.#problems)),
      users: (entry) => {
        has_users = true
        into.users.push(...this.#users(entry, GLOBAL_ACCOUNT, value.position))
      },
      proxy_required: (entry) => {
        if (boolean_of(entry)) into.proxy_required = true
      },
      'default_permissions default_permission permissions': (entry) =>
        void (default_permissions = read_permissions(entry, this.#problems)),
    })
    give_permissions(into.users, default_permissions)
    if ((into.user || into.password) && into.token) {
      throw new FieldError(value.position, 'Cannot have a user/pass and token')
    }
    if (!has_users) return { has_users }
    if (into.user) throw new FieldError(value.position, 'Can not have a single user/pass and a users array')
    if (into.token) throw new FieldError(value.position, 'Can not have a token and a users array')
    return { has_users }
  }

  /** accounts { } or accounts [ ] */
  accounts(value: Value): AccountOptions[] {
    const accounts: AccountOptions[] = []
    const add = (name: string, entry: Value): AccountOptions => {
      if (name === GLOBAL_ACCOUNT) throw new FieldError(entry.position, `${quote(name)} is a Reserved Account`)
      if (accounts.some((other) => other.name === name)) {
        throw new FieldError(entry.position, `Duplicate Account Entry: ${name}`)
      }
      const account: AccountOptions = { name, users: [], limits: unlimited() }
      accounts.push(account)
      return account
    }
    if (value.kind === 'array') {
      for (const entry of value.value) this.#problems.collect(entry.position, () => add(string_of(entry), entry))
    } else if (value.kind === 'map') {
      for (const [name, entry] of value.value) {
        // A value that others refer to is a definition, not an account.
        if (!entry.used) this.#problems.collect(entry.position, () => this.#account(entry, add(name, entry)))
      }
    } else without_effect('accounts', value, this.#problems)
    return accounts
  }

  /** The checks that need both blocks. */
  check(authorization: AuthorizationOptions, accounts: readonly AccountOptions[]): void {
    // What is wrong with one of them may be the reason why another one is.
    if (this.#problems.errors.length === 0) this.#check_exchange(accounts)
    if (this.#users_at === undefined || !accounts.some((account) => account.users.length > 0)) return
    if (authorization.user) {
      this.#problems.error(this.#users_at, 'Can not have a single user/pass and accounts')
    }
    if (authorization.token) this.#problems.error(this.#users_at, 'Can not have a token and accounts')
  }

  #check_exchange(accounts: readonly AccountOptions[]): void {
    for (const placed of this.#exports) {
      this.#problems.collect(placed.position, () => check_export(placed, accounts))
    }
    if (this.#problems.errors.length > 0) return
    // One after the other: of a circle the last import is one too many.
    const so_far = accounts.map(({ name, exports = [] }) => ({ name, exports, imports: [] as ImportSettings[] }))
    for (const { account, ...placed } of this.#imports) {
      const importer = so_far.find(({ name }) => name === account.name)!
      this.#problems.collect(placed.position, () => {
        check_import(importer, placed, so_far, this.#problems)
        importer.imports.push(placed.item.wanted)
      })
    }
  }

  #account(value: Value, account: AccountOptions): void {
    if (value.kind !== 'map') throw new FieldError(value.position, 'Expected map entries for accounts')
    let default_permissions: UserPermissions | undefined
    this.#read_fields(value.value, {
      users: (entry) => {
        this.#users_at = entry.position
        account.users = this.#users(entry, account.name, entry.position)
      },
      nkey: (entry, key) => {
        if (entry.kind !== 'string' || !is_key(entry.value, 'A')) {
          throw new FieldError(entry.position, `Not a valid public nkey for an account: ${quote(shown(entry))}`)
        }
        without_effect(key, entry, this.#problems)
      },
      jetstream: (entry, key) => {
        if (!read_account_jetstream(entry, this.#problems)) return
        this.jetstream_accounts.add(account.name)
        without_effect(key, entry, this.#problems)
      },
      default_permissions: (entry) => void (default_permissions = read_permissions(entry, this.#problems)),
      limits: (entry) => this.#limits(entry, account.limits),
      exports: (entry) => {
        const placed = read_exports(entry, this.#problems)
        account.exports = placed.map(({ item }) => item).filter(({ subject }) => is_subject(subject))
        this.#exports.push(...placed)
      },
      imports: (entry) => {
        const placed = read_imports(entry, this.#problems)
        account.imports = placed.map(({ item }) => item.wanted)
        this.#imports.push(...placed.map((each) => ({ ...each, account })))
      },
      'msg_trace trace_dest': (entry, key) => {
        const trace = read_trace(entry, key, this.#problems)
        if (trace !== null) account.trace = trace
      },
      'mappings maps': (entry) => void (account.mappings = read_mappings(entry, this.#problems)),
    })
    give_permissions(account.users, default_permissions)
  }

  /** `at`: where it is said that one is there twice. */
  #users(value: Value, account: string, at: Position): UserOptions[] {
    if (value.kind !== 'array') {
      throw new FieldError(value.position, `Expected users field to be an array, got ${shown(value)}`)
    }
    const users: UserOptions[] = []
    for (const entry of value.value) {
      this.#problems.collect(entry.position, () => {
        const user = read_user(entry, account, this.#problems)
        if (user === null) return
        const name = user.nkey || user.user
        if (this.#names.has(name)) {
          throw new FieldError(at, `Duplicate ${user.nkey === '' ? 'user' : 'nkey'} ${quote(name)} detected`)
        }
        this.#names.add(name)
        users.push(user)
      })
    }
    return users
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
        else if (LEAFNODE_LIMITS.includes(key)) {
          integer_of(entry)
          without_effect(name, entry, this.#problems)
        } else if (!entry.used) {
          const known = [...Object.values(LIMIT_KEYS).flatMap(({ keys }) => keys), ...LEAFNODE_LIMITS]
          throw new UnknownField(entry.position, `Unknown field ${quote(name)} parsing account limits`, name, known)
        }
      })
    }
  }

  #read_fields(entries: ReadonlyMap<string, Value>, special: Record<string, Special>): void {
    read_fields(entries, special, this.#problems)
  }
}

/** There are no leaf nodes to count. */
const LEAFNODE_LIMITS = ['max_leafnodes', 'max_leafs']
const LIMIT_KEYS = {
  max_connections: row(-1, integer, 'max_connections max_conn'),
  max_subscriptions: row(-1, integer, 'max_subscriptions max_subs'),
  max_payload: row(-1, integer, 'max_payload max_pay'),
}

/** Users without permissions of their own get those of their block, as a whole. */
function give_permissions(users: UserOptions[], permissions: UserPermissions | undefined): void {
  if (permissions === undefined) return
  for (const user of users) user.permissions ??= permissions
}

function unlimited(): AccountLimits {
  return { max_connections: -1, max_subscriptions: -1, max_payload: -1 }
}
