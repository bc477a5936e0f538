// The threads of a server: it makes the memory they share, starts them, starts them again when they die, and cleans up
// behind a dead one. With no workers the one connection thread lives in the calling thread, and nothing else differs.
import { type Remote, wrap } from 'comlink'
import { MessageChannel, type ResourceLimits, Worker } from 'node:worker_threads'
import type { Clock } from '../base/clock.ts'
import type { CloseReason } from '../base/errors.ts'
import { local_ports, Mailbox } from '../actor/mailbox.ts'
import { RestartBudget } from '../actor/supervise.ts'
import type { Settings } from '../connection/settings.ts'
import type { Network } from '../net/network.ts'
import { close_port, type Port } from '../net/port_transport.ts'
import { Counters, create_counters, create_limits, SharedLimits } from '../shared/counters.ts'
import { create_doorbell, Doorbell } from '../shared/doorbell.ts'
import { ACCOUNTS_MAX } from '../shared/index_layout.ts'
import { repair } from '../shared/index_repair.ts'
import { create_pressure, Pressure } from '../shared/pressure.ts'
import { create_ring } from '../shared/ring.ts'
import { SubjectIndex } from '../shared/subject_index.ts'
import { gather_client_rows } from './all_connections.ts'
import { comlink_port } from './comlink_port.ts'
import { ConnectionThread, type SharedMemory } from './connection_thread.ts'
import type { ToSupervisor, ToThread } from './messages.ts'
import { take_news } from './settings_news.ts'
import { make_thread_api, take_mail, type ThreadApi } from './worker_api.ts'
import type { ClientByPort, Neighbour, NeighbourChange, WorkerSetup } from './worker_main.ts'
import { worker_url } from './worker_url.ts'

export interface CrewPlan {
  /** Threads that serve clients; 0: everything in this thread. */
  workers: number
  clustered: boolean
  /** The routes have a thread of their own. */
  route_worker: boolean
  /** `client_changed` comes by mail. */
  tells_clients?: boolean
  resource_limits?: ResourceLimits
  /** Without workers only: functions do not cross threads. */
  network?: Network
}

/** What happens in the crew, for whoever composes the server. */
export interface CrewEvents {
  mail(thread: number, message: ToSupervisor): void
  /** Its connections are gone; a new thread is about to start in its place. */
  died(thread: number, cause: string): void
  /** It serves nobody until it is told to listen. */
  restarted(thread: number): void
  /** Too many deaths. */
  gave_up(cause: string): void
}

/** Where a client is. The slot may be another one's by the time it is asked for: the cid tells. */
export interface ClientPlace {
  readonly thread: number
  readonly slot: number
  readonly cid: number
}

interface Hand {
  api: ThreadApi | Remote<ThreadApi>
  mail: Mailbox<ToThread, ToSupervisor>
  worker: Worker | null
}

/** A ring between two threads. */
interface Way {
  readonly from: number
  readonly to: number
  readonly ring: SharedArrayBuffer
}

const RECORDS_PER_TURN = 1024

export class Crew {
  /** Threads that serve clients are 0 to client_threads - 1. */
  readonly client_threads: number
  /** -1: no cluster. */
  readonly route_thread: number
  readonly memory: SharedMemory
  /** The supervisor's own view of the index. */
  readonly index: SubjectIndex
  readonly counters: Counters
  readonly budget = new RestartBudget()
  /** The pool's number towards the index. */
  readonly matcher_thread: number
  #plan: CrewPlan
  #settings: Settings
  #events: CrewEvents
  #clock: Clock
  #hands: (Hand | undefined)[] = []
  #ways: Way[] = []
  #stopping = false
  /** Null: there are workers. */
  #here: ConnectionThread | null = null
  #next_adopter = 0
  /** Clients of this process, and the threads that have them. */
  #guests = new Map<Port, number>()

  constructor(plan: CrewPlan, settings: Settings, events: CrewEvents, clock: Clock) {
    this.#plan = plan
    this.#settings = settings
    this.#events = events
    this.#clock = clock
    this.client_threads = Math.max(1, plan.workers)
    const own_route_thread = plan.clustered && plan.route_worker && plan.workers > 0
    this.route_thread = !plan.clustered ? -1 : own_route_thread ? plan.workers : 0
    const serving = this.client_threads + (own_route_thread ? 1 : 0)
    // Two more numbers towards the index: the supervisor and the matcher pool.
    this.memory = make_memory(serving + 2, plan.clustered)
    this.index = new SubjectIndex(this.memory.index, serving)
    this.matcher_thread = serving + 1
    this.counters = new Counters(this.memory.counters)
    this.#hands.length = serving
  }

