// The first bytes to a peer (reference route.md 1.3 to 1.5).
import { make_nonce } from '../auth/server_key.ts'
import { route_info_line } from '../wire/info.ts'
import type { Settings } from './settings.ts'

/** What a peer that we dial is told besides. */
export interface DialGreeting {
  user: string
  password: string
  /** How we were told of it (reference route.md 4.3). */
  gossip_mode: number
}

/** CONNECT if we dialled the peer, and INFO in both roles, without waiting for anything. */
export function route_greeting(settings: Settings, dialled: DialGreeting | null): Uint8Array {
  const info = settings.route_info!
  const info_line = route_info_line({ ...info, nonce: make_nonce(), gossip_mode: dialled?.gossip_mode ?? 0 }, false)
  if (dialled === null) return info_line
  const connect = {
    echo: true,
    verbose: false,
    pedantic: false,
    ...(dialled.user !== '' && { user: dialled.user, pass: dialled.password }),
    tls_required: settings.route.tls !== null,
    headers: true,
    name: info.server_id,
    cluster: info.cluster,
    ...(settings.cluster_name_dynamic && { cluster_dynamic: true }),
    lnoc: true,
  }
  const connect_line = new TextEncoder().encode(`CONNECT ${JSON.stringify(connect)}\r\n`)
  const bytes = new Uint8Array(connect_line.length + info_line.length)
  bytes.set(connect_line)
  bytes.set(info_line, connect_line.length)
  return bytes
}
