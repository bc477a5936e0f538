// How many subscribe to a subject: those here, and those that other servers count.
import * as assert from 'uvu/assert'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import type { OwnMessage } from '../../src/connection/own_messages.ts'
import { SubscriberCount } from '../../src/monitor/subscriber_count.ts'
import { SystemInbox } from '../../src/monitor/system_inbox.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'

const test = suite('monitor/subscriber_count')

const list = [['a.b'], ['a.*'], ['a.>', 'q'], ['b'], ['a.*.c']].map(([subject, queue]) => (
  { account: 'A', subject, queue: queue ?? '' }
))

function make(peers = 0) {
  const clock = new ManualClock(0), published: OwnMessage[] = []
  const publish = (message: OwnMessage) => {
    published.push(message)
    return Promise.resolve()
  }
  const inbox = new SystemInbox({ clock, server_id: 'NID', account: 9, publish })
  const count = new SubscriberCount({
    ...{ inbox, publish },
    system_account: 9,
    accounts: [{ name: '$G' }, { name: 'A' }],
    count_subscriptions: (takes) =>
      Promise.resolve(list.filter(({ account, subject, queue }) => takes(account, subject, queue)).length),
    peers: () => peers,
  })
  const told = () =>
    published.splice(0).map(({ account, subject, body }) =>
      `${account} ${latin1_text(subject)} ${latin1_text(body, 0, body.length - 2)}`
    )
  const come = async (subject: string, text: string, reply = '') => {
    const message = { subject, reply, header_size: 0, body: latin1_bytes(`${text}\r\n`) }
    return inbox.take(message) || await count.take(message)
  }
  return { count, clock, published, told, come }
}

test('a subject counts what matches it, one with wildcards what is within it', async () => {
  const { count, told } = make()
  for (const text of ['a.b', 'a.b q', ' a.x ', 'a.*', 'a.>', '>', 'c']) {
    await count.ask({ account: 1, text, reply: 'r' })
  }
  assert.equal(told(), ['1 r 3', '1 r 1', '1 r 2', '1 r 2', '1 r 4', '1 r 5', '1 r 0'])
  await count.ask({ account: 0, text: 'a.b', reply: 'r' })
  assert.equal(told(), ['0 r 0'], 'in its own account')
})

test('peers are asked, and it waits for all of them', async () => {
  const { count, clock, published, told, come } = make(2)
  const asking = count.ask({ account: 1, text: 'a.b q', reply: 'r' })
  await Promise.resolve()
  await new Promise((resolve) => setTimeout(resolve))
  const inbox = published[0].reply!
  assert.match(inbox, /^\$SYS\._INBOX\.NID\./)
  assert.equal(told(), ['9 $SYS.REQ.ACCOUNT.NSUBS {"acc":"A","subject":"a.b","queue":"cQ=="}'])
  assert.is(await come(inbox, '4'), true)
  assert.is(await come(inbox, '5'), true)
  await asking
  assert.equal(told(), ['1 r 10'])
  assert.is(clock.waiting, 0)
  await come(inbox, '5')
  assert.equal(told(), [], 'too late')
})

test('who does not answer is not waited for very long', async () => {
  const { count, clock, published, told, come } = make(2)
  const asking = count.ask({ account: 1, text: 'a.b', reply: 'r' })
  await new Promise((resolve) => setTimeout(resolve))
  await come(published[0].reply!, '1')
  told()
  clock.pass(500)
  await asking
  assert.equal(told(), ['1 r 4'])
})

test('a peer that asks is answered; nonsense is not', async () => {
  const { told, come } = make()
  assert.is(await come('$SYS.REQ.ACCOUNT.NSUBS', '{"acc":"A","subject":"a.b","queue":"cQ=="}', 'inbox'), true)
  assert.equal(told(), ['9 inbox 1'])
  assert.is(await come('$SYS.REQ.ACCOUNT.NSUBS', '{"acc":"A","subject":"a.b"}', '$SYS._INBOX.NID.1'), true)
  assert.equal(told(), [], 'its own question')
  for (const text of ['', '{', '[]', '{"acc":1,"subject":"a"}']) {
    assert.is(await come('$SYS.REQ.ACCOUNT.NSUBS', text, 'inbox'), true)
  }
  assert.equal(told(), [])
  assert.is(await come('$SYS.REQ.SERVER.PING', ''), false, 'that is for somebody else')
})

test.run()
