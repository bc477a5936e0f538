import * as assert from 'uvu/assert'
import { VirtualTime } from '../../src/testing/virtual_time.ts'
import { wait_until } from '../../src/testing/wait_until.ts'
import { suite } from '../harness.ts'

const test = suite('testing/wait_until')

test('it looks until nothing is missing, and moves virtual time on meanwhile', async () => {
  const time = new VirtualTime()
  let looks = 0
  await wait_until(time, 10_000, 'it', () => ++looks < 5 ? ['a'] : [])
  assert.equal([looks, time.now_ms()], [5, 400])
})

test('when the deadline has passed it says what was missing', async () => {
  const time = new VirtualTime()
  const error = await wait_until(time, 250, 'it', async () => ['one', 'two']).catch((reason) => reason)
  assert.is(error.message, 'it: not within 250 ms: one; two')
  assert.is(time.now_ms(), 300)
})

test('what throws while it looks is not waited for', async () => {
  const error = await wait_until(new VirtualTime(), 1_000, 'it', () => {
    throw new Error('gone')
  }).catch((reason) => reason)
  assert.is(error.message, 'gone')
})

test.run()
