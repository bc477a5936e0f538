// What the server counts, in shared memory: figures per thread, and the few counts that hold for the whole server.
//
// Counters: one row of float64 per thread, a whole number of cache line pairs long. Writer: that thread alone, with plain
// additions; readers: monitoring, in any thread, which may see a row a moment late and its figures not of one moment.
// The supervisor clears the gauges of a thread that has ended. Aligned float64 are not torn on the machines we run on.
//
// Limits, int32 words changed by every thread with atomic operations:
//   word 0              connections in use
//   word 1              client id given last
//   word 2              messages of the server's own that are numbered
//   3 ... 3+T           connections in use, per thread: changed by that thread, zeroed by the supervisor once it has ended
//   then 1+T for each account: connections in use, then the same per thread
// The words per thread are there so that what a dead thread held can be given back.
import { assert } from '../base/assert.ts'
import { THREADS_MAX } from '../base/limits.ts'

/** Columns of a row. Connection counts are gauges; everything else only grows. */
export const Counter = Object.freeze({
  in_messages: 0,
  in_bytes: 1,
  out_messages: 2,
  out_bytes: 3,
  in_client_messages: 4,
  in_client_bytes: 5,
  out_client_messages: 6,
  out_client_bytes: 7,
  in_route_messages: 8,
  in_route_bytes: 9,
  out_route_messages: 10,
  out_route_bytes: 11,
  total_connections: 12,
  slow_consumers: 13,
  slow_consumers_routes: 14,
  stale_connections: 15,
  stale_connections_routes: 16,
  stalled: 17,
  authentication_failures: 18,
  plan_hits: 19,
  plan_misses: 20,
  doorbells: 21,
  ring_full: 22,
  dropped: 23,
  interest_repairs: 24,
  connections: 25,
  routes: 26,
  /** Sum of the round trips of routes, and behind it the columns of rtt_histogram.ts. */
  route_rtt_us: 27,
})
export type CounterName = keyof typeof Counter
const GAUGES: readonly CounterName[] = ['connections', 'routes']
const ROW_BYTES = 384
export const ROW_COLUMNS = ROW_BYTES / 8
assert(Object.keys(Counter).length <= ROW_COLUMNS && ROW_BYTES % 128 === 0, 'All counters fit into a row')

export function create_counters(threads = THREADS_MAX): SharedArrayBuffer {
  return new SharedArrayBuffer(threads * ROW_BYTES)
}

/** All threads' figures. A thread adds to its own row: `row[Counter.in_messages] += n`. */
export class Counters {
  readonly threads: number
  readonly #memory: SharedArrayBuffer
  readonly #all: Float64Array

  constructor(memory: SharedArrayBuffer) {
    this.#memory = memory
    this.#all = new Float64Array(memory)
    this.threads = memory.byteLength / ROW_BYTES
  }

  /** The row of `thread`, for that thread to write. */
  row(thread: number): Float64Array {
    assert(thread >= 0 && thread < this.threads, 'The thread has a row')
    return new Float64Array(this.#memory, thread * ROW_BYTES, ROW_COLUMNS)
  }

  /** One figure of one thread. */
  of(thread: number, name: CounterName): number {
    return this.#all[thread * ROW_COLUMNS + Counter[name]]
  }

  /** One figure over all threads. */
  sum(name: CounterName): number {
    return this.sum_of_column(Counter[name])
  }

  sum_of_column(column: number): number {
    let sum = 0
    for (let thread = 0; thread < this.threads; thread++) sum += this.#all[thread * ROW_COLUMNS + column]
    return sum
  }

  /** The thread has ended: it has no connections any more; what it counted stays counted. */
  clear_gauges(thread: number): void {
    for (const name of GAUGES) this.row(thread)[Counter[name]] = 0
  }
}

const CONNECTIONS = 0
const LAST_CID = 1
const LAST_SEQUENCE = 2
const SERVER_WORDS = 3
const ACCOUNTS_DEFAULT = 4096

export function create_limits(threads = THREADS_MAX, accounts = ACCOUNTS_DEFAULT): SharedArrayBuffer {
  return new SharedArrayBuffer((SERVER_WORDS + threads + accounts * (1 + threads)) * 4)
}

/** Counts that all threads share, as one thread uses them. Accounts are numbers below that of create_limits. */
export class SharedLimits {
  readonly #words: Int32Array
  readonly #thread: number
  readonly #threads: number
  readonly #accounts: number

  constructor(memory: SharedArrayBuffer, thread: number, threads = THREADS_MAX) {
    assert(thread >= 0 && thread < threads, 'The thread has its words')
    this.#words = new Int32Array(memory)
    this.#thread = thread
    this.#threads = threads
    this.#accounts = (this.#words.length - SERVER_WORDS - threads) / (1 + threads)
    assert(Number.isInteger(this.#accounts), 'The memory is for as many threads')
  }

  /** Takes a place for one connection if fewer than `max` are in use (max 0 or less: no limit). */
  take_connection(max: number): boolean {
    return this.#take(CONNECTIONS, SERVER_WORDS + this.#thread, max)
  }

  release_connection(): void {
    this.#release(CONNECTIONS, SERVER_WORDS + this.#thread)
  }

  connections(): number {
    return Atomics.load(this.#words, CONNECTIONS)
  }

  /** As take_connection, within one account. */
  take_account_connection(account: number, max: number): boolean {
    const total = this.#account(account)
    return this.#take(total, total + 1 + this.#thread, max)
  }

  release_account_connection(account: number): void {
    const total = this.#account(account)
    this.#release(total, total + 1 + this.#thread)
  }

  account_connections(account: number): number {
    return Atomics.load(this.#words, this.#account(account))
  }

  /** A client id nobody had before; the first is 1. */
  next_cid(): number {
    return (Atomics.add(this.#words, LAST_CID, 1) >>> 0) + 1
  }

  /** The number of the next message in which the server presents itself; the first is 1. */
  next_sequence(): number {
    return (Atomics.add(this.#words, LAST_SEQUENCE, 1) >>> 0) + 1
  }

  /** Gives back what `thread` held; for the supervisor, once that thread has ended. */
  release_thread(thread: number): void {
    this.#give_back(CONNECTIONS, SERVER_WORDS + thread)
    for (let account = 0; account < this.#accounts; account++) {
      const total = this.#account(account)
      this.#give_back(total, total + 1 + thread)
    }
  }

  #account(account: number): number {
    assert(account >= 0 && account < this.#accounts, 'The account has its words')
    return SERVER_WORDS + this.#threads + account * (1 + this.#threads)
  }

  #take(total: number, own: number, max: number): boolean {
    for (;;) {
      const used = Atomics.load(this.#words, total)
      if (max > 0 && used >= max) return false
      if (Atomics.compareExchange(this.#words, total, used, used + 1) === used) break
    }
    Atomics.add(this.#words, own, 1)
    return true
  }

  #release(total: number, own: number): void {
    // Own first: a thread that dies between the two leaves one place taken, never one place too many.
    const before = Atomics.sub(this.#words, own, 1)
    assert(before > 0, 'A connection is released once')
    Atomics.sub(this.#words, total, 1)
  }

  #give_back(total: number, own: number): void {
    Atomics.sub(this.#words, total, Atomics.exchange(this.#words, own, 0))
  }
}
