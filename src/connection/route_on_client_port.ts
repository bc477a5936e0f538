// A server that dials the port for clients as if it were one for routes: what is logged of it, once per attempt.
import { go_quote, Refuse } from '../base/errors.ts'
import type { ConnectFields } from '../wire/connect.ts'
import type { RouteInfo } from '../wire/info.ts'

/** Null: the CONNECT is that of a client. `ours`: the INFO for peers, if this server has a cluster. */
export function route_on_client_port(fields: ConnectFields, ours: Pick<RouteInfo, 'port'> | null): string | null {
  // Clients say their language; leaf nodes do not say lnoc.
  if (fields.lang || !fields.cluster || fields.lnoc === undefined) return null
  const cure = ours === null ? 'this server has no cluster port' : `its route has to lead to port ${ours.port}`
  const who = `Server ${go_quote(fields.name ?? '')} of cluster ${go_quote(fields.cluster)}`
  return `${Refuse.client_port.text}: ${who} dialled it as a route, ${cure}`
}
