import * as assert from 'uvu/assert'
import { cpu_picture } from '../../src/bench/cpu_picture.ts'
import { suite } from '../harness.ts'
import { made_report } from './made_report.ts'
import { texts_of } from './well_formed.ts'

const test = suite('bench/cpu_picture')

test('each pattern has a bar for everybody, with its figure', () => {
  const svg = cpu_picture(made_report())!
  const words = texts_of(svg).map((text) => text.words)
  assert.is(words.filter((text) => text === 'onehop, 1 worker').length, 8)
  assert.is(words.filter((text) => text === '0.142 µs').length, 24)
  assert.ok(words.includes('one hop 1:1 (both servers)'))
  assert.is(svg.match(/<rect /g)!.length, 1 + 8 * 4)
})

test('without processor times there is no picture', () => {
  assert.is(cpu_picture(made_report({ failures: ['no'] })), null)
})

test.run()
