import * as assert from 'uvu/assert'
import { columns_for, figure_y, ideal_line, panel_top, throughput_picture } from '../../src/bench/throughput_picture.ts'
import { suite } from '../harness.ts'
import { made_report } from './made_report.ts'
import { texts_of } from './well_formed.ts'

const test = suite('bench/throughput_picture')

test('the perfect line begins with one worker and grows with their number', () => {
  const points = [{ workers: 0, rate: 90, limited: false }, { workers: 1, rate: 100, limited: false }]
  assert.equal(ideal_line(points, [0, 1, 2, 4]), [[1, 100], [2, 200], [4, 400]])
  assert.equal(ideal_line(points.slice(0, 1), [0, 2]), [])
})

test('the perfect line has no more of the picture than leaves the rest legible', () => {
  assert.is(panel_top([100, 150], [100, 200]), 210)
  assert.is(panel_top([100, 150], [100, 1600]), 270)
  assert.is(panel_top([100, 150], []), 183)
  assert.ok(panel_top([], []) > 0)
})

test('the more numbers of workers, the fewer panels stand side by side', () => {
  assert.equal([1, 4, 5, 6, 7, 12].map(columns_for), [3, 3, 2, 2, 1, 1])
})

test('a figure is above its point, or below if a level line would cross it', () => {
  assert.is(figure_y(100, [], 200), 90)
  assert.is(figure_y(100, [99, 60], 200), 90)
  assert.is(figure_y(100, [85], 200), 120)
  assert.is(figure_y(100, [85], 122), 90)
})

test('each pattern has its figures and the others have theirs', () => {
  const words = texts_of(throughput_picture(made_report())!).map((text) => text.words)
  for (const expected of ['1:1', '2.47 M', '4.12 M', '5.76 M', 'nats-server 2.9.10: 5.76 M', 'deliveries per second']) {
    assert.ok(words.includes(expected), expected)
  }
  assert.not.ok(words.includes('one-way latency'))
  assert.ok(!words.some((text) => text.includes('Hollow')))
})

test('hollow dots are where the generator was the limit', () => {
  const svg = throughput_picture(made_report({ generator: 1 }))!
  assert.match(
    texts_of(svg).map((text) => text.words).join(' '),
    /Hollow dots: there the load generator was the limit\./,
  )
  assert.match(svg, /<circle [^>]*class="f-paper s-ours"/)
})

test.run()
