// Members of our own kind compare whom they know, so that news which got lost (a server that ended between two words of
// gossip) can not leave two members apart for good. Equal digests cost one short line now and then.

import { fnv1a, latin1_bytes } from '../base/bytes.ts'
import { ROLL_CALL_MS } from '../base/limits.ts'
import { gossip_about } from './gossip.ts'
import type { MembershipAction } from './membership_events.ts'
import { own_word_text } from './own_kind.ts'
import type { Link } from './route_link.ts'

const ROLL_CALL = 'roll_call'

/** Compares our list of members with those of our peers. */
export class RollCalls {
  readonly #own_id: string
  readonly #peers: ReadonlyMap<string, Link>
  readonly #out: (action: MembershipAction) => void
  /** Our list as it was at the last call. */
  #called = ''
  readonly #heard = new WeakMap<Link, RollCall>()

  constructor(own_id: string, peers: ReadonlyMap<string, Link>, out: (action: MembershipAction) => void) {
    this.#own_id = own_id
    this.#peers = peers
    this.#out = out
  }

  start(): void {
    this.#out({ kind: 'set_timer', key: ROLL_CALL, delay_ms: ROLL_CALL_MS })
  }

  stop(): void {
    this.#out({ kind: 'cancel_timer', key: ROLL_CALL })
  }

  /** False: the timer is not of this. */
  timer(key: string): boolean {
    if (key !== ROLL_CALL) return false
    this.start()
    this.#called = this.#digest()
    const news = { onehop: own_word_text({ kind: 'members', digest: this.#called }) }
    for (const { rid, own_kind } of this.#peers.values()) if (own_kind) this.#out({ kind: 'announce', rid, news })
    return true
  }

  /** A peer's digest has come. If it knows others than we do, it is told of all that we know. */
  heard(link: Link, digest: string): void {
    const ours = this.#digest()
    let heard = this.#heard.get(link)
    if (heard === undefined) this.#heard.set(link, heard = new RollCall())
    if (!heard.heard(digest, ours, ours === this.#called)) return
    for (const peer of this.#peers.values()) {
      if (peer === link || peer.info === null) continue
      const told = gossip_about({ ...peer.info, gossip_mode: 0 }, peer.remote_ip)
      if (told) this.#out({ kind: 'send_info', rid: link.rid, info: told, gossip: true })
    }
  }

  #digest(): string {
    return members_digest([this.#own_id, ...this.#peers.keys()])
  }
}

/** The same set of ids gives the same digest, in whatever order. 16 hexadecimal digits. */
export function members_digest(ids: Iterable<string>): string {
  let low = 0, high = 0
  for (const id of ids) {
    low = (low + hash(id, 2166136261)) | 0
    high = (high + hash(id, 0x9e3779b9)) | 0
  }
  const digits = (half: number) => (half >>> 0).toString(16).padStart(8, '0')
  return digits(high) + digits(low)
}

/** FNV-1a with a last stir, so that sums of hashes differ in all bits. */
function hash(text: string, seed: number): number {
  const bytes = latin1_bytes(text)
  let value = fnv1a(bytes, 0, bytes.length, seed)
  value ^= value >>> 15
  value = Math.imul(value, 0x2c1b3c6d)
  return value ^ (value >>> 13)
}

/** How many digests in a row have to differ before the peer is told of everybody: while a mesh forms they all differ. */
const DIFFERENCES_MIN = 2

/** What one peer's digests have shown so far. */
export class RollCall {
  #differences = 0

  /** True: tell the peer of all members. `is_settled`: our own list has not changed since the last call. */
  heard(theirs: string, ours: string, is_settled: boolean): boolean {
    if (theirs === ours || !is_settled) {
      this.#differences = 0
      return false
    }
    if (++this.#differences < DIFFERENCES_MIN) return false
    this.#differences = 0
    return true
  }
}
