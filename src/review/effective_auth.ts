// Who may do what, as settings: authorization { } and accounts { }.
import type { AccountOptions, AuthorizationOptions, UserOptions } from '../config/auth_options.ts'
import type { CalloutOptions } from '../config/callout_options.ts'
import type { Options } from '../config/options.ts'
import type { UserPermissions } from '../auth/user_permissions.ts'
import type { SubjectPermission } from '../wire/json_fields.ts'
import { exports_setting, imports_setting, mappings_setting } from './effective_exchange.ts'
import {
  DEFAULT,
  entries_by_name,
  entries_under,
  flag_place,
  items_of,
  type Place,
  place_in,
  type Placed,
  type Sources,
} from './place.ts'
import { map, maps, one, row, secret, type Setting, unsaid } from './setting.ts'
import { duration_value } from './written.ts'

const USER = 'user username'
const PASSWORD = 'password pass'
const DEFAULT_PERMISSIONS = 'default_permissions default_permission permissions'

export function authorization_setting({ authorization, accounts }: Options, sources: Sources): Setting {
  const blocks = entries_under(sources.file, 'authorization')
  const at = (names: string) => place_in(entries_under(blocks, names))
  const has_users = [authorization, ...accounts].some(({ users }) => users.length > 0)
  const flags = flag_place(sources, 'user', 'pass', 'auth')
  if (!authorization.defined && flags === null) return unsaid('authorization', 'nobody is asked', DEFAULT)
  const places: SinglePlaces = {
    user: flag_place(sources, 'user') ?? at(USER),
    password: flag_place(sources, 'pass') ?? at(PASSWORD),
    token: flag_place(sources, 'auth') ?? at('token'),
  }
  const users = items_of(entries_under(blocks, 'users'))
  const { callout } = authorization
  return map('authorization', [
    ...single_settings(authorization, places, has_users),
    ...(authorization.proxy_required ? [one('proxy_required', true, at('proxy_required'))] : []),
    one('timeout', duration_value(authorization.timeout_ms), at('timeout')),
    ...(authorization.users.length === 0 ? [] : [
      users_setting(authorization.users, users, place_in(entries_under(blocks, DEFAULT_PERMISSIONS)), at('users')),
    ]),
    ...(callout === undefined ? [] : [callout_setting(callout, entries_under(blocks, 'auth_callout auth_hook'))]),
  ], place_in(blocks))
}

type SinglePlaces = Readonly<Record<'user' | 'password' | 'token', Place>>

/** Flags may say what a file may not: then it is said what counts. */
function single_settings(
  { user, password, token }: AuthorizationOptions,
  places: SinglePlaces,
  has_users: boolean,
): Setting[] {
  const beside = (what: string) => `without effect beside ${what}`
  const settings: Setting[] = []
  const is_beside_token = !has_users && !!token && !!(user || password)
  if (user !== undefined) settings.push(one('user', user, places.user))
  if (password !== undefined) settings.push(secret('password', password, places.password))
  if (token !== undefined) settings.push(secret('token', token, places.token))
  return settings.map((setting) => {
    if (has_users) return unsaid(setting.key, beside('users'), setting.place)
    return is_beside_token && setting.key !== 'token' ? unsaid(setting.key, beside('a token'), setting.place) : setting
  })
}

function callout_setting(callout: CalloutOptions, blocks: readonly Placed[]): Setting {
  const at = (names: string) => place_in(entries_under(blocks.slice(-1), names))
  return map('auth_callout', [
    one('issuer', callout.issuer, at('issuer')),
    one('account', callout.account, at('account acc')),
    row('auth_users', callout.users, at('auth_users users')),
    ...(callout.xkey === '' ? [] : [one('xkey', callout.xkey, at('xkey key'))]),
    row('allowed_accounts', callout.allowed_accounts, at('allowed_accounts')),
  ], place_in(blocks))
}

/** `placed`: where each of them stands; `permissions`: where those are said that users have who have none of their own. */
function users_setting(
  users: readonly UserOptions[],
  placed: readonly Placed[],
  permissions: Place,
  place: Place,
): Setting {
  const items = users.map((user, i) => user_settings(user, placed.slice(i, i + 1), permissions))
  return maps('users', items, place)
}