  get threads(): number[] {
    return [...this.#hands.keys()]
  }

  /** Threads that run as workers. */
  get workers(): number {
    return this.#plan.workers
  }

  async start(): Promise<void> {
    for (const thread of this.threads) this.#start(thread)
    await this.each((api) => api.prepare())
  }

  api(thread: number): ThreadApi {
    return this.#hands[thread]!.api as ThreadApi
  }

  /** The rings that lead to a thread. */
  rings_to(thread: number): SharedArrayBuffer[] {
    return this.#ways.filter(({ to }) => to === thread).map(({ ring }) => ring)
  }

  /** Asks all threads; those that die meanwhile are left out. */
  async each<Answer>(ask: (api: ThreadApi, thread: number) => Promise<Answer>): Promise<Answer[]> {
    const answers: Answer[] = []
    const asking = this.threads.filter((thread) => this.#hands[thread] !== undefined).map(async (thread) => {
      const { api, worker } = this.#hands[thread]!
      const answer = await answer_or_end(worker, ask(api as ThreadApi, thread))
      if (answer !== GONE) answers.push(answer as Answer)
    })
    await Promise.all(asking)
    return answers
  }

  /** Asks all threads a question that one of them may say yes to. */
  async any(ask: (api: ThreadApi, thread: number) => Promise<boolean>): Promise<boolean> {
    return (await this.each(ask)).includes(true)
  }

  /** Sends mail; what it changes is remembered for threads that start later. */
  post(thread: number, message: ToThread): void {
    this.#hands[thread]?.mail.push(message)
  }

