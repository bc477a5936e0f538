// The addresses and ports that a configuration asks for.
import { CLUSTER_TABLE } from '../config/cluster_options.ts'
import { OPTION_TABLE } from '../config/options.ts'
import { WEBSOCKET_TABLE } from '../config/websocket_options.ts'
import { bare_host } from '../net/address.ts'
import { type Judged, top_place } from './judged.ts'
import { has_host, listen_place } from './option_place.ts'
import { entries_under, flag_place, place_in, type Sources } from './place.ts'

export interface Listener {
  /** Whom it is for, as it is said to the operator. */
  readonly purpose: string
  /** Without brackets. */
  readonly host: string
  /** 0: any. */
  readonly port: number
  readonly host_place: string
  readonly port_place: string
}

/** In the order in which a start opens them; those that are off are left out. */
export function listeners_of(judged: Judged): Listener[] {
  const { options: { host, port, http_host, http_port, https_port, prof_port, websocket, cluster }, sources } = judged
  const host_place = top_place(judged, 'host')
  const all: Listener[] = [
    { purpose: 'monitoring', host: http_host, port: http_port || https_port, ...monitoring_places(judged) },
    { purpose: 'profiles', host, port: prof_port, host_place, port_place: top_place(judged, 'prof_port') },
    { purpose: 'WebSocket clients', ...websocket, ...block_places(sources, 'websocket ws', WEBSOCKET_TABLE) },
    { purpose: 'other servers', ...cluster, ...cluster_places(sources) },
    { purpose: 'clients', host, port, host_place, port_place: top_place(judged, 'port') },
  ]
  return all.filter(({ port }) => port !== 0).map(({ purpose, host, port, host_place, port_place }) => ({
    ...{ purpose, host: bare_host(host), port: Math.max(0, port), host_place, port_place },
  }))
}

type Places = Pick<Listener, 'host_place' | 'port_place'>

function block_places(sources: Sources, names: string, table: typeof CLUSTER_TABLE | typeof WEBSOCKET_TABLE): Places {
  const blocks = entries_under(sources.file, names)
  const place = (name: 'host' | 'port') => listen_place(blocks, name, table[name].keys).text
  return { host_place: place('host'), port_place: place('port') }
}

function cluster_places(sources: Sources): Places {
  const flag = flag_place(sources, 'cluster')?.text
  return flag === undefined ? block_places(sources, 'cluster', CLUSTER_TABLE) : { host_place: flag, port_place: flag }
}

/** It listens where clients are served unless it is said otherwise. */
function monitoring_places(judged: Judged): Places {
  const { options, sources } = judged
  const name = options.http_port === 0 ? 'https' : 'http'
  const { keys, flags } = OPTION_TABLE[`${name}_port`]
  const host = place_in(entries_under(sources.file, 'http https').filter(has_host))
  const port = flag_place(sources, flags[0]) ?? place_in(entries_under(sources.file, `${name} ${keys.join(' ')}`))
  return { host_place: host.is_said ? host.text : top_place(judged, 'host'), port_place: port.text }
}
