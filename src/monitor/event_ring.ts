// What happened to the server and its mesh lately, for the people who look at it.
import { EVENTS_REMEMBERED_MAX } from '../base/limits.ts'

export type EventKind = 'start' | 'join' | 'loss' | 'reload' | 'restart' | 'slow_consumer' | 'lame_duck'

export interface ServerEvent {
  readonly at_ms: number
  readonly kind: EventKind
  readonly text: string
}

export class EventRing {
  readonly #capacity: number
  readonly #now_ms: () => number
  #events: ServerEvent[] = []

  constructor(now_ms: () => number, capacity = EVENTS_REMEMBERED_MAX) {
    this.#now_ms = now_ms
    this.#capacity = capacity
  }

  add(kind: EventKind, text: string): void {
    this.#events.push({ at_ms: this.#now_ms(), kind, text })
    if (this.#events.length > this.#capacity) this.#events.shift()
  }

  /** A copy, oldest first. */
  list(): ServerEvent[] {
    return [...this.#events]
  }
}
