// Which servers were in the mesh, are, and are looked for: what monitoring shows of it, and what it calls an event.
import { PEERS_REMEMBERED_MAX, PEERS_REMEMBERED_MS } from '../base/limits.ts'
import type { PeerReport } from './membership_events.ts'

/** A search that is under way. */
export interface SearchReport {
  readonly address: string
  readonly configured: boolean
  /** The server that was there before a loss. */
  readonly server_id?: string
  readonly attempts: number
  /** Why the last attempt failed; '': none has. */
  readonly error: string
}

export interface PeerStatus {
  /** Absent where nobody has answered yet. */
  readonly server_id?: string
  readonly name?: string
  /** `host:port` */
  readonly address: string
  readonly configured: boolean
  readonly connected: boolean
  /** It is not connected, and this server goes on trying. */
  readonly missing: boolean
  /** How often it came back. */
  readonly reconnects: number
  /** Connected or lost at that time; absent: it never was. */
  readonly since_ms?: number
  readonly last_error?: string
}

interface Known {
  /** Of its connection, or of the last one. */
  rid: number
  name: string
  address: string
  configured: boolean
  connected: boolean
  reconnects: number
  since_ms: number
  error: string
}

/** `kind`: a server came or went. */
export type PeerChange = (kind: 'join' | 'loss', text: string) => void

export class PeerHistory {
  readonly #changed: PeerChange
  /** By server id, those that were heard of last at the end. */
  readonly #known: Map<string, Known> = new Map()
  /** Of connections that ended just now, by the number of the connection. */
  #reasons: Map<number, string> = new Map()

  constructor(changed: PeerChange) {
    this.#changed = changed
  }

  /** A connection has ended; `look` follows. */
  closed(rid: number, reason: string): void {
    this.#reasons.set(rid, reason)
  }

  /** `peers`: all that are connected now. */
  look(peers: readonly PeerReport[], now_ms: number): void {
    const ids = new Set(peers.map(({ remote_id }) => remote_id))
    for (const [id, known] of this.#known) {
      if (known.connected && !ids.has(id)) this.#lost(known, now_ms)
      else if (!known.connected && now_ms - known.since_ms > PEERS_REMEMBERED_MS) this.#known.delete(id)
    }
    for (const peer of peers) this.#connected(peer, now_ms)
    this.#reasons.clear()
  }

  /** Everybody, and those that are only looked for behind them. */
  statuses(searches: readonly SearchReport[]): PeerStatus[] {
    const open = new Set(searches)
    const peers = [...this.#known].map(([server_id, known]): PeerStatus => {
      const search = searches.find((each) => each.server_id === server_id || each.address === known.address)
      if (search !== undefined) open.delete(search)
      const { name, address, configured, connected, reconnects, since_ms } = known
      const last_error = connected ? known.error : search?.error || known.error
      return {
        ...{ server_id, name, address, configured, connected },
        missing: !connected && search !== undefined,
        ...{ reconnects, since_ms },
        ...(last_error !== '' && { last_error }),
      }
    })
    return [...peers, ...[...open].map(sought)]
  }

  #connected(peer: PeerReport, now_ms: number): void {
    const { remote_id, remote_name: name, explicit: configured, rid } = peer
    const known = this.#known.get(remote_id)
    const address = address_of(peer)
    if (known?.connected) return void Object.assign(known, { rid, configured, address })
    this.#known.delete(remote_id)
    const reconnects = known === undefined ? 0 : known.reconnects + 1
    const error = known?.error ?? ''
    const since_ms = now_ms
    this.#known.set(remote_id, { rid, name, address, configured, connected: true, reconnects, since_ms, error })
    this.#changed('join', `${name} at ${address} ${reconnects === 0 ? 'joined' : 'is back'}`)
    for (const [id, { connected }] of this.#known) {
      if (this.#known.size <= PEERS_REMEMBERED_MAX) break
      if (!connected) this.#known.delete(id)
    }
  }

  #lost(known: Known, now_ms: number): void {
    const reason = this.#reasons.get(known.rid) ?? ''
    Object.assign(known, { connected: false, since_ms: now_ms, error: reason })
    this.#changed('loss', `${known.name} at ${known.address} is gone${reason === '' ? '' : `: ${reason}`}`)
  }
}

const sought = ({ address, configured, error }: SearchReport): PeerStatus => ({
  ...{ address, configured, connected: false, missing: true, reconnects: 0 },
  ...(error !== '' && { last_error: error }),
})

/** Without scheme and user. */
const address_of = ({ url, remote_address }: PeerReport): string =>
  url === '' ? remote_address : url.replace(/^[a-z-]*:\/\//, '').replace(/^[^@]*@/, '').replace(/\/.*$/, '')
