// One direction of a connection: bytes go straight through as long as nothing is wrong with it, and wait in it else.
import type { Clock, Timer } from '../base/clock.ts'
import type { Direction } from './faults.ts'

/** What a wire and the buffers at its ends hold before whoever writes has to wait. */
const ROOM_BYTES = 1024 * 1024
/** A slow reader takes them one by one. */
const PARCEL_BYTES = 4 * 1024

interface Parcel {
  readonly bytes: Uint8Array
  /** What happens when all that was in front of it has gone; null: these are bytes. */
  readonly mark: (() => void) | null
  readonly due_ms: number
}

export interface LaneEnds {
  /** Gives them to whoever is at the end. False: no more until go_on(). */
  give(bytes: Uint8Array): boolean
  /** Something has left. */
  moved(): void
}

export class Lane {
  /** The process at its end stands still. */
  held = false
  #clock: Clock
  #direction: () => Direction
  #ends: LaneEnds
  #queue: Parcel[] = []
  #bytes = 0
  /** Whoever is at the end takes no bytes now. */
  #busy = false
  #pumping = false
  #last_due_ms = 0
  #left_ms = 0
  #timer: Timer | null = null

  constructor(clock: Clock, direction: () => Direction, ends: LaneEnds) {
    this.#clock = clock
    this.#direction = direction
    this.#ends = ends
  }

  /** Bytes need not be copied: they can be given on at once. */
  get is_straight(): boolean {
    if (this.held || this.#busy || this.#pumping || this.#queue.length > 0) return false
    const { lost, delay_ms, jitter_ms, bytes_per_second } = this.#direction().faults
    return !lost && delay_ms + jitter_ms === 0 && bytes_per_second === Infinity
  }

  /** Whoever writes has to wait. */
  get is_full(): boolean {
    return this.#bytes > (this.#direction().faults.bytes_per_second === Infinity ? ROOM_BYTES : 0)
  }

  get is_empty(): boolean {
    return this.#queue.length === 0
  }

  get is_busy(): boolean {
    return this.#busy
  }

  put(bytes: Uint8Array): void {
    if (this.is_straight) return void (this.#busy = !this.#ends.give(bytes))
    const due_ms = this.#due_ms()
    for (let at = 0; at < bytes.length; at += PARCEL_BYTES) {
      this.#queue.push({ bytes: bytes.slice(at, at + PARCEL_BYTES), mark: null, due_ms })
    }
    this.#bytes += bytes.length
    this.pump()
  }

  /** Behind all that is in it. */
  mark(mark: () => void): void {
    this.#queue.push({ bytes: NOTHING, mark, due_ms: this.#due_ms() })
    this.pump()
  }

  /** Whoever is at the end took none from outside of this. */
  busy(): void {
    this.#busy = true
  }

  go_on(): void {
    this.#busy = false
    this.pump()
  }

  /** What is in it is lost. */
  clear(): void {
    this.#timer?.cancel()
    this.#queue.length = 0
    this.#bytes = 0
  }

  /** Lets go of what is due. */
  pump(): void {
    if (this.#pumping) return
    this.#pumping = true
    this.#timer?.cancel()
    let moved = false
    while (this.#queue.length > 0 && !this.held && !this.#direction().faults.lost) {
      const [first] = this.#queue
      if (first.mark === null && this.#busy) break
      const wait_ms = this.#ready_ms(first) - this.#clock.now_ms()
      if (wait_ms > 0) {
        if (wait_ms < Infinity) this.#timer = this.#clock.after(Math.ceil(wait_ms), () => this.pump())
        break
      }
      this.#queue.shift()
      this.#left_ms = this.#clock.now_ms()
      moved = true
      this.#bytes -= first.bytes.length
      if (first.mark !== null) first.mark()
      else if (!this.#ends.give(first.bytes)) this.#busy = true
    }
    this.#pumping = false
    if (moved) this.#ends.moved()
  }

  #due_ms(): number {
    const { faults: { delay_ms, jitter_ms }, random } = this.#direction()
    const jitter = jitter_ms === 0 ? 0 : random.next() * jitter_ms
    // What was sent first arrives first.
    return this.#last_due_ms = Math.max(this.#last_due_ms, this.#clock.now_ms() + delay_ms + jitter)
  }

  #ready_ms({ due_ms, bytes, mark }: Parcel): number {
    const { bytes_per_second, delay_ms, jitter_ms } = this.#direction().faults
    // Healed: what was on its way comes at once.
    const due = delay_ms + jitter_ms === 0 ? 0 : due_ms
    if (mark !== null || bytes_per_second === Infinity) return due
    return Math.max(this.#left_ms, due_ms) + bytes.length * 1000 / bytes_per_second
  }
}

const NOTHING = new Uint8Array(0)
