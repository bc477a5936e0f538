// Where the page finds the WebSocket of the server that serves it, and whether that asks for a login.
import type { Varz, WebsocketAnswer } from './mesh_answer.ts'

/** As in the page's own location. */
export interface PageLocation {
  protocol: string
  hostname: string
}

/** The address. What is advertised is what clients are told; else the host by which the page was reached. */
export function websocket_url(websocket: WebsocketAnswer, { hostname }: PageLocation): string {
  const scheme = websocket.no_tls === true ? 'ws' : 'wss'
  const advertised = websocket.advertise ?? ''
  if (advertised === '') return `${scheme}://${hostname}:${websocket.port}`
  return `${scheme}://${advertised}${/:\d+$/.test(advertised) ? '' : `:${websocket.port}`}`
}

/** Why a browser would not even try; '': it will. */
export function websocket_obstacle(websocket: WebsocketAnswer, { protocol, hostname }: PageLocation): string {
  if (protocol !== 'https:' || websocket.no_tls !== true) return ''
  if (hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]') return ''
  return 'This page came over TLS, and a browser opens no WebSocket without TLS from it.'
}

/** Whether somebody without a name would be refused. */
export function needs_login({ auth_required, websocket }: Varz): boolean {
  return auth_required === true && websocket?.is_open_to_all !== true
}
