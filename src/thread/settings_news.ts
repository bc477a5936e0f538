// What mail changes in the settings: the supervisor remembers it for threads that start later, and every thread has its own.
import type { Settings } from '../connection/settings.ts'
import type { ClientInfo } from '../wire/info.ts'
import type { ToThread } from './messages.ts'

/** An INFO for clients that changes becomes another object: their greeting is made anew when it is another one. */
export function take_news(settings: Settings, message: ToThread): void {
  const { clients, websockets } = settings.client_infos
  switch (message.kind) {
    case 'connect_urls':
    case 'lame_duck':
      settings.client_infos = {
        clients: with_urls(clients, message.urls),
        websockets: with_urls(websockets, message.ws_urls),
      }
      break
    case 'cluster_name': {
      const cluster = message.name
      settings.client_infos = { clients: { ...clients, cluster }, websockets: { ...websockets, cluster } }
      settings.cluster_name_dynamic = message.dynamic
      if (settings.route_info !== null) settings.route_info.cluster = cluster
      break
    }
    case 'route_info':
      settings.route_info = message.info
      break
    case 'settings':
      renew(settings, message.settings)
      break
    case 'client_address': {
      const { door, address } = message
      settings.client_infos = { ...settings.client_infos, [door]: { ...settings.client_infos[door], ...address } }
    }
  }
}

/** What only the running server knows stays: its addresses, those of the others, and the name of the cluster. */
function renew(settings: Settings, next: Settings): void {
  const { accounts, system, callout_accounts, client, websocket, route, debug, trace, trace_system } = next
  Object.assign(settings, { accounts, system, callout_accounts, debug, trace, trace_system })
  // Those that hold a part of it see what is in there.
  Object.assign(settings.client, client)
  Object.assign(settings.route, route)
  if (settings.websocket !== null && websocket !== null) Object.assign(settings.websocket, websocket)
  const renewed = (former: ClientInfo, info: ClientInfo): ClientInfo => {
    const { host, port, connect_urls, cluster } = former
    return { ...info, host, port, ...(connect_urls && { connect_urls }), ...(cluster !== undefined && { cluster }) }
  }
  const { clients, websockets } = settings.client_infos
  settings.client_infos = {
    clients: renewed(clients, next.client_infos.clients),
    websockets: renewed(websockets, next.client_infos.websockets),
  }
}

function with_urls(info: ClientInfo, urls: string[] | null): ClientInfo {
  const { connect_urls: _former, ...others } = info
  return urls === null ? others : { ...others, connect_urls: urls }
}
