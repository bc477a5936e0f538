// Whole clients and routes of one or two threads, without sockets: bytes are fed, what was written is read, and time moves
// only when a test says so. The sockets are made up; everything behind them is the real thing, from the socket desk on.
import { assert } from '../../src/base/assert.ts'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import { seeded_random } from '../../src/base/prng.ts'
import { default_options, type Options } from '../../src/config/options.ts'
import { Client } from '../../src/connection/client.ts'
import { make_settings } from '../../src/connection/make_settings.ts'
import type { HookAnswer, HookAsked, Observed } from '../../src/connection/hook_mail.ts'
import type { CalloutAsked, SubscribersQuestion } from '../../src/connection/context.ts'
import type { TraceReport } from '../../src/connection/message_trace.ts'
import type { ReceivedMessage } from '../../src/connection/own_subscriber.ts'
import type { ClientReport } from '../../src/connection/report.ts'
import { Route } from '../../src/connection/route.ts'
import type { RouteCommand, RouteEvent } from '../../src/connection/route_events.ts'
import type { Settings } from '../../src/connection/settings.ts'
import type { Network } from '../../src/net/network.ts'
import type { Reading } from '../../src/net/reading.ts'
import type { Accepted, NextBuffer } from '../../src/net/socket.ts'
import type { Transport, TransportEvents } from '../../src/net/transport.ts'
import { create_counters, create_limits } from '../../src/shared/counters.ts'
import { create_doorbell } from '../../src/shared/doorbell.ts'
import { create_pressure } from '../../src/shared/pressure.ts'
import { create_ring } from '../../src/shared/ring.ts'
import { SubjectIndex } from '../../src/shared/subject_index.ts'
import { ConnectionThread, type ThreadSetup } from '../../src/thread/connection_thread.ts'
import type { ToSupervisor } from '../../src/thread/messages.ts'
import { ManualClock } from '../manual_clock.ts'
import { peer_info, register } from './rig_values.ts'

const IDENTITY = { server_id: 'NOWN', server_name: 'own', cluster_name: 'C', cluster_name_dynamic: false }
const TURNS_MAX = 200_000

/** One end of a connection, as the peer has it: what it sends and what it was sent. */
export class Wire implements Transport, Accepted {
  /** Writes are kept until leave(). */
  lags = false
  ended = false
  closed = false
  /** Nothing is read from it. */
  stopped = false
  /** Every send is cut into single bytes. */
  bytewise = false
  /** One for each write. */
  readonly writes: string[] = []
  #rig: ActorRig
  #next_buffer: NextBuffer = () => new Uint8Array(0)
  #events: TransportEvents | null = null
  #held: Uint8Array[] | null = null
  #unread: Uint8Array[] = []
  #taken = 0
  #input_ended = false

  constructor(rig: ActorRig) {
    this.#rig = rig
  }

  open(next_buffer: NextBuffer): Wire {
    this.#next_buffer = next_buffer
    return this
  }

  /** Sends bytes and lets everything happen that follows. */
  send(data: string | Uint8Array): void {
    const bytes = typeof data === 'string' ? latin1_bytes(data) : data
    if (!this.bytewise) this.#unread.push(bytes)
    else for (let i = 0; i < bytes.length; i++) this.#unread.push(bytes.subarray(i, i + 1))
    this.#read()
    this.#rig.settle()
  }

  /** Sends, and returns what came back. */
  talk(data: string | Uint8Array): string {
    this.send(data)
    return this.take()
  }

