import * as assert from 'uvu/assert'
import { compression_fault, read_compression } from '../../src/config/compression_options.ts'
import { Problems } from '../../src/config/problems.ts'
import { suite } from '../harness.ts'
import { line_of, value_of } from './config_rig.ts'

const test = suite('config/compression_options')

function read(text: string) {
  const problems = new Problems()
  let mode: string | undefined
  const line = line_of(() => mode = read_compression(value_of(`c: ${text}`), 'c', problems, 's2_fast'), problems)
  return line.replace(/^f:\d+:\d+: /, '') || mode
}

test('a mode by its name, as yes or no, or in a block', () => {
  assert.equal(['s2_best', 'on', 'true', 'off', '{ mode: accept }', '{}'].map(read), [
    's2_best',
    's2_fast',
    's2_fast',
    'off',
    'accept',
    '',
  ])
  assert.is(read('5'), 'field "c" should be a boolean or a structure, got int64')
  assert.match(read('{ mod: accept }')!, 'unknown field "mod"; did you mean "mode"?')
})

test('thresholds of the automatic mode are in order, and at most four', () => {
  assert.is(read('{ mode: auto, rtts: [10ms, 50ms, "0s"] }'), 'auto')
  assert.is(read('{ mode: fast, rtts: [50ms, 10ms] }'), 'fast', 'nobody looks at them')
  const cases: [string, string][] = [
    ['50ms, 10ms', 'RTT threshold values [50ms 10ms] should be in ascending order'],
    ['1ms, 2ms, 3ms, 4ms, 5ms', 'should have no more than 4 RTT thresholds: [1ms 2ms 3ms 4ms 5ms]'],
    ['"0s"', 'compression mode "auto" requires at least one RTT threshold'],
    ['x', 'time: invalid duration "x"'],
  ]
  for (const [list, fault] of cases) assert.match(read(`{ mode: auto, rtt_thresholds: [${list}] }`)!, fault)
})

test('a mode has a name that is known, in any case', () => {
  assert.equal([compression_fault('S2_Auto'), compression_fault('')], [null, null])
  assert.is(compression_fault('zip'), 'unsupported compression mode "zip"')
})

test.run()