function user_settings(user: UserOptions, own: readonly Placed[], inherited: Place): Setting[] {
  const at = (names: string) => place_in(entries_under(own, names))
  const types = user.allowed_connection_types
  const settings = user.nkey === ''
    ? [one('user', user.user, at(USER)), secret('password', user.password, at(PASSWORD))]
    : [one('nkey', user.nkey, at('nkey'))]
  if (user.proxy_required) settings.push(one('proxy_required', true, at('proxy_required')))
  if (user.permissions !== undefined) {
    const said = entries_under(own, 'permissions permission authorization')
    settings.push(permissions_setting(user.permissions, said, said.length > 0 ? place_in(said) : inherited))
  }
  if (types !== undefined) {
    settings.push(
      row('allowed_connection_types', types, at('allowed_connection_types connection_types clients')),
    )
  }
  return settings
}

function permissions_setting(
  { publish, subscribe, responses }: UserPermissions,
  own: readonly Placed[],
  place: Place,
) {
  const at = (names: string) => place_in(entries_under(own.slice(-1), names), place)
  const settings = [
    ...(publish === undefined ? [] : [subjects_setting('publish', publish, at('publish pub import'))]),
    ...(subscribe === undefined ? [] : [subjects_setting('subscribe', subscribe, at('subscribe sub export'))]),
  ]
  if (responses !== undefined) {
    const said = at('allow_responses publish_allow_responses')
    const { max, expires_ms } = responses
    settings.push(
      map('allow_responses', [one('max', max, said), one('expires', duration_value(expires_ms), said)], said),
    )
  }
  return map('permissions', settings, place)
}

/** An empty list stands for a permission that says nothing. */
export function subjects_setting(key: string, { allow, deny }: SubjectPermission, place: Place): Setting {
  if (allow === undefined && deny === undefined) return row(key, [], place)
  return map(key, [
    ...(allow === undefined ? [] : [row('allow', allow, place)]),
    ...(deny === undefined ? [] : [row('deny', deny, place)]),
  ], place)
}

export function account_settings({ accounts, operator }: Options, sources: Sources): Setting {
  const blocks = entries_under(sources.file, 'accounts').slice(-1)
  if (operator !== null) return unsaid('accounts', "the operator's", DEFAULT)
  if (accounts.length === 0) return unsaid('accounts', 'none', place_in(blocks))
  const places = entries_by_name(blocks)
  return map(
    'accounts',
    accounts.map((account) => account_setting(account, places.get(account.name))),
    place_in(blocks),
  )
}

function account_setting(account: AccountOptions, place: Placed | undefined): Setting {
  const own = place === undefined ? [] : [place]
  const at = (names: string) => place_in(entries_under(own, names))
  const { users, limits, mappings, exports, imports, trace } = account
  const limit_places = entries_under(own, 'limits').slice(-1)
  const limit = (key: keyof typeof limits, names: string) =>
    one(key, limits[key], place_in(entries_under(limit_places, names)))
  return map(account.name, [
    ...(users.length === 0 ? [] : [
      users_setting(users, items_of(entries_under(own, 'users').slice(-1)), at('default_permissions'), at('users')),
    ]),
    map('limits', [
      limit('max_connections', 'max_connections max_conn'),
      limit('max_subscriptions', 'max_subscriptions max_subs'),
      limit('max_payload', 'max_payload max_pay'),
    ], DEFAULT),
    ...(exports === undefined ? [] : [exports_setting(exports, items_of(entries_under(own, 'exports').slice(-1)))]),
    ...(imports === undefined ? [] : [imports_setting(imports, items_of(entries_under(own, 'imports').slice(-1)))]),
    ...(mappings === undefined ? [] : [mappings_setting(mappings, own)]),
    ...(trace === undefined ? [] : [
      map('msg_trace', [
        one('dest', trace.dest, at('msg_trace trace_dest')),
        one('sampling', trace.sampling, at('msg_trace trace_dest')),
      ], at('msg_trace trace_dest')),
    ]),
  ], place_in(own))
}
