import { assert } from '../base/assert.ts'
import { LOCK, SEQUENCE, WAITERS } from './index_layout.ts'

// A mutation takes about a microsecond, so a spin nearly always gets the lock. If its holder was descheduled, sleep.
const SPINS_MAX = 2000
const SLEEPS_MAX = 20
const SLEEP_MS = 1
/** After so many reads in a row that a mutation spoiled, a reader takes the lock. */
const READ_TRIES_MAX = 4
// Sequence numbers are handed out without their sign, so that READ_BUSY is none of them.
const SEQUENCE_MASK = 0x7fffffff

/** What begin_read returns if even the lock was not to be had: its holder is stuck or dead. */
export const READ_BUSY = -1

/**
 * The lock and the sequence number of the index, for one thread. Mutations: acquire, begin_write, end_write, release.
 * Reads: begin_read, end_read, and again if that says false.
 */
export class IndexLock {
  readonly sync: Int32Array
  readonly thread: number
  private reads_failed = 0
  private read_holds_lock = false

  constructor(sync: Int32Array, thread: number) {
    this.sync = sync
    this.thread = thread
  }

  /** Takes the lock, waiting about 20 ms at most; false if it was not to be had. */
  acquire(): boolean {
    const { sync } = this
    const mine = this.thread + 1
    for (let spin = 0; spin < SPINS_MAX; spin++) {
      if (Atomics.load(sync, LOCK) === 0 && Atomics.compareExchange(sync, LOCK, 0, mine) === 0) return true
    }
    for (let sleep = 0; sleep < SLEEPS_MAX; sleep++) {
      const holder = Atomics.compareExchange(sync, LOCK, 0, mine)
      if (holder === 0) return true
      if (holder === mine) return false
      Atomics.add(sync, WAITERS, 1)
      Atomics.wait(sync, LOCK, holder, SLEEP_MS)
      Atomics.sub(sync, WAITERS, 1)
    }
    return Atomics.compareExchange(sync, LOCK, 0, mine) === 0
  }

  /** Takes the lock from a thread that is known to be dead; false if that one does not hold it. */
  take_over(dead_thread: number): boolean {
    return Atomics.compareExchange(this.sync, LOCK, dead_thread + 1, this.thread + 1) === dead_thread + 1
  }

  release(): void {
    assert(Atomics.compareExchange(this.sync, LOCK, this.thread + 1, 0) === this.thread + 1, 'The lock is ours')
    if (Atomics.load(this.sync, WAITERS) !== 0) Atomics.notify(this.sync, LOCK, 1)
  }

  /** The thread that holds the lock, or -1. */
  owner(): number {
    return Atomics.load(this.sync, LOCK) - 1
  }

  begin_write(): void {
    Atomics.add(this.sync, SEQUENCE, 1)
  }

  end_write(): void {
    Atomics.add(this.sync, SEQUENCE, 1)
  }

  /** After a dead writer: even again, and another number than any reader holds. */
  mend_sequence(): void {
    Atomics.add(this.sync, SEQUENCE, Atomics.load(this.sync, SEQUENCE) & 1 ? 1 : 2)
  }

  /** Starts a read: a number for end_read, or READ_BUSY (pause, and try again later). */
  begin_read(): number {
    if (this.reads_failed < READ_TRIES_MAX) {
      for (let spin = 0; spin < SPINS_MAX; spin++) {
        const sequence = Atomics.load(this.sync, SEQUENCE)
        if ((sequence & 1) === 0) return sequence & SEQUENCE_MASK
      }
    }
    if (!this.acquire()) return READ_BUSY
    this.read_holds_lock = true
    return Atomics.load(this.sync, SEQUENCE) & SEQUENCE_MASK
  }

  /**
   * Ends a read: whether nothing changed meanwhile. The closing look is a read-modify-write: plain reads before it may
   * pass an atomic load on arm64.
   */
  end_read(sequence: number): boolean {
    if (sequence === READ_BUSY) return false
    if (this.read_holds_lock) {
      this.read_holds_lock = false
      this.reads_failed = 0
      this.release()
      return true
    }
    if ((Atomics.add(this.sync, SEQUENCE, 0) & SEQUENCE_MASK) === sequence) {
      this.reads_failed = 0
      return true
    }
    this.reads_failed++
    return false
  }

  /** The sequence number as it is now, for long reads that want to end early. */
  sequence(): number {
    return Atomics.load(this.sync, SEQUENCE) & SEQUENCE_MASK
  }
}
