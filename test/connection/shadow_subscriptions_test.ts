// Subscriptions to streams of other accounts, on one thread and across two (reference client.md 5.9).
import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { ActorRig } from './actor_rig.ts'

const test = suite('connection/shadow_subscriptions')

const FIELDS = { verbose: false, pedantic: false }
const limits = { max_connections: -1, max_subscriptions: -1, max_payload: -1 }

/** B has `s.>` of A as `local`. */
function make(local = 's.>', threads = 1) {
  const rest = { response_type: 'single', response_threshold_ms: 1, account_token_position: 0 } as const
  const user = (name: string) => ({ user: name, password: name, nkey: '', account: name })
  const rig = new ActorRig({
    threads,
    options(options) {
      options.accounts = [
        { name: 'A', users: [user('A')], limits, exports: [{ kind: 'stream', subject: 's.>', ...rest }] },
        {
          ...{ name: 'B', users: [user('B')], limits },
          imports: [{ kind: 'stream', account: 'A', subject: 's.>', local, share: false }],
        },
      ]
    },
  })
  const client = (name: string, thread = 0) => rig.client({ ...FIELDS, user: name, pass: name }, thread)
  const publish = (subject: string) => {
    publisher.send(`PUB ${subject} 1\r\nx\r\n`)
    rig.settle()
  }
  const publisher = client('A'), subscriber = client('B', threads - 1)
  return { rig, client, publisher, subscriber, publish }
}

for (const threads of [1, 2]) {
  test(`what A publishes comes to B under its local name, with ${threads} threads`, () => {
    const { subscriber, publish } = make('p.>', threads)
    subscriber.send('SUB p.x 1\r\nSUB p.* 2\r\nSUB > 3\r\nSUB s.x 4\r\n')
    publish('s.x')
    publish('other')
    assert.equal(subscriber.take().match(/MSG \S+ \d/g)!.sort(), ['MSG p.x 1', 'MSG p.x 2', 'MSG p.x 3'])
  })
}

test('queue groups take one each, and stay in their account otherwise', () => {
  const { client, subscriber, publish, publisher } = make()
  const other = client('B')
  subscriber.send('SUB s.x q 1\r\n')
  other.send('SUB s.x q 1\r\n')
  for (let i = 0; i < 20; i++) publish('s.x')
  assert.is(`${subscriber.take()}${other.take()}`.split('MSG').length - 1, 20)
  publisher.send('SUB s.x 9\r\n')
  subscriber.send('PUB s.x 1\r\ny\r\n')
  assert.is(publisher.take(), '')
})

test('what is given up gets nothing any more, and leaves nothing', () => {
  const { rig, subscriber, publish } = make()
  const before = rig.thread.index.subscription_count
  subscriber.send('SUB s.x 1\r\nSUB > 2\r\n')
  assert.is(rig.thread.index.subscription_count, before + 4)
  subscriber.send('UNSUB 1\r\nUNSUB 2\r\n')
  publish('s.x')
  assert.equal([subscriber.take(), rig.thread.index.subscription_count], ['', before])
})

test('a client that leaves takes its shadows with it', () => {
  const { rig, subscriber } = make()
  const before = rig.thread.index.subscription_count
  subscriber.send('SUB s.x 1\r\nSUB > 2\r\n')
  subscriber.finish()
  rig.settle()
  assert.is(rig.thread.index.subscription_count, before)
})

test('a maximum holds for what comes from the other account', () => {
  const { rig, subscriber, publish } = make()
  const before = rig.thread.index.subscription_count
  subscriber.send('SUB s.x 1\r\nUNSUB 1 2\r\n')
  for (let i = 0; i < 4; i++) publish('s.x')
  assert.is(subscriber.take().split('MSG').length - 1, 2)
  assert.is(rig.thread.index.subscription_count, before)
})

test('a second CONNECT begins anew', () => {
  const { rig, subscriber, publish } = make()
  subscriber.send('SUB s.x 1\r\n')
  subscriber.send(`CONNECT ${JSON.stringify({ ...FIELDS, user: 'A', pass: 'A' })}\r\nSUB s.x 2\r\n`)
  rig.settle()
  publish('s.x')
  assert.is(subscriber.take(), 'MSG s.x 2 1\r\nx\r\n')
})

test.run()
