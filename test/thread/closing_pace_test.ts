import * as assert from 'uvu/assert'
import { seeded_random } from '../../src/base/prng.ts'
import { closing_pace, closing_pause_ms } from '../../src/thread/closing_pace.ts'
import { suite } from '../harness.ts'

const test = suite('thread/closing_pace')

test('clients are spread over the time there is, at most a second apart', () => {
  assert.equal(closing_pace(1_000, 110_000), { batch: 1, step_ms: 110 })
  assert.equal(closing_pace(110, 110_000), { batch: 1, step_ms: 1_000 })
  assert.equal(closing_pace(3, 110_000), { batch: 1, step_ms: 1_000 })
  assert.equal(closing_pace(1, 1), { batch: 1, step_ms: 1 })
})

test('many clients go in batches, with pauses that a timer can keep', () => {
  assert.equal(closing_pace(1_000, 10_000), { batch: 1, step_ms: 10 })
  assert.equal(closing_pace(1_001, 10_000), { batch: 2, step_ms: 20_000 / 1_001 })
  assert.equal(closing_pace(1_000_000, 110_000), { batch: 91, step_ms: 110_000 * 91 / 1_000_000 })
})

test('without any time all go at once, and nobody needs no time', () => {
  assert.equal(closing_pace(50, 0), { batch: 50, step_ms: 0 })
  assert.equal(closing_pace(50, -1), { batch: 50, step_ms: 0 })
  assert.equal(closing_pace(0, 1_000), { batch: 1, step_ms: 0 })
})

test('all pauses together are within the time, each between half a step and a step', () => {
  const random = seeded_random(1)
  for (const [clients, within_ms] of [[2, 50], [37, 20_000], [5_000, 110_000], [70_000, 110_000]]) {
    const pace = closing_pace(clients, within_ms)
    let sum = 0
    for (let closed = pace.batch; closed < clients; closed += pace.batch) {
      const pause_ms = closing_pause_ms(pace, random)
      assert.ok(pause_ms >= pace.step_ms / 2 && pause_ms < pace.step_ms, `${pause_ms} of ${pace.step_ms}`)
      sum += pause_ms
    }
    assert.ok(sum <= within_ms, `${clients} clients take ${sum} of ${within_ms} ms`)
  }
})

test.run()
