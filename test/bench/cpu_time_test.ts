import * as assert from 'uvu/assert'
import { cpu_seconds, ps_seconds, stat_seconds } from '../../src/bench/cpu_time.ts'
import { suite } from '../harness.ts'

const test = suite('bench/cpu_time')

test('user and system time stand behind the name, whatever is in it', () => {
  const rest = 'S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20'
  assert.is(stat_seconds(`42 (node) ${rest}`), 2)
  assert.is(stat_seconds(`42 (a (b) c) 9) ${rest}`), 2)
  assert.is(stat_seconds('42 (node) S'), null)
  assert.is(stat_seconds(''), null)
})

test('ps says minutes, hours and days', () => {
  assert.is(ps_seconds('  0:01.25\n'), 1.25)
  assert.is(ps_seconds('02:05'), 125)
  assert.is(ps_seconds('01:02:03'), 3723)
  assert.is(ps_seconds('2-01:02:03'), 2 * 86400 + 3723)
  assert.is(ps_seconds(''), null)
  assert.is(ps_seconds('soon'), null)
})

test('this process has used some, one that does not exist none that is known', () => {
  const own = cpu_seconds([process.pid])
  assert.ok(own !== null && own >= 0)
  assert.is(cpu_seconds([]), 0)
  assert.is(cpu_seconds([process.pid, 2 ** 22 + 1]), null)
})

test.run()
