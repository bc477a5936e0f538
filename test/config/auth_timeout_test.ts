import * as assert from 'uvu/assert'
import { read_auth_timeout } from '../../src/config/auth_timeout.ts'
import { Problems } from '../../src/config/problems.ts'
import { suite } from '../harness.ts'
import { line_of, value_of } from './config_rig.ts'

const test = suite('config/auth_timeout')

test('seconds or a duration, 0 the default, and a long one is doubted', () => {
  const problems = new Problems()
  const ms = ['1', '0.5', '"250ms"', '0'].map((text) => read_auth_timeout(value_of(`t = ${text}`), problems))
  assert.equal([ms, problems.warnings], [[1000, 500, 250, 2000], []])
  read_auth_timeout(value_of('t = 120'), problems)
  assert.match(problems.warnings[0], 'is high')
  assert.match(line_of(() => read_auth_timeout(value_of('t = [1]'), problems), problems), 'wrong type')
})

test('whose it is stands in the error', () => {
  const fault = (text: string) =>
    line_of(() => read_auth_timeout(value_of(text), new Problems(), 'leafnode authorization'))
  assert.match(fault('t = x'), "error parsing leafnode authorization config, 'timeout' time: invalid duration")
})

test.run()
