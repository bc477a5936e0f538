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
  /** The connection is to be of this account only; empty: it is not. */
  account: string
}

/** Whether our INFO waits for the peer's, because its place in the pool is not known before. */
export function holds_info_back(settings: Settings, dialled: DialGreeting | null): boolean {
  return dialled !== null && dialled.account === '' && settings.route.pool.size > 0
}

/** The INFO for a peer. `slot`: the place of the connection in the pool, said by who dialled. */
export function first_info_line(settings: Settings, dialled: DialGreeting | null, slot: number): Uint8Array {
  const { gossip_mode = 0, account: route_account = '' } = dialled ?? {}
  const own = { nonce: make_nonce(), gossip_mode, route_account, route_pool_idx: slot }
  return route_info_line({ ...settings.route_info!, ...own }, false)
}

/** CONNECT if we dialled the peer, and INFO in both roles, unless it is held back. */
export function route_greeting(settings: Settings, dialled: DialGreeting | null): Uint8Array {
  const info_line = holds_info_back(settings, dialled) ? NOTHING : first_info_line(settings, dialled, 0)
  if (dialled === null) return info_line
  const info = settings.route_info!
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

const NOTHING = new Uint8Array(0)