  post_all(message: ToThread): void {
    take_news(this.#settings, message)
    for (const thread of this.threads) this.post(thread, message)
  }

  /** Resolves when every thread has taken what was posted so far; questions to it come by another way and might be first. */
  async mail_taken(): Promise<void> {
    await this.each((_, thread) => this.#hands[thread]!.mail.taken())
  }

  /** Where the clients are that have not ended. */
  async clients(): Promise<ClientPlace[]> {
    return (await gather_client_rows(this, { sort: 'cid', account: '', user: '', cid: 0 })).rows
  }

  /** Ends a client when it has got all that other threads had for it. False: it had gone. */
  async close_client({ thread, slot, cid }: ClientPlace, reason: CloseReason): Promise<boolean> {
    await this.each((api) => api.settled())
    return await this.any(async (api, each) => each === thread && await api.close_client(slot, cid, reason))
  }

  /** Resolves when what closed connections were still sent has left, or after `ms` in any case. */
  async drained(ms: number): Promise<void> {
    await this.each((api) => api.settled())
    await this.each((api) => api.closed(ms))
  }

  /** Ends a worker as if it had crashed. */
  async terminate(thread: number): Promise<void> {
    await this.#hands[thread]?.worker?.terminate()
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await Promise.all(this.#hands.map((hand) => hand?.worker?.terminate()))
  }

  /** A client of this process, whose bytes come by a port: one thread after the other gets one. `other`: the end that it holds. */
  adopt(port: Port, other: Port): void {
    const thread = this.#next_adopter++ % this.client_threads
    const hand = this.#hands[thread]
    if (hand === undefined) return close_port(other)
    this.#guests.set(other, thread)
    other.addEventListener('close', () => this.#guests.delete(other))
    if (hand.worker === null) this.#here!.accept_port(port)
    else hand.worker.postMessage({ port } satisfies ClientByPort, [port] as never)
  }

  #start(thread: number): void {
    if (this.#plan.workers === 0) return this.#start_here(thread)
    const api = new MessageChannel(), mail = new MessageChannel()
    const neighbours: Neighbour[] = []
    for (const other of this.threads) {
      if (other !== thread && this.#hands[other] !== undefined) neighbours.push(this.#introduce(thread, other))
    }
    const setup: WorkerSetup = {
      thread,
      settings: this.#settings,
      memory: { ...this.memory, index: this.index.buffers },
      route_thread: this.route_thread,
      tells_clients: this.#plan.tells_clients === true,
      api: api.port1,
      mail: mail.port1,
      neighbours,
    }
    const worker = new Worker(
      worker_url(thread === this.route_thread && thread >= this.client_threads ? 'route' : 'client'),
      {
        workerData: setup,
        transferList: [api.port1, mail.port1, ...neighbours.map((neighbour) => neighbour.bell)] as never,
        ...(this.#plan.resource_limits && { resourceLimits: this.#plan.resource_limits }),
      },
    )
    let cause = ''
    worker.on('error', (error: Error) => cause = error.message)
    worker.on('exit', (code) => void this.#died(thread, cause || `exit code ${code}`))
    const box = new Mailbox<ToThread, ToSupervisor>(mail.port2, (message) => this.#events.mail(thread, message))
    this.#hands[thread] = { api: wrap<ThreadApi>(comlink_port(api.port2)), mail: box, worker }
  }

  /** Makes the rings and the bell between a new thread and another, and tells the other one. */
  #introduce(thread: number, other: number): Neighbour {
    const there = create_ring(), back = create_ring()
    const bell = new MessageChannel()
    this.#ways.push({ from: other, to: thread, ring: there }, { from: thread, to: other, ring: back })
    const change: NeighbourChange = { neighbour: { thread, in: there, out: back, bell: bell.port2 } }
    this.#hands[other]!.worker!.postMessage(change, [bell.port2] as never)
    return { thread: other, in: back, out: there, bell: bell.port1 }
  }

  #start_here(thread: number): void {
    const [ours, theirs] = local_ports((f) => queueMicrotask(f))
    const setup = {
      thread,
      settings: structuredClone(this.#settings),
      memory: this.memory,
      route_thread: this.route_thread,
      clock: this.#clock,
      ...(this.#plan.network && { network: this.#plan.network }),
      tells_clients: this.#plan.tells_clients === true,
    }
    const mailbox = new Mailbox<ToSupervisor, ToThread>(theirs, (message) => take_mail(here, message))
    const here = this.#here = new ConnectionThread(setup, SILENT_BELL, (message) => void mailbox.push(message))
    const mail = new Mailbox<ToThread, ToSupervisor>(ours, (message) => this.#events.mail(thread, message))
    this.#hands[thread] = { api: make_thread_api(here), mail, worker: null }
  }

  /** A worker has ended: what it held is given back, its subscriptions leave the index, a new one takes its place. */
  async #died(thread: number, cause: string): Promise<void> {
    if (this.#stopping) return
    this.#hands[thread] = undefined
    this.#ways = this.#ways.filter(({ from, to }) => from !== thread && to !== thread)
    const gone: NeighbourChange = { gone: thread }
    for (const hand of this.#hands) hand?.worker?.postMessage(gone)
    const { memory } = this
    new SharedLimits(memory.limits, thread, memory.threads).release_thread(thread)
    this.counters.clear_gauges(thread)
    new Pressure(memory.pressure, memory.threads).clear(thread)
    new Doorbell(memory.doorbell, thread, new Map(), () => {}).reset(thread)
    for (const [port, host] of [...this.#guests]) if (host === thread) close_port(port)
    this.#events.died(thread, cause)
    if (!this.budget.take(this.#clock.now_ms())) return this.#events.gave_up(cause)
    if (this.index.lock_owner() === thread) { while (!repair(this.index, thread)) await this.#pause() }
    await this.#remove_records(thread)
    if (this.#stopping) return
    this.#start(thread)
    await (this.#hands[thread]!.api as ThreadApi).prepare()
    this.#events.restarted(thread)
  }

  async #remove_records(thread: number): Promise<void> {
    let left = RECORDS_PER_TURN
    for (let id = this.index.records_of_thread(thread, 1); id !== 0; id = this.index.records_of_thread(thread, id)) {
      if (!this.index.remove(id)) await this.#pause()
      if (--left > 0) continue
      left = RECORDS_PER_TURN
      this.#interest_changed()
      await this.#pause()
    }
    this.#interest_changed()
  }

  #interest_changed(): void {
    if (this.route_thread >= 0) this.post(this.route_thread, { kind: 'interest_changed' })
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => this.#clock.after(0, resolve))
  }
}

const GONE = Symbol('gone')

/** The answer of a thread, or GONE if its worker ends before. */
async function answer_or_end<Answer>(worker: Worker | null, asked: Promise<Answer>): Promise<Answer | typeof GONE> {
  if (worker === null) return await asked
  let on_exit = (): void => {}
  const gone = new Promise<typeof GONE>((resolve) => worker.once('exit', on_exit = () => resolve(GONE)))
  try {
    return await Promise.race([asked, gone])
  } finally {
    worker.off('exit', on_exit)
  }
}
const SILENT_BELL = { ring: () => false, going_to_sleep() {}, awake() {} }

function make_memory(threads: number, log: boolean): SharedMemory {
  return {
    index: SubjectIndex.reserve({ log }),
    counters: create_counters(threads),
    limits: create_limits(threads, ACCOUNTS_MAX),
    pressure: create_pressure(threads),
    doorbell: create_doorbell(threads),
    threads,
  }
}
