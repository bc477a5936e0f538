import * as assert from 'uvu/assert'
import { HIDDEN_POLL_MS, pause_ms, POLL_MS } from '../../src/page/back_off.ts'
import { suite } from '../harness.ts'

const test = suite('page/back_off')

test('pauses grow with failures up to a bound, and a page that nobody sees asks seldom', () => {
  assert.equal([0, 1, 2, 3, 5, 6, 600].map((failures) => pause_ms(failures, false)), [
    ...[POLL_MS, 1_000, 2_000, 4_000, 15_000, 30_000, 30_000],
  ])
  assert.equal([pause_ms(0, true), pause_ms(3, true)], [HIDDEN_POLL_MS, 4_000])
})

test.run()
