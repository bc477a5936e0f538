// Waiting for something that servers come to by themselves, with a deadline, and with words for what was missing.
import type { ClusterTime } from './virtual_time.ts'

/** How long something is waited for where nobody says it. */
export const DEADLINE_MS = 10_000
/** A virtual second costs next to nothing, but not nothing. */
const REAL_MS_MAX = 60_000

/**
 * Looks again and again until nothing is missing. `missing` gives a line for each thing; they are in the error when the deadline
 * has passed. Where time is virtual, waiting moves it on.
 */
export async function wait_until(
  time: ClusterTime,
  deadline_ms: number,
  what: string,
  missing: () => Promise<string[]> | string[],
): Promise<void> {
  const { real } = time
  const end_ms = time.now_ms() + deadline_ms, real_end_ms = real.now_ms() + REAL_MS_MAX
  for (;;) {
    const lines = await missing()
    if (lines.length === 0) return
    if (time.now_ms() >= end_ms || real.now_ms() >= real_end_ms) {
      throw new Error(`${what}: not within ${deadline_ms} ms: ${lines.join('; ')}`)
    }
    await time.step()
  }
}
