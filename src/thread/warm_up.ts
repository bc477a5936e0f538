// Runs the path of a message a few ten thousand times with made-up clients, so that the runtime has compiled it before
// real ones need it: without that, the first second of a server is several times slower than the rest. It happens
// behind the start, in parts of some milliseconds between which clients are served, on an index and outboxes of its own.
import { connect } from 'node:net'
import { type Clock, system_clock } from '../base/clock.ts'
import { CloseReason } from '../base/errors.ts'
import { latin1_bytes } from '../base/bytes.ts'
import { WHOLE_SHARE } from '../broker/route_share.ts'
import { Client } from '../connection/client.ts'
import { Route } from '../connection/route.ts'
import type { Settings } from '../connection/settings.ts'
import { create_counters, create_limits } from '../shared/counters.ts'
import { create_doorbell } from '../shared/doorbell.ts'
import { create_pressure } from '../shared/pressure.ts'
import { choose_reading } from '../net/reading.ts'
import type { Transport } from '../net/transport.ts'
import { SubjectIndex } from '../shared/subject_index.ts'
import type { Visitor } from '../connection/client.ts'
import { ConnectionThread } from './connection_thread.ts'

const SUBSCRIPTIONS = 1024
const PART_MS = 2
const TOTAL_MS = 150
const CONNECTIONS = 40
/** While real clients are served, and how often until their own traffic has done it. */
const BUSY_PAUSE_MS = 20
const BUSY_PAUSES_MAX = 50
const CONNECT = 'CONNECT {"verbose":false,"pedantic":false,"headers":true,"lang":"x","protocol":1}\r\n'
const SILENT_BELL = { ring: () => false, going_to_sleep() {}, awake() {} }

/** A transport that takes everything and says nothing. */
const sink: Transport = { start() {}, write: () => true, end() {}, destroy() {}, stop() {}, resume() {} }

/** What the thread has to do with real clients. */
export interface WarmUpContext {
  /** Mail is taken in between. */
  next_turn(f: () => void): void
  /** Grows with what comes from them. */
  activity(): number
}

/** Resolves when done, or when real clients have kept the thread so long that their own traffic has had its code compiled. */
export async function warm_up(settings: Settings, context: WarmUpContext): Promise<void> {
  const clock = system_clock()
  const thread = make_thread(settings)
  const steps = make_steps(thread)
  let used_ms = 0, seen = context.activity()
  for (let i = 0; seen >= 0 && used_ms < TOTAL_MS; i++) {
    const from = clock.now_ms()
    while (clock.now_ms() - from < PART_MS) steps[i % steps.length]()
    used_ms += clock.now_ms() - from
    await new Promise<void>((resolve) => context.next_turn(resolve))
    seen = await when_idle(context, seen, clock)
  }
  if (seen >= 0) await connect_often(thread)
  thread.close_all('clients', CloseReason.client_closed)
  thread.close_all('routes', CloseReason.client_closed)
}

/** Waits while real clients are served: they come first. Resolves to the activity then, which was `seen`; -1: they have been for long. */
async function when_idle({ activity }: WarmUpContext, seen: number, clock: Clock): Promise<number> {
  for (let pauses = 0; pauses < BUSY_PAUSES_MAX; pauses++) {
    const now = activity()
    if (now === seen) return now
    seen = now
    await new Promise<void>((resolve) => clock.after(BUSY_PAUSE_MS, resolve))
  }
  return -1
}

/** Accepting, greeting and closing: real connections over loopback, one after the other, to a port of this thread's. */
async function connect_often(thread: ConnectionThread): Promise<void> {
  thread.sockets.reading = await choose_reading(thread.clock)
  const port = await thread.sockets.listen('clients', { strategy: 'single', host: '127.0.0.1', port: 0 })
  for (let i = 0; i < CONNECTIONS; i++) {
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('data', () => {
        socket.write(`${CONNECT}PING\r\nSUB x 1\r\n`)
        socket.once('data', () => socket.destroy())
      })
      socket.on('error', () => {})
      socket.on('close', () => resolve())
    })
  }
  thread.sockets.stop_listening('clients')
}

const VISITOR: Visitor = { ip: '127.0.0.1', port: 1, door: 'clients', forwarded_for: '', cookies: {} }