  /** What was written since the last time. */
  take(): string {
    return this.writes.slice(this.#taken, this.#taken = this.writes.length).join('')
  }

  /** The write that was kept has left. */
  leave(): void {
    assert(this.#held !== null, 'A write is kept')
    this.writes.push(this.#held.map((piece) => latin1_text(piece)).join(''))
    this.#held = null
    this.#events?.written()
    this.#rig.settle()
  }

  get holds(): boolean {
    return this.#held !== null
  }

  /** The peer will send no more. */
  finish(): void {
    this.#input_ended = true
    this.#events!.ended()
    this.#rig.settle()
  }

  /** The connection is gone, by a reset or (null) without one. */
  cut(error: Error | null = new Error('reset')): void {
    if (this.closed) return
    this.closed = true
    this.#held = null
    this.#events?.closed(error)
    this.#rig.settle()
  }

  // Transport ---------------------------------------------------------------------------------------------------------

  start(events: TransportEvents): void {
    this.#events = events
  }

  write(pieces: Uint8Array[]): boolean {
    assert(this.#held === null, 'One write at a time')
    assert(!this.ended, 'Nothing is written behind the end')
    if (this.closed) return true
    if (this.lags) this.#held = pieces
    else this.writes.push(pieces.map((piece) => latin1_text(piece)).join(''))
    return !this.lags
  }

  /** The peer sees the end, and ends too. */
  end(): void {
    this.ended = true
    if (!this.#input_ended) this.#rig.later(() => !this.closed && this.finish())
    else this.#rig.later(() => this.cut(null))
  }

  destroy(): void {
    this.#rig.later(() => this.cut(null))
  }

  stop(): void {
    this.stopped = true
  }

  resume(): void {
    this.stopped = false
    this.#rig.later(() => this.#read())
  }

  get remoteAddress(): string {
    return '127.0.0.1'
  }

  #read(): void {
    while (this.#unread.length > 0 && !this.stopped && !this.closed && !this.#input_ended) {
      const bytes = this.#unread.shift()!
      const buffer = this.#next_buffer()
      buffer.set(bytes)
      const writing = this.#held
      if (!this.#events!.bytes(buffer, bytes.length)) this.stopped = true
      // The next read overwrites it, unless a write refers to it.
      if (this.#held === writing && this.#next_buffer() === buffer) buffer.fill(35, 0, bytes.length)
    }
  }
}

class ManualThread extends ConnectionThread {
  #rig: ActorRig

  constructor(rig: ActorRig, setup: ThreadSetup, bell: ConstructorParameters<typeof ConnectionThread>[1]) {
    super({ ...setup, clock: rig.clock, random: seeded_random(1) }, bell, (message) => rig.told(this, message))
    this.#rig = rig
    this.sockets.reading = rig.reading
  }

  override next_turn(f: () => void): void {
    this.#rig.later(f)
  }
}

export interface RigOptions {
  options?: (options: Options) => void
  settings?: (settings: Settings) => void
  threads?: number
  ring_bytes?: number
  log_bytes?: number
  network?: Network
}

/** One that was asked. */
export interface HookQuestion {
  readonly asked: HookAsked
  answer(answer?: Partial<HookAnswer>): void
}

export { NOTHING, peer_info, register } from './rig_values.ts'

export class ActorRig {
  readonly clock = new ManualClock(1000)
  readonly settings: Settings
  readonly threads: ManualThread[]
  /** The first. */
  readonly thread: ManualThread
  /** Lines as `ERR text`. */
  readonly log: string[] = []
  readonly ended: ClientReport[] = []
  readonly events: RouteEvent[] = []
  growth_wanted = 0
  jetstream_asked = 0
  readonly requests: ReceivedMessage[] = []
  readonly changed_accounts: string[] = []
  readonly wanted_accounts: string[] = []
  readonly callouts: CalloutAsked[] = []
  readonly traces: TraceReport[] = []
  readonly questions: SubscribersQuestion[] = []
  /** Questions to the embedding program that wait for their answer. */
  readonly hooks: HookQuestion[] = []
  readonly observed: Observed[] = []
  /** What the supervisor does with an event. The default one lets everybody in. */
  supervise: (event: RouteEvent, command: (command: RouteCommand) => void) => void = admit
  /** What the next dial comes to: a connection, or this error. */
  dial_error: Error | null = null
  readonly dialled: Wire[] = []
  #turns: (() => void)[] = []

  readonly reading: Reading = {
    name: 'events',
    takes_handles: false,
    open: (accepted, next_buffer) => (accepted as Wire).open(next_buffer),
    connect: (_target, next_buffer, done) => {
      const { dial_error } = this
      this.later(() => {
        const wire = dial_error === null ? new Wire(this).open(next_buffer) : null
        if (wire !== null) this.dialled.push(wire)
        done(dial_error, wire)
      })
      return () => {}
    },
  }

  constructor({ options, settings, threads = 1, ring_bytes = 65536, log_bytes = 65536, network }: RigOptions = {}) {
    const all = default_options()
    all.cluster.port = 6222
    options?.(all)
    this.settings = make_settings(all, IDENTITY)
    // With a clock that stands still, it would never end.
    this.settings.busy_poll = false
    settings?.(this.settings)
    const memory = {
      index: SubjectIndex.reserve({ subscriptions: 4000, edges: 8192, log: true, log_bytes, random: seeded_random(1) }),
      counters: create_counters(threads),
      limits: create_limits(threads, this.settings.accounts.length + 8),
      pressure: create_pressure(threads),
      doorbell: create_doorbell(threads),
      threads,
    }
    const bell = {
      ring: (thread: number) => this.#turns.push(() => this.threads[thread].turns.rung()) > 0,
      going_to_sleep() {},
      awake() {},
    }
    const setup = { settings: this.settings, memory, route_thread: 0, ...(network && { network }) }
    const make = (_: unknown, thread: number) => new ManualThread(this, { thread, ...setup }, bell)
    this.threads = Array.from({ length: threads }, make)
    this.thread = this.threads[0]
    for (const a of this.threads) {
      for (const b of this.threads) {
        if (a.thread >= b.thread) continue
        const there = create_ring(ring_bytes), back = create_ring(ring_bytes)
        a.connect({ thread: b.thread, in: back, out: there })
        b.connect({ thread: a.thread, in: there, out: back })
      }
    }
  }

  /** A client that has read its INFO, and has sent CONNECT with these fields unless they are null. */
  client(fields: object | null = { verbose: false, pedantic: false }, thread = 0): Wire {
    const wire = new Wire(this)
    this.threads[thread].accept('clients', wire, '127.0.0.1', 4000)
    this.settle()
    if (fields !== null) wire.send(`CONNECT ${JSON.stringify(fields)}\r\n`)
    wire.take()
    return wire
  }

  /** A peer that dialled us and was let in, or just the connection if `greeted` is false. */
  peer(greeted = true, info: object = {}): Wire {
    const wire = new Wire(this)
    this.thread.accept('routes', wire, '127.0.0.1', 5000)
    this.settle()
    if (greeted) wire.send(`CONNECT {"name":"NPEER","cluster":"C"}\r\n${peer_info(info)}`)
    if (greeted) wire.take()
    return wire
  }

  /** The actor of the newest connection of that kind. */
  newest<Actor extends Client | Route>(kind: new (...values: never[]) => Actor, thread = 0): Actor {
    const actors = [...this.threads[thread].slots].filter((actor) => actor instanceof kind) as Actor[]
    return actors.reduce((a, b) => a.connection.cid > b.connection.cid ? a : b)
  }

  route(rid: number): Route | undefined {
    return [...this.thread.slots].find((actor) => actor instanceof Route && actor.connection.cid === rid) as Route
  }

  told(thread: ManualThread, message: ToSupervisor): void {
    if (message.kind === 'log') this.log.push(`${message.level} ${message.text}`)
    else if (message.kind === 'client_ended') this.ended.push(message.report)
    else if (message.kind === 'growth_wanted') this.growth_wanted++
    else if (message.kind === 'check_password') {
      const { slot, cid, password, hash } = message
      this.later(() => {
        const actor = thread.slots.at(slot)
        if (actor?.connection.cid === cid) actor.password_checked(hash.endsWith(password))
        thread.finish_turn()
      })
    } else if (message.kind === 'jetstream_asked') this.jetstream_asked++
    else if (message.kind === 'callout_wanted') this.callouts.push(message.asked)
    else if (message.kind === 'traced') this.traces.push(message.report)
    else if (message.kind === 'account_wanted') this.wanted_accounts.push(message.key)
    else if (message.kind === 'system_request') this.requests.push(message.request)
    else if (message.kind === 'account_changed') this.changed_accounts.push(message.account)
    else if (message.kind === 'subscribers_asked') this.questions.push(message.question)
    else if (message.kind === 'observed') this.observed.push(...message.messages)
    else if (message.kind === 'hook_asked') {
      const { number, cid, asked } = message
      this.hooks.push({
        asked,
        answer: (answer) => {
          const whole = { allowed: true, text: '', failed: false, identity: null, ...answer }
          thread.hooks!.take({ kind: 'hook_answered', number, cid, answer: whole })
          thread.finish_turn()
          this.settle()
        },
      })
    } else if (message.kind === 'route') {
      const { event } = message
      this.events.push(event)
      // Mail comes later, in its order.
      this.supervise(event, (command) =>
        this.later(() => {
          if ('rid' in event) this.route(event.rid)?.command(command)
          thread.finish_turn()
        }))
    }
  }

  /** In the next turn of the event loop. */
  later(f: () => void): void {
    this.#turns.push(f)
  }

  /** Turns of the event loop until nothing is left to do. */
  settle(): void {
    for (let count = 0; this.#turns.length > 0; count++) {
      assert(count < TURNS_MAX, 'The loop comes to rest')
      this.#turns.shift()!()
    }
  }

  pass(ms: number): void {
    this.clock.pass(ms)
    this.settle()
  }

  /** What is still there of connections; all zero when all of them have ended. */
  get left(): Record<string, number> {
    const { thread, clock } = this
    for (const each of this.threads) each.finish_turn()
    let records = 0
    for (let id = 1; id < thread.index.record_top; id++) if (thread.index.is_in_use(id)) records++
    return {
      actors: this.threads.reduce((sum, each) => sum + [...each.slots].length, 0),
      records,
      subscriptions: thread.index.subscription_count,
      held_back: this.threads.reduce((sum, each) => sum + each.held_back.size, 0),
      closing: this.threads.reduce((sum, each) => sum + each.closing.size, 0),
      connections: thread.limits.connections(),
      in_accounts: this.settings.accounts.reduce(
        (sum, _, account) => sum + thread.limits.account_connections(account),
        0,
      ),
      timers: clock.waiting,
      pins: this.threads.reduce((sum, each) => sum + each.outboxes.pins, 0),
      dirty: this.threads.reduce((sum, each) => sum + each.outboxes.dirty.length, 0),
    }
  }
}

/** A membership that takes everybody. */
function admit(event: RouteEvent, command: (command: RouteCommand) => void): void {
  if (event.kind === 'info_received') {
    command({ ...register, remote_id: event.info.server_id, lnocu: event.info.lnocu ?? false })
  }
  if (event.kind === 'connect_received' || event.kind === 'info_received') command({ kind: 'proceed' })
}
