import * as assert from 'uvu/assert'
import { RESPONSE_PERMITS_MAX } from '../../src/base/limits.ts'
import { ResponsePermits } from '../../src/auth/response_permits.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'

const test = suite('auth/response_permits')

function make(max: number, expires_ms: number) {
  const clock = new ManualClock(1000)
  return { clock, permits: new ResponsePermits({ max, expires_ms }, clock) }
}

test('who was asked may answer as often as it is permitted, and to nobody else', () => {
  const { permits } = make(2, 1000)
  assert.not(permits.take('r'))
  permits.add('r')
  assert.equal([permits.take('r'), permits.take('other'), permits.take('r'), permits.take('r')], [
    true,
    false,
    true,
    false,
  ])
  assert.is(permits.size, 0)
})

test('a permit ends', () => {
  const { clock, permits } = make(-1, 50)
  permits.add('r')
  clock.pass(50)
  assert.ok(permits.take('r'))
  clock.pass(1)
  assert.not(permits.take('r'))
})

test('neither number nor time may have an end', () => {
  const { clock, permits } = make(-1, -1)
  permits.add('r')
  clock.pass(1e9)
  for (let i = 0; i < 1000; i++) assert.ok(permits.take('r'))
})

test('expired ones go, and of any number the oldest give way', () => {
  const { clock, permits } = make(1, 500)
  for (let i = 0; i < 100; i++) permits.add(`r${i}`)
  clock.pass(1001)
  permits.add('new')
  assert.is(permits.size, 1)
  const endless = make(-1, -1).permits
  for (let i = 0; i < RESPONSE_PERMITS_MAX + 5; i++) endless.add(`r${i}`)
  assert.is(endless.size, RESPONSE_PERMITS_MAX)
  assert.equal([endless.take('r4'), endless.take('r5')], [false, true])
})

test.run()
