import * as assert from 'uvu/assert'
import { bar_line, duration_text, Progress, time_left_ms } from '../../src/bench/progress.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'

const test = suite('bench/progress')

test('the time left is the plan at first, and then what is left at the pace so far', () => {
  assert.is(time_left_ms(0, 1000, 0), 1000)
  assert.is(time_left_ms(0, 1000, 300), 1000)
  // Half is done, and took twice as long as planned.
  assert.is(time_left_ms(500, 1000, 1000), 1000)
  // A tenth is done: the plan counts half, the pace of twice as long the other half.
  assert.is(Math.round(time_left_ms(100, 1000, 200)), 1350)
  assert.is(time_left_ms(1000, 1000, 5000), 0)
  assert.is(time_left_ms(0, 0, 0), 0)
})

test('durations are seconds, or minutes and seconds', () => {
  assert.equal([0, 59_400, 59_600, 185_000].map(duration_text), ['0 s', '59 s', '1 min 00 s', '3 min 05 s'])
})

test('the bar fits into its line', () => {
  const line = bar_line(0.5, 65_000, '1:1, 2 workers, round 1 of 3', 80)
  assert.is(line, `${'█'.repeat(15)}${'░'.repeat(15)}  50 %  1 min 05 s left  1:1, 2 workers, round 1 `)
  for (const columns of [1, 10, 40, 80, 200]) {
    const { length } = bar_line(0.99, 1e6, 'x'.repeat(100), columns)
    assert.ok(length <= Math.max(1, columns - 1), `${length} of ${columns}`)
  }
  assert.match(bar_line(1, 0, '', 80), /^█{30} 100 %/)
})

function watched(is_terminal: boolean) {
  const clock = new ManualClock()
  const said: string[] = []
  const terminal = { write_error: (text: string) => void said.push(text), is_terminal, columns: 80 }
  return { clock, said, progress: new Progress(terminal, clock, 4000) }
}

test('without a terminal each part is a line', () => {
  const { clock, said, progress } = watched(false)
  progress.begin('first')
  clock.pass(1000)
  progress.done('first', '12 per second', 1000)
  progress.end()
  assert.equal(said, ['first: 12 per second (3 s left)\n'])
  assert.is(progress.elapsed_ms, 1000)
})

test('on a terminal the same line is drawn again, runs on, and is taken away in the end', () => {
  const { clock, said, progress } = watched(true)
  progress.begin('first')
  clock.pass(1000)
  progress.done('first', '12 per second', 1000)
  progress.end()
  assert.ok(said.every((text) => text.startsWith('\r\x1b[2K') && !text.includes('\n')))
  assert.match(said[0], /░ +0 % {2}4 s left {2}first$/)
  assert.match(said[2], /░ +0 % {2}3 s left {2}first$/)
  assert.match(said[3], / 25 % {2}3 s left /)
  assert.is(said[4], '\r\x1b[2K')
  assert.is(said.length, 5)
  assert.is(clock.waiting, 0)
})

test('a terminal that does not tell its width has the usual one', () => {
  const said: string[] = []
  const terminal = { write_error: (text: string) => void said.push(text), is_terminal: true, columns: 0 }
  const progress = new Progress(terminal, new ManualClock(), 1000)
  progress.begin('first')
  progress.end()
  assert.match(said[0], /1 s left {2}first$/)
})

test.run()
