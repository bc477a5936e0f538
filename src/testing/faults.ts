// What is wrong between the members of a cluster, and between servers and slow clients.
import { type Random, seeded_random } from '../base/prng.ts'

/** Of one direction. */
export interface Faults {
  /** Connections end, and none come to be. */
  cut: boolean
  /** Nothing arrives, and nobody is told. */
  lost: boolean
  delay_ms: number
  jitter_ms: number
  /** Of messages, 0 to 1. */
  drop_share: number
  bytes_per_second: number
}

const NONE: Faults = {
  ...{ cut: false, lost: false, delay_ms: 0, jitter_ms: 0, drop_share: 0, bytes_per_second: Infinity },
}

/** Of a direction in which nothing is ever wrong. */
export const NO_FAULTS: Readonly<Faults> = Object.freeze({ ...NONE })

/** A direction in which bytes leave at that pace. */
export const slow_faults = (bytes_per_second: number): Faults => ({ ...NONE, bytes_per_second })

/** From one member to another. */
export interface Direction {
  readonly faults: Readonly<Faults>
  /** Its own, so that what is lost on one does not depend on what happens on the others. */
  readonly random: Random
}

export class FaultPlan {
  #seed: number
  #directions = new Map<string, Direction>()

  constructor(seed: number) {
    this.#seed = seed
  }

  between(from: string, to: string): Direction {
    const key = `${from} ${to}`
    let direction = this.#directions.get(key)
    if (direction === undefined) {
      direction = { faults: { ...NONE }, random: seeded_random(this.#seed ^ hash_of(key)) }
      this.#directions.set(key, direction)
    }
    return direction
  }

  /** Between every one of these and every one of those. */
  set(from: readonly string[], to: readonly string[], faults: Partial<Faults>): void {
    for (const one of from) for (const other of to) Object.assign(this.between(one, other).faults, faults)
  }

  heal(): void {
    for (const { faults } of this.#directions.values()) Object.assign(faults, NONE)
  }
}

function hash_of(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619)
  return hash
}
