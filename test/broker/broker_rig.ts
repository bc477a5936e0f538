// Small real parts for the tests of the broker: outboxes with sinks that can be told to lag, and threads with a shared
// index and rings, all of them in one thread of the machine.
import { Envelope, Origin } from '../../src/actor/envelope.ts'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import { assert } from '../../src/base/assert.ts'
import { type Random, seeded_random } from '../../src/base/prng.ts'
import { BufferPool } from '../../src/broker/buffer_pool.ts'
import { Outbox, OutboxContext, type Sink } from '../../src/broker/outbox.ts'
import type { Plan } from '../../src/broker/plan.ts'
import { PlanCache } from '../../src/broker/plan_cache.ts'
import { Router } from '../../src/broker/router.ts'
import { Counter, Counters, create_counters } from '../../src/shared/counters.ts'
import { create_pressure, Pressure } from '../../src/shared/pressure.ts'
import { create_ring } from '../../src/shared/ring.ts'
import { FLAG_ECHO_OFF, SubjectIndex, SubscriberKind } from '../../src/shared/subject_index.ts'
import { Inbound } from '../../src/thread/inbound.ts'
import { RingDesk } from '../../src/thread/ring_desk.ts'
import { entry_of } from '../shared/index_oracle.ts'

/** A socket that takes everything at once, or holds one write until it is told that it has left. */
export class FakeSink implements Sink {
  lags = false
  overflows = 0
  /** Texts of the writes that have left. A held write's text is read when it leaves, so its memory must stay. */
  readonly written: string[] = []
  /** As said with each write. */
  readonly sizes: number[] = []
  on_overflow: () => void = () => {}
  #held: Uint8Array[] | null = null

