import * as assert from 'uvu/assert'
import { planned_ms } from '../../src/bench/bench_run.ts'
import { cells_of } from '../../src/bench/measurement.ts'
import { PATTERNS } from '../../src/bench/pattern.ts'
import { suite } from '../harness.ts'

const test = suite('bench/bench_run')

test('a load is planned with its trial, and a mesh takes longer', () => {
  const [first, ...others] = cells_of(PATTERNS, [16])
  const hop = others.find(({ pattern }) => pattern.servers === 2)!
  const paced = others.find(({ pattern }) => pattern.mode === 'paced')!
  assert.is(planned_ms(first, 1), 2700)
  assert.is(planned_ms(first, null), 2500)
  assert.is(planned_ms(paced, 2), 3500)
  assert.ok(planned_ms(hop, 1) > planned_ms(first, 1))
})

test.run()
