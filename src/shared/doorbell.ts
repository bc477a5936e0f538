// Wakes threads that have nothing to do. A thread that runs looks at its rings by itself and is never rung.
//
//   word 32 * t   asleep flag of thread t: 1 set by thread t before it sleeps; 0 set by thread t when it is awake, or
//                 by the one ringer whose compare-and-swap wins and who then posts. Each has two cache lines of its own.
//
// No ring is lost: the sleeper sets its flag and then looks at its rings once more, the ringer publishes and then looks
// at the flag, and atomic operations have one order. The same look covers the rings a thread waits to write into.
import type { MessagePort } from 'node:worker_threads'
import { assert } from '../base/assert.ts'
import { THREADS_MAX } from '../base/limits.ts'

const WORDS_PER_THREAD = 32
const AWAKE = 0
const ASLEEP = 1

/** Memory for the flags of `threads` threads, all of them awake. */
export function create_doorbell(threads = THREADS_MAX): SharedArrayBuffer {
  return new SharedArrayBuffer(threads * WORDS_PER_THREAD * Int32Array.BYTES_PER_ELEMENT)
}

/** One thread's view of all bells: its own to sleep behind, the others' to ring. */
export class Doorbell {
  readonly #flags: Int32Array
  readonly #self: number
  readonly #on_ring: () => void
  readonly #ports = new Map<number, MessagePort>()

  /** `ports`: thread to the port whose other end that thread has here. `on_ring` runs when this thread was rung. */
  constructor(memory: SharedArrayBuffer, self: number, ports: ReadonlyMap<number, MessagePort>, on_ring: () => void) {
    this.#flags = new Int32Array(memory)
    assert(self >= 0 && self * WORDS_PER_THREAD < this.#flags.length, 'The thread has a flag')
    this.#self = self
    this.#on_ring = on_ring
    for (const [thread, port] of ports) this.replace(thread, port)
  }

  /** Marks this thread asleep. Look at all rings once more behind it; if there is work, awake() and do it. */
  going_to_sleep(): void {
    Atomics.store(this.#flags, this.#self * WORDS_PER_THREAD, ASLEEP)
  }

  /** Marks this thread awake: nobody posts to it while it works. */
  awake(): void {
    Atomics.store(this.#flags, this.#self * WORDS_PER_THREAD, AWAKE)
  }

  /** Wakes `thread` if it sleeps, and says whether it had to. Call it behind publish() or a due space signal. */
  ring(thread: number): boolean {
    const word = thread * WORDS_PER_THREAD
    if (Atomics.load(this.#flags, word) === AWAKE) return false
    if (Atomics.compareExchange(this.#flags, word, ASLEEP, AWAKE) !== ASLEEP) return false
    // A thread that just ended has no port any more; what was meant for it ends with its ring.
    this.#ports.get(thread)?.postMessage(null)
    return true
  }

  /** Another port to `thread`, which was started anew; the old one is closed. */
  replace(thread: number, port: MessagePort): void {
    this.remove(thread)
    this.#ports.set(thread, port)
    port.on('message', this.#on_ring)
  }

  /** Closes the port to `thread`, which has ended. Its flag is the supervisor's to clear, before a new thread runs. */
  remove(thread: number): void {
    const port = this.#ports.get(thread)
    if (port === undefined) return
    port.off('message', this.#on_ring)
    port.close()
    this.#ports.delete(thread)
  }

  /** Marks `thread`, which has ended, awake; for the supervisor, before it starts that thread anew. */
  reset(thread: number): void {
    Atomics.store(this.#flags, thread * WORDS_PER_THREAD, AWAKE)
  }

  /** Closes all ports, so that they keep the event loop alive no longer. */
  close(): void {
    for (const thread of [...this.#ports.keys()]) this.remove(thread)
  }
}
