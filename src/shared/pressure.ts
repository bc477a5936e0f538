// Which connections are above the pressure mark, for publishers on other threads.
//
//   Int32 words [0, threads)                      how many connections of that thread are pressed
//   bytes behind, 65536 per thread                1: the connection in that slot (modulo 65536) is pressed
//
// Writer of both: the thread that has the connection. Readers: every thread. Plain words: a late look costs nothing.
const SLOTS = 65536

export function create_pressure(threads: number): SharedArrayBuffer {
  return new SharedArrayBuffer(threads * 4 + threads * SLOTS)
}

export class Pressure {
  #counts: Int32Array
  #slots: Uint8Array

  constructor(memory: SharedArrayBuffer, threads: number) {
    this.#counts = new Int32Array(memory, 0, threads)
    this.#slots = new Uint8Array(memory, threads * 4)
  }

  set(thread: number, slot: number, pressed: boolean): void {
    this.#slots[thread * SLOTS + slot % SLOTS] = pressed ? 1 : 0
    this.#counts[thread] += pressed ? 1 : -1
  }

  /** Whether any connection of the thread is pressed. */
  any(thread: number): boolean {
    return this.#counts[thread] > 0
  }

  is_pressed(thread: number, slot: number): boolean {
    return this.#slots[thread * SLOTS + slot % SLOTS] === 1
  }

  /** A thread has died with all its connections. */
  clear(thread: number): void {
    this.#counts[thread] = 0
    this.#slots.fill(0, thread * SLOTS, (thread + 1) * SLOTS)
  }
}
