import * as assert from 'uvu/assert'
import { latency_picture, log_range } from '../../src/bench/latency_picture.ts'
import { suite } from '../harness.ts'
import { made_report } from './made_report.ts'
import { texts_of } from './well_formed.ts'

const test = suite('bench/latency_picture')

test('the scale holds all values, with room', () => {
  assert.equal(log_range([40, 4000, 0]), [32, 5000])
  assert.equal(log_range([]), [1, 10])
})

test('both loads have percentiles as figures, and everybody a row', () => {
  const words = texts_of(latency_picture(made_report())!).map((text) => text.words)
  const count = (text: string) => words.filter((word) => word === text).length
  assert.is(count('p99.9'), 2)
  assert.is(count('onehop, 2 workers'), 2)
  assert.is(count('4.1 ms'), 8)
  assert.is(count('request-reply: until the answer'), 1)
  assert.is(count('one-way latency at 10,000 messages/s'), 1)
})

test('without latencies there is no picture', () => {
  const report = made_report()
  assert.is(latency_picture({ ...report, cells: report.cells.filter(({ mode }) => mode === 'rate') }), null)
})

test.run()
