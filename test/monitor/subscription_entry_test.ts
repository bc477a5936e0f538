import * as assert from 'uvu/assert'
import { subscription_entry, subscription_lists } from '../../src/monitor/subscription_entry.ts'
import { suite } from '../harness.ts'

const test = suite('monitor/subscription_entry')

const PLAIN = { account: '$G', subject: 'foo', sid: '1', messages: 0, cid: 5 }
const FULL = { account: 'A', subject: 'f\xc3\xa9.>', queue: 'q', sid: 'x', messages: 3, max: 9, cid: 6 }

test('keys without a value are left out, zero messages are not', () => {
  assert.equal(subscription_entry(PLAIN, false), { subject: 'foo', sid: '1', msgs: 0, cid: 5 })
})

test('keys come in the order of nats-server, with the account where it is asked for', () => {
  assert.is(
    JSON.stringify(subscription_entry(FULL, true)),
    '{"account":"A","account_tag":"A","subject":"f\u00e9.>","qgroup":"q","sid":"x","msgs":3,"max":9,"cid":6}',
  )
})

test('lists are subjects or details, as asked for, and absent when there is nothing', () => {
  assert.equal(subscription_lists([PLAIN, FULL], 'none', false), {})
  assert.equal(subscription_lists(undefined, 'subjects', false), {})
  assert.equal(subscription_lists([], 'detail', false), {})
  assert.equal(subscription_lists([PLAIN, FULL], 'subjects', true), { subscriptions_list: ['foo', 'f\u00e9.>'] })
  assert.equal(subscription_lists([PLAIN], 'detail', true), {
    subscriptions_list_detail: [subscription_entry(PLAIN, true)],
  })
})

test.run()
