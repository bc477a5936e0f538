// How fast a server in lame duck mode closes its clients, so that they do not come to the others all at once
// (reference route.md 7.3).
import type { Random } from '../base/prng.ts'

/** A few clients do not take the whole time. */
const STEP_MS_MAX = 1_000
/** Shorter pauses are not worth a timer: several clients are closed at a time instead. */
const STEP_MS_MIN = 10

export interface ClosingPace {
  /** Clients between two pauses. */
  readonly batch: number
  /** No pause is as long. */
  readonly step_ms: number
}

/** Spreads the ends of `clients` over at most `within_ms`. */
export function closing_pace(clients: number, within_ms: number): ClosingPace {
  if (clients <= 0 || within_ms <= 0) return { batch: Math.max(1, clients), step_ms: 0 }
  const batch = Math.min(clients, Math.ceil(clients * STEP_MS_MIN / within_ms))
  return { batch, step_ms: Math.min(STEP_MS_MAX, within_ms * batch / clients) }
}

/** A pause in [step / 2, step): servers that were told at the same time do not close theirs in the same rhythm. */
export function closing_pause_ms({ step_ms }: ClosingPace, random: Random): number {
  return step_ms / 2 * (1 + random.next())
}
