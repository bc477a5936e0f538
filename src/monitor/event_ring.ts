// What happened to the server and its mesh lately, for the people who look at it.
import { EVENTS_REMEMBERED_MAX } from '../base/limits.ts'

export type EventKind = 'start' | 'join' | 'loss' | 'reload' | 'restart' | 'slow_consumer' | 'lame_duck'

export interface ServerEvent {
  readonly at_ms: number
  readonly kind: EventKind
  readonly text: string
}

export interface EventRingOptions {
  capacity?: number
  /** Gets each as it happens. */
  told?(event: ServerEvent): void
}

export class EventRing {
  readonly #capacity: number
  readonly #now_ms: () => number
  #events: ServerEvent[] = []
  #told: (event: ServerEvent) => void

  constructor(now_ms: () => number, { capacity = EVENTS_REMEMBERED_MAX, told = () => {} }: EventRingOptions = {}) {
    this.#now_ms = now_ms
    this.#capacity = capacity
    this.#told = told
  }

  add(kind: EventKind, text: string): void {
    const event = { at_ms: this.#now_ms(), kind, text }
    this.#events.push(event)
    if (this.#events.length > this.#capacity) this.#events.shift()
    this.#told(event)
  }

  /** A copy, oldest first. */
  list(): ServerEvent[] {
    return [...this.#events]
  }
}