function make_thread(settings: Settings): ConnectionThread {
  const own = structuredClone(settings)
  own.debug = own.trace = own.busy_poll = false
  // Whoever comes may come in.
  Object.assign(own.client.auth, { required: false, asks_hook: false, operator: null, callout: null })
  own.hooks = own.client.tls = own.websocket = null
  own.client.proxy_protocol = false
  const threads = 1
  const memory = {
    index: SubjectIndex.reserve({ subscriptions: SUBSCRIPTIONS, edges: 1 << 12, log: true }),
    counters: create_counters(threads),
    limits: create_limits(threads, own.accounts.length),
    pressure: create_pressure(threads),
    doorbell: create_doorbell(threads),
    threads,
  }
  return new ConnectionThread({ thread: 0, settings: own, memory, route_thread: 0 }, SILENT_BELL, () => {})
}

/** What real clients do most, each as a function to be called over and over. */
function make_steps(thread: ConnectionThread): (() => void)[] {
  const publisher = make_client(thread, 'PING\r\n')
  make_client(thread, 'SUB one 1\r\nSUB many.* 2\r\nSUB group q 3\r\n')
  for (let i = 0; i < 8; i++) make_client(thread, 'SUB ten 1\r\nSUB group q 2\r\n')
  const steps = [
    sending(publisher, repeat(400, () => message('PUB one', 16))),
    sending(publisher, repeat(100, () => message('PUB ten reply', 16))),
    sending(publisher, repeat(200, (i) => message(`PUB many.${i}`, 128))),
    sending(publisher, repeat(200, () => message('PUB group', 16))),
    sending(publisher, repeat(100, () => `HPUB one 12 28\r\nNATS/1.0\r\n\r\n${'x'.repeat(16)}\r\n`)),
    sending(publisher, repeat(40, () => message('PUB one', 1024))),
    sending(publisher, repeat(200, (i) => `SUB a.${i}.b ${i + 10}\r\n`) + repeat(200, (i) => `UNSUB ${i + 10}\r\n`)),
    () => make_client(thread, 'PING\r\nSUB x 1\r\n').connection.close(CloseReason.client_closed),
  ]
  if (thread.settings.route_info !== null) steps.push(...route_steps(thread, publisher))
  return steps.map((step) => () => {
    step()
    thread.finish_turn()
  })
}

function route_steps(thread: ConnectionThread, publisher: Client): (() => void)[] {
  const peer = thread.slots.place((slot) =>
    new Route(thread, thread.forwarder!, thread.accounts.numbers, {
      slot,
      rid: 1,
      ip: '127.0.0.1',
      port: 1,
      dialled: { user: '', password: '', gossip_mode: 0, account: '' },
    })
  )
  peer.connection.attach(sink)
  peer.greet()
  const register = {
    remote_id: 'N',
    remote_name: 'N',
    solicited: true,
    explicit: true,
    headers: true,
    lnocu: true,
    traces: true,
    own_kind: false,
    share: WHOLE_SHARE,
  }
  peer.command({ kind: 'register', ...register })
  send(peer, 'RS+ $G far\r\n')
  return [
    sending(peer, repeat(400, () => message('RMSG $G one', 16))),
    sending(publisher, repeat(400, () => message('PUB far', 16))),
  ]
}

function make_client(thread: ConnectionThread, first: string): Client {
  const client = thread.slots.place((slot) => new Client(thread, slot, thread.limits.next_cid(), VISITOR))
  client.connection.attach(sink)
  client.greet()
  send(client, CONNECT + first)
  return client
}

function send(actor: Client | Route, text: string): void {
  sending(actor, text)()
}

/** The same text again and again. The buffer that sockets read into is a plain array too, so its code is this code. */
function sending(actor: Client | Route, text: string): () => void {
  const bytes = latin1_bytes(text)
  return () => actor.connection.on_bytes(bytes, 0, bytes.length, true)
}

const message = (head: string, size: number) => `${head} ${size}\r\n${'x'.repeat(size)}\r\n`

function repeat(times: number, part: (i: number) => string): string {
  let text = ''
  for (let i = 0; i < times; i++) text += part(i)
  return text
}