  write(pieces: Uint8Array[], bytes: number): boolean {
    assert(this.#held === null, 'The sink was given a write while it holds one')
    assert(pieces.reduce((sum, piece) => sum + piece.length, 0) === bytes, 'The size is that of the pieces')
    this.sizes.push(bytes)
    if (!this.lags) {
      this.written.push(text_of(pieces))
      return true
    }
    this.#held = [...pieces]
    return false
  }

  overflow(): void {
    this.overflows++
    this.on_overflow()
  }

  /** The held write has left. */
  leave(outbox: Outbox): void {
    assert(this.#held !== null, 'Nothing is held')
    this.written.push(text_of(this.#held))
    this.#held = null
    outbox.drained()
  }

  get holds(): boolean {
    return this.#held !== null
  }

  get text(): string {
    return this.written.join('')
  }
}

const text_of = (pieces: Uint8Array[]) => pieces.map((piece) => latin1_text(piece)).join('')

export interface MessageText {
  subject: string
  reply?: string
  header?: string
  payload?: string
  origin?: Origin
  publisher?: number
  account?: number
  /** Names of the groups that a route asked for. */
  queues?: string
  referable?: boolean
  /** False: the line came with doubled blanks, so that its tail can not be sent on as it stands. */
  canonical?: boolean
  has_stream_reply?: boolean
}

/** Fills an envelope as a connection does, from bytes with other things around. */
export function fill_envelope(envelope: Envelope, message: MessageText): Envelope {
  const { subject, reply = '', header = '', payload = '', queues = '', canonical = true } = message
  const blank = canonical ? ' ' : '  '
  const total_size = header.length + payload.length
  const sizes = header === '' ? `${total_size}` : `${header.length}${blank}${total_size}`
  const before = `junk ${queues === '' ? '' : queues + ' '}`
  const line = `${before}${subject}${blank}${reply === '' ? '' : reply + blank}${sizes}\r\n`
  envelope.set_bytes(latin1_bytes(`${line}${header}${payload}\r\nPUB next 1`))
  envelope.origin = message.origin ?? Origin.client
  envelope.publisher = message.publisher ?? -1
  envelope.account = message.account ?? 0
  envelope.referable = message.referable ?? false
  envelope.has_stream_reply = message.has_stream_reply ?? false
  envelope.subject_start = before.length
  envelope.subject_end = before.length + subject.length
  const tail = envelope.subject_end + blank.length
  envelope.reply_start = tail
  envelope.reply_end = tail + reply.length
  envelope.size_start = reply === '' ? tail : envelope.reply_end + blank.length
  envelope.tail_start = canonical ? tail : -1
  envelope.header_size = header.length
  envelope.total_size = total_size
  envelope.body_start = line.length
  envelope.end = line.length + total_size + 2
  envelope.queues_start = queues === '' ? 0 : 5
  envelope.queues_end = envelope.queues_start + queues.length
  return envelope
}

export const envelope_of = (message: MessageText): Envelope => fill_envelope(new Envelope(), message)

export interface RigConnection {
  slot: number
  outbox: Outbox
  sink: FakeSink
}

/** One thread's half of the broker. */
export class RigThread {
  readonly thread: number
  readonly index: SubjectIndex
  readonly pool = new BufferPool()
  readonly outboxes: OutboxContext
  readonly pressure: Pressure
  readonly random: Random
  readonly plans: PlanCache
  readonly router: Router
  readonly envelope = new Envelope()
  readonly counters: Float64Array
  readonly rings = new RingDesk()
  readonly inbound: Inbound
  /** Threads whose doorbell was rung. */
  readonly rung: number[] = []
  /** How often interest was asked to go out first. */
  forwards = 0
  #connections: (RigConnection | undefined)[] = []

  constructor(rig: Rig, thread: number, seed: number) {
    this.thread = thread
    this.index = new SubjectIndex(rig.index, thread)
    this.pressure = new Pressure(rig.pressure, rig.count)
    this.outboxes = new OutboxContext(this.pool, (slot, pressed) => this.pressure.set(thread, slot, pressed))
    this.random = seeded_random(seed + thread)
    this.counters = new Counters(rig.counters).row(thread)
    this.plans = new PlanCache(this, 64)
    this.router = new Router(this)
    this.inbound = new Inbound(this)
  }

  account_name = (account: number) => account === 0 ? '$G' : `A${account}`
  outbox = (slot: number) => this.#connections[slot]?.outbox
  forward_interest = () => void this.forwards++

  /** A client or route of this thread; routes take headers, clients say so. */
  connect(max_pending = 1 << 20, headers = true): RigConnection {
    const slot = this.#connections.length
    const sink = new FakeSink()
    const outbox = new Outbox(slot, this.outboxes, sink, max_pending)
    outbox.headers = headers
    const connection = { slot, outbox, sink }
    this.#connections.push(connection)
    return connection
  }

  /** Closes it as a connection that ended; its subscriptions are still in the index. */
  end(connection: RigConnection): void {
    connection.outbox.discard()
    this.#connections[connection.slot] = undefined
  }

  subscribe(connection: RigConnection, subject: string, queue = '', sid = '1'): number {
    const entry = entry_of({ subject, queue, sid }, connection.slot)
    if (connection.outbox.echo_off) entry.flags = FLAG_ECHO_OFF
    return this.#insert(entry)
  }

  /** Interest of a peer behind a route of this thread. */
  subscribe_route(connection: RigConnection, subject: string, queue = '', weight = 1): number {
    const entry = entry_of({ subject, queue, kind: SubscriberKind.route, sid: '' }, connection.slot)
    entry.weight = weight
    return this.#insert(entry)
  }

  #insert(entry: ReturnType<typeof entry_of>): number {
    const id = this.index.insert(entry)
    assert(id > 0, 'The index has room')
    return id
  }

  /** Sends a message as a connection of this thread does; what the router answers. */
  publish(message: MessageText): number {
    return this.router.publish(...this.#planned(message))
  }

  /** A message on its second hop. */
  publish_to_groups(message: MessageText): number {
    return this.router.publish_to_groups(...this.#planned(message))
  }

  #planned(message: MessageText): [Envelope, Plan] {
    const envelope = fill_envelope(this.envelope, message)
    const plan = this.plans.find(envelope.account, envelope.bytes, envelope.subject_start, envelope.subject_end)
    assert(plan !== null, 'The index is not busy')
    return [envelope, plan]
  }

  /** The end of a turn: rings, then sockets. */
  flush(): void {
    this.rings.publish(this.bell)
    this.outboxes.flush()
  }

  /** Takes what other threads have published; the number of records. */
  take(): number {
    this.rings.look()
    const records = this.rings.drain((bytes, words, start) => this.inbound.take(bytes, words, start), this.bell)
    this.flush()
    return records
  }

  get dropped(): number {
    return this.counters[Counter.dropped]
  }

  /** A doorbell that only notes who was rung. */
  readonly bell = { ring: (thread: number) => this.rung.push(thread) > 0 } as never
}

/** A few threads over one index, each with rings to all others. */
export class Rig {
  readonly count: number
  readonly index = SubjectIndex.reserve({ subscriptions: 2000, edges: 1024, log: false, log_bytes: 4096 })
  readonly pressure: SharedArrayBuffer
  readonly counters: SharedArrayBuffer
  readonly threads: RigThread[]

  constructor(count = 1, ring_bytes = 16 * 1024, seed = 1) {
    this.count = count
    this.pressure = create_pressure(count)
    this.counters = create_counters(count)
    this.threads = Array.from({ length: count }, (_, thread) => new RigThread(this, thread, seed))
    for (const a of this.threads) {
      for (const b of this.threads) {
        if (a.thread >= b.thread) continue
        const there = create_ring(ring_bytes), back = create_ring(ring_bytes)
        a.router.connect(a.rings.connect({ thread: b.thread, in: back, out: there }))
        b.router.connect(b.rings.connect({ thread: a.thread, in: there, out: back }))
      }
    }
  }

  /** Turns of all threads, until nobody has anything left to do. */
  settle(): void {
    for (let busy = true; busy;) {
      busy = false
      for (const thread of this.threads) thread.flush()
      for (const thread of this.threads) if (thread.take() > 0) busy = true
    }
  }
}
