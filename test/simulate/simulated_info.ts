// What simulated servers say of themselves, and how servers of two kinds understand each other.
import type { RouteInfo } from '../../src/wire/info.ts'
import { CLUSTER_PORT, type Server } from './cluster_simulation.ts'

/** The Go version of a server of that kind, and what one of ours says there. */
const OLD = 'go1.19.8'
const OWN = 'onehop/0.1.0 simulation'

/** What 2.9 passes on of others it has not understood, but it is still there. */
export function as_passed_on_by_old(info: RouteInfo): RouteInfo {
  return { ...info, go: info.go.replace(`${OLD} `, '') }
}

export function client_url(server: Server): string {
  return `${server.address}:${4222 + server.life}`
}

/** What 2.9 does not know is not there for it; what it passes on of others it does not understand. */
export function as_read_by_old(info: RouteInfo): RouteInfo {
  const { onehop: _word, gossip_mode: _mode, ...known } = info
  return { ...known, go: `${OLD} ${info.go}` }
}

export function own_info(server: Server): RouteInfo {
  const { name, dynamic } = server.membership!.cluster
  return {
    server_id: server.id,
    server_name: server.id,
    version: '2.9.10',
    proto: 2,
    go: server.is_old ? OLD : OWN,
    host: server.address,
    port: CLUSTER_PORT,
    headers: true,
    max_payload: 1048576,
    nonce: 'AAAAAAAAAAAAAAA',
    cluster: name,
    cluster_dynamic: dynamic,
    connect_urls: [client_url(server)],
    lnoc: true,
    lnocu: true,
  }
}
