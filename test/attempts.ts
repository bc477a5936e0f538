// Tests of delays, and of what the system deals out by lot. What the server causes shows every time; what the machine does beside
// does not.
import * as assert from 'uvu/assert'

const ATTEMPTS = 3

/** Runs `measure` until it has no complaint (null), at most three times, and fails with the last one. */
export async function hold_once(measure: () => Promise<string | null>): Promise<void> {
  const complaints: string[] = []
  while (complaints.length < ATTEMPTS) {
    const complaint = await measure()
    if (complaint === null) return
    complaints.push(complaint)
  }
  assert.unreachable(`in each of ${ATTEMPTS} attempts: ${complaints.join('; ')}`)
}
