// When the page asks again: every second, less often while nobody looks, and with growing pauses while it gets no answer.

/** A little more than the second for which the server keeps its answer, so that each is a new one. */
export const POLL_MS = 1_050
/** In a tab in the background. */
export const HIDDEN_POLL_MS = 10_000
const PAUSES_MS = Object.freeze([1_000, 2_000, 4_000, 8_000, 15_000, 30_000])

/** `failures` in a row, the last one included; 0: the last answer came. */
export function pause_ms(failures: number, is_hidden: boolean): number {
  if (failures > 0) return PAUSES_MS[Math.min(failures, PAUSES_MS.length) - 1]
  return is_hidden ? HIDDEN_POLL_MS : POLL_MS
}
