// The configuration in force, as settings: what a file would have to say for the same options without any flag.
import { OPTION_GROUPS, OPTION_TABLE, type Options } from '../config/options.ts'
import type { Row } from '../config/rows.ts'
import type { Said } from '../config/said.ts'
import { account_settings, authorization_setting } from './effective_auth.ts'
import { cluster_setting, websocket_setting } from './effective_blocks.ts'
import { mappings_setting } from './effective_exchange.ts'
import { proxies_setting } from './effective_proxies.ts'
import { operator_settings } from './effective_operator.ts'
import { tls_setting } from './effective_tls.ts'
import { has_host, option_place } from './option_place.ts'
import { entries_under, flag_place, place_in, type Sources, sources_of } from './place.ts'
import { one, secret, type Setting } from './setting.ts'
import { option_setting } from './written.ts'

/** What defaults mean that no file can say. */
const NOTES: Readonly<Record<string, string>> = Object.freeze({
  workers: 'decided at start, by the number of cores',
  route_workers: 'decided at start, by the number of cores',
  max_sub_tokens: 'no limit',
})

const SETS_TRACE: ReadonlySet<string> = new Set(['trace_verbose', 'trace_headers'])

/** `said`: with the flags put over it. */
export function effective_settings({ line, file, options }: Said): Setting[] {
  const sources = sources_of(line, file?.entries)
  const group = (name: keyof typeof OPTION_GROUPS) => group_settings(OPTION_GROUPS[name], options, sources)
  return [
    ...group('Server'),
    ...group('Limits'),
    // These set `trace`, too, so what that says comes behind them.
    ...group('Logging').sort((a, b) => Number(SETS_TRACE.has(b.key)) - Number(SETS_TRACE.has(a.key))),
    ...group('Profiling'),
    ...group('Clients'),
    tls_setting('tls', options.tls, sources, 'clients'),
    authorization_setting(options, sources),
    proxies_setting(options.proxies, sources.file),
    ...operator_settings(options.operator, sources),
    account_settings(options, sources),
    mappings_setting(options.mappings, sources.file),
    cluster_setting(options, sources),
    websocket_setting(options.websocket, sources),
  ]
}

function group_settings(table: Readonly<Record<string, Row<any>>>, options: Options, sources: Sources): Setting[] {
  return Object.entries(table).filter(([, { keys }]) => keys.length > 0).map(([name, option]) => {
    if (name === 'http_port') return monitoring_setting('http', options, sources)
    if (name === 'https_port') return monitoring_setting('https', options, sources)
    const place = option_place(name as keyof typeof OPTION_TABLE, sources)
    if (name === 'http_password') return secret(option.keys[0], options.http_password, place)
    return option_setting(name, option, options[name as keyof Options], place, NOTES[name])
  })
}

/** The host stands with one of the ports, where it was said: else it is that of the clients. */
function monitoring_setting(name: 'http' | 'https', options: Options, sources: Sources): Setting {
  const { http_host: host, http_port, https_port } = options
  const port = name === 'http' ? http_port : https_port
  const { keys, flags } = OPTION_TABLE[`${name}_port`]
  const hosts = entries_under(sources.file, 'http https').filter(has_host)
  const place = flag_place(sources, flags[0]) ??
    place_in(entries_under(sources.file, `${name} ${keys.join(' ')}`))
  const has_address = hosts.length > 0 && (name === 'https') === (http_port === 0 && https_port !== 0)
  if (!has_address) return one(keys[0], port, place)
  const host_place = place_in(hosts)
  const both = host_place.text === place.text
    ? place
    : { text: `${place.text}, host ${host_place.text}`, is_said: true }
  return one(name, `${host.includes(':') ? `[${host}]` : host}:${port}`, both)
}
