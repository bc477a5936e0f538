// The rings of one thread: what comes in from the others, and who waits for room towards them.
import { FragmentReader } from '../shared/fragments.ts'
import { FRAGMENT, RingReader, RingWriter } from '../shared/ring.ts'
import type { Doorbell } from '../shared/doorbell.ts'
import { ThreadLink } from '../broker/thread_link.ts'
import type { Holdable } from '../connection/context.ts'

/** Two rings between this thread and another. */
export interface RingPair {
  thread: number
  in: SharedArrayBuffer
  out: SharedArrayBuffer
}

interface Inbound {
  thread: number
  ring: RingReader
  fragments: FragmentReader
}

interface Waiting {
  connection: Holdable
  link: ThreadLink
  bytes: number
}

/** Called with each record: its bytes, the same memory as words, and where it starts. */
export type OnRecord = (bytes: Uint8Array, words: Int32Array, start: number) => void

/** A message with the longest control line, headers and all, as a record. */
const RECORD_BYTES_MAX = 1_000_000_000

export class RingDesk {
  readonly links: ThreadLink[] = []
  #inbound: Inbound[] = []
  #waiting: Waiting[] = []

  connect(pair: RingPair): ThreadLink {
    this.disconnect(pair.thread)
    const link = new ThreadLink(pair.thread, new RingWriter(pair.out))
    this.links.push(link)
    this.#inbound.push({
      thread: pair.thread,
      ring: new RingReader(pair.in),
      fragments: new FragmentReader(RECORD_BYTES_MAX),
    })
    return link
  }

  /** The other thread has ended; who waited for it goes on. */
  disconnect(thread: number): void {
    const at = this.links.findIndex((link) => link.thread === thread)
    if (at >= 0) this.links.splice(at, 1)
    this.#inbound = this.#inbound.filter((each) => each.thread !== thread)
    const freed = this.#waiting.filter((each) => each.link.thread === thread)
    this.#waiting = this.#waiting.filter((each) => each.link.thread !== thread)
    for (const { connection } of freed) connection.resume()
  }

  /** Looks at all rings; true: there is something. Then drain() takes what was seen now and nothing later. */
  look(): boolean {
    let more = false
    for (let i = 0; i < this.#inbound.length; i++) if (this.#inbound[i].ring.has_more()) more = true
    return more
  }

  /** Takes the records that look() saw. Threads that wait for the space are rung. */
  drain(on_record: OnRecord, bell: Doorbell): number {
    let records = 0
    for (let i = 0; i < this.#inbound.length; i++) {
      const { ring, fragments, thread } = this.#inbound[i]
      for (let length = ring.next_seen(); length >= 0; length = ring.next_seen()) {
        records++
        if ((ring.fragment & FRAGMENT) === 0) on_record(ring.bytes, ring.words, ring.offset)
        else if (fragments.add(ring, length) >= 0) on_record(fragments.bytes, fragments.words, 0)
      }
      ring.release()
      if (ring.space_signal_due()) bell.ring(thread)
    }
    return records
  }

  /** Tells the other threads of what was written for them; returns how many had to be woken. */
  publish(bell: Doorbell): number {
    let woken = 0
    for (let i = 0; i < this.links.length; i++) {
      if (this.links[i].publish() && bell.ring(this.links[i].thread)) woken++
    }
    return woken
  }

  /** The connection is resumed when that thread's ring has room. */
  wait(connection: Holdable, thread: number, bytes: number): void {
    const link = this.links.find((each) => each.thread === thread)
    if (link !== undefined) this.#waiting.push({ connection, link, bytes })
  }

  /** Resumes connections that have room now. With `asking`, the others' threads are asked for a signal. */
  resume(asking: boolean): number {
    if (this.#waiting.length === 0) return 0
    const ready: Waiting[] = [], left: Waiting[] = []
    for (const each of this.#waiting) {
      const has_room = each.link.has_room(each.bytes) ||
        (asking && each.link.want_space(each.bytes) && each.link.has_room(each.bytes))
      ;(has_room ? ready : left).push(each)
    }
    this.#waiting = left
    for (const { connection } of ready) connection.resume()
    return ready.length
  }

  /** A long record is on its way to some other thread: what was sent is not all in the rings. */
  get has_open_record(): boolean {
    return this.links.some((link) => link.is_open)
  }

  /** Before sleep: asks for a signal where a long record is under way. True: it can go on at once. */
  ask_for_space(): boolean {
    let more = false
    for (const link of this.links) if (link.is_open && link.want_space(0)) more = true
    return more
  }
}
