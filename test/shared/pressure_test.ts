import * as assert from 'uvu/assert'
import { create_pressure, Pressure } from '../../src/shared/pressure.ts'
import { suite } from '../harness.ts'

const test = suite('shared/pressure')

test('what one thread says of its connections, all threads see', () => {
  const memory = create_pressure(3)
  const [here, there] = [new Pressure(memory, 3), new Pressure(memory, 3)]
  assert.equal([there.any(1), there.is_pressed(1, 7)], [false, false])
  here.set(1, 7, true)
  here.set(1, 8, true)
  assert.equal([there.any(0), there.any(1), there.any(2)], [false, true, false])
  assert.equal([there.is_pressed(1, 7), there.is_pressed(1, 9), there.is_pressed(0, 7)], [true, false, false])
  here.set(1, 7, false)
  assert.equal([there.any(1), there.is_pressed(1, 7), there.is_pressed(1, 8)], [true, false, true])
  here.set(1, 8, false)
  assert.not(there.any(1))
})

test('slots above the table share a place and stay within it', () => {
  const pressure = new Pressure(create_pressure(2), 2)
  pressure.set(0, 65536 + 3, true)
  assert.equal([pressure.is_pressed(0, 65536 + 3), pressure.is_pressed(1, 3)], [true, false])
  pressure.set(1, 65535, true)
  assert.ok(pressure.is_pressed(1, 65535))
})

test('of a thread that died nothing is left', () => {
  const pressure = new Pressure(create_pressure(2), 2)
  for (const thread of [0, 1]) pressure.set(thread, 4, true)
  pressure.clear(0)
  assert.equal([pressure.any(0), pressure.is_pressed(0, 4), pressure.any(1), pressure.is_pressed(1, 4)], [
    false,
    false,
    true,
    true,
  ])
})

test.run()
