import * as assert from 'uvu/assert'
import { LoopWatch } from '../../src/thread/loop_watch.ts'
import { ManualClock } from '../manual_clock.ts'
import { suite } from '../harness.ts'

const test = suite('thread/loop_watch')

/** A clock whose timers come late when the loop stood still. */
class LazyClock extends ManualClock {
  stand_still_ms = 0

  override now_ms(): number {
    return super.now_ms() + this.stand_still_ms
  }
}

function make() {
  const clock = new LazyClock(1000)
  const use = { active: 5, idle: 0 }
  return { clock, use, watch: new LoopWatch(clock, () => ({ ...use })) }
}

test('nothing runs before somebody asks, and again when nobody has asked for long', () => {
  const { clock, watch } = make()
  assert.is(clock.waiting, 0)
  watch.figures()
  assert.is(clock.waiting, 1)
  clock.pass(119_000)
  assert.is(clock.waiting, 1)
  clock.pass(2000)
  assert.is(clock.waiting, 0)
})

test('the longest delay is seen, and the mean one', () => {
  const { clock, watch } = make()
  watch.figures()
  clock.pass(30)
  clock.stand_still_ms = 50
  clock.pass(10)
  const { delay_ms, mean_delay_ms } = watch.figures()
  assert.is(delay_ms, 50)
  assert.is(mean_delay_ms, 12.5)
})

test('a delay is seen by a question that comes before the tick', () => {
  const { clock, watch } = make()
  watch.figures()
  clock.stand_still_ms = 100
  assert.is(watch.figures().delay_ms, 90)
})

test('a delay is told for ten seconds at least, to everybody who asks, and not for ever', () => {
  const { clock, watch } = make()
  watch.figures()
  clock.stand_still_ms = 70
  clock.pass(10)
  for (let second = 0; second < 10; second++) {
    assert.is(watch.figures().delay_ms, 70)
    clock.pass(1000)
  }
  for (let second = 0; second < 20; second++) {
    watch.figures()
    clock.pass(1000)
  }
  assert.is(watch.figures().delay_ms, 0)
})

test('the share of the time in which it worked is that of the last windows', () => {
  const { clock, watch, use } = make()
  assert.is(watch.figures().busy, null)
  use.active += 30
  use.idle += 90
  assert.is(watch.figures().busy, 0.25)
  clock.pass(10_000)
  watch.figures()
  clock.pass(10_000)
  watch.figures()
  clock.pass(10_000)
  use.idle += 1000
  assert.is(watch.figures().busy, 0)
})

test('a loop that stands still is found out with the real clock and the real loop, too', async () => {
  const { system_clock } = await import('../../src/base/clock.ts')
  const watch = new LoopWatch(system_clock(true))
  watch.figures()
  await new Promise((resolve) => setTimeout(resolve, 30))
  const end_ms = performance.now() + 60
  while (performance.now() < end_ms);
  await new Promise((resolve) => setTimeout(resolve, 30))
  const { delay_ms, busy } = watch.figures()
  assert.ok(delay_ms > 40 && delay_ms < 5000, String(delay_ms))
  // Deno does not tell.
  assert.ok('deno' in process.versions ? busy === null : busy! > 0 && busy! <= 1, String(busy))
})

test.run()
