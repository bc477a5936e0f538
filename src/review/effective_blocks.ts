// The blocks cluster { } and websocket { }, as settings.
import { CLUSTER_TABLE, type ClusterOptions } from '../config/cluster_options.ts'
import type { Options } from '../config/options.ts'
import type { Row } from '../config/rows.ts'
import { parse_route, type RouteAddress, same_route } from '../config/url.ts'
import { WEBSOCKET_TABLE, type WebsocketOptions } from '../config/websocket_options.ts'
import { subjects_setting } from './effective_auth.ts'
import { tls_block } from './effective_tls.ts'
import { listen_place, option_place } from './option_place.ts'
import {
  DEFAULT,
  default_as,
  entries_under,
  flag_place,
  items_of,
  type Place,
  place_in,
  type Placed,
  type Sources,
} from './place.ts'
import { is_said, map, masked_url, one, secret, type Setting, unsaid } from './setting.ts'
import { duration_value, option_setting } from './written.ts'

/** What defaults mean that no file can say, or none should: to say it is an option without effect. */
const NOTES: Readonly<Record<string, string>> = Object.freeze({ pool_size: 'no pool', compression: 'off' })

export function cluster_setting({ cluster }: Options, sources: Sources): Setting {
  const blocks = entries_under(sources.file, 'cluster')
  const { permissions } = cluster
  const under = (names: string) => entries_under(entries_under(blocks, 'permissions'), names)
  const setting = map('cluster', [
    ...Object.entries(CLUSTER_TABLE).map(([name, option]) => cluster_option(name, option, cluster, blocks, sources)),
    authorization_setting(cluster, blocks, sources),
    ...(permissions.import === undefined && permissions.export === undefined ? [] : [
      map('permissions', [
        ...(permissions.import === undefined
          ? []
          : [subjects_setting('import', permissions.import, place_in(under('import pub publish'), said_in(blocks)))]),
        ...(permissions.export === undefined ? [] : [
          subjects_setting('export', permissions.export, place_in(under('export sub subscribe'), said_in(blocks))),
        ]),
      ], said_in(blocks)),
    ]),
    tls_block('tls', cluster.tls, entries_under(blocks, 'tls'), 'cluster'),
  ], place_in(blocks))
  return is_said(setting) ? setting : unsaid('cluster', 'none', DEFAULT)
}

/** The deprecated place, inside of `authorization`. */
const said_in = (blocks: readonly Placed[]): Place =>
  place_in(entries_under(blocks, 'permissions'), place_in(entries_under(blocks, 'authorization')))

function cluster_option(
  name: string,
  option: Row<any>,
  cluster: ClusterOptions,
  blocks: readonly Placed[],
  sources: Sources,
): Setting {
  if (name === 'routes') return routes_setting(cluster.routes, blocks, sources)
  const value = cluster[name as keyof ClusterOptions]
  const place = cluster_place(name, option, blocks, sources)
  if (name === 'compression' && !place.is_said) return unsaid(name, NOTES[name], place)
  return option_setting(name, option, value, place, NOTES[name])
}

function cluster_place(name: string, { keys, flags }: Row<any>, blocks: readonly Placed[], sources: Sources): Place {
  if (name === 'host' || name === 'port') {
    return flag_place(sources, 'cluster') ?? listen_place(blocks, name, keys)
  }
  const own = flag_place(sources, ...flags.slice(0, 1)) ?? place_in(entries_under(blocks, keys.join(' ')))
  if (own.is_said) return own
  if (name === 'ping_interval_ms' || name === 'ping_max' || name === 'write_deadline_ms') {
    return default_as(keys[0], option_place(name, sources))
  }
  return own
}

function routes_setting(routes: readonly RouteAddress[], blocks: readonly Placed[], sources: Sources): Setting {
  const flag = flag_place(sources, 'routes')
  const places = entries_under(blocks, 'routes')
  const items = items_of(places.slice(-1))
  const place_of = (route: RouteAddress): Place => {
    const place = items.find(({ value }) => value.kind === 'string' && same_route(parse_route(value.value), route))
    return flag ?? place_in(place === undefined ? [] : [place])
  }
  const list = routes.map((route) => {
    const value = route_url(route), masked = masked_url(value)
    return { value, ...(masked !== value && { masked }), place: place_of(route) }
  })
  return { key: 'routes', body: { kind: 'list', items: list }, place: flag ?? place_in(places) }
}

/** As a file has it. */
function route_url({ scheme, host, port, user, password }: RouteAddress): string {
  const secret = password === undefined ? '' : `:${encodeURIComponent(password)}`
  const who = user === undefined ? '' : `${encodeURIComponent(user)}${secret}@`
  return `${scheme === '' ? '' : `${scheme}:`}//${who}${host.includes(':') ? `[${host}]` : host}${
    port === 0 ? '' : `:${port}`
  }`
}

function authorization_setting(
  { authorization }: ClusterOptions,
  blocks: readonly Placed[],
  sources: Sources,
): Setting {
  const { user, password, timeout_ms } = authorization
  const own = entries_under(blocks, 'authorization')
  const flag = flag_place(sources, 'cluster')
  const at = (names: string) => place_in(entries_under(own, names))
  return map('authorization', [
    ...(user === undefined ? [] : [one('user', user, flag ?? at('user username'))]),
    ...(password === undefined ? [] : [secret('password', password, flag ?? at('password pass'))]),
    one('timeout', duration_value(timeout_ms), at('timeout')),
  ], DEFAULT)
}

export function websocket_setting(websocket: WebsocketOptions, sources: Sources): Setting {
  const blocks = entries_under(sources.file, 'websocket ws')
  if (blocks.length === 0) return unsaid('websocket', 'none', DEFAULT)
  const { user, password, token, timeout_ms } = websocket.authorization
  const own = entries_under(blocks, 'authorization authentication')
  const at = (names: string) => place_in(entries_under(own, names))
  const headers = entries_under(blocks, 'headers')
  return map('websocket', [
    ...Object.entries(WEBSOCKET_TABLE).map(([name, option]) => {
      const place = name === 'host' || name === 'port'
        ? listen_place(blocks, name, option.keys)
        : place_in(entries_under(blocks, option.keys.join(' ')))
      return option_setting(name, option, websocket[name as keyof WebsocketOptions], place)
    }),
    ...(own.length === 0 ? [] : [
      map('authorization', [
        ...(user === undefined ? [] : [one('user', user, at('user username'))]),
        ...(password === undefined ? [] : [secret('password', password, at('password pass'))]),
        ...(token === undefined ? [] : [secret('token', token, at('token'))]),
        ...(timeout_ms === undefined ? [] : [one('timeout', duration_value(timeout_ms), at('timeout'))]),
      ], place_in(own)),
    ]),
    tls_block('tls', websocket.tls, entries_under(blocks, 'tls'), 'clients'),
    ...(headers.length === 0 ? [] : [
      map('headers', websocket.headers.map(([name, text]) => one(name, text, place_in(headers))), place_in(headers)),
    ]),
  ], place_in(blocks))
}
