import * as assert from 'uvu/assert'
import { local_ports, Mailbox } from '../../src/actor/mailbox.ts'
import { MAILBOX_MESSAGES_MAX } from '../../src/base/limits.ts'
import { suite } from '../harness.ts'

const test = suite('actor/mailbox')

/** Two ends in one thread; `deliver` lets everything that was posted arrive. */
function pair<A, B>(receive_a: (message: B) => void, receive_b: (message: A) => void) {
  const posted: (() => void)[] = []
  const [left, right] = local_ports((f) => void posted.push(f))
  return {
    a: new Mailbox<A, B>(left, receive_a),
    b: new Mailbox<B, A>(right, receive_b),
    deliver() {
      // What is posted meanwhile comes behind. A long array takes its time for each shift().
      for (const next of posted) next()
      posted.length = 0
    },
  }
}

test('messages arrive in order, both ways, and not before their turn', () => {
  const got_a: unknown[] = [], got_b: unknown[] = []
  const { a, b, deliver } = pair((message) => got_a.push(message), (message) => got_b.push(message))
  for (let i = 0; i < 5; i++) {
    assert.ok(a.push({ kind: 'to b', i }))
    assert.ok(b.push(`to a ${i}`))
  }
  assert.equal([got_a, got_b], [[], []])
  deliver()
  assert.equal(got_b, [0, 1, 2, 3, 4].map((i) => ({ kind: 'to b', i })))
  assert.equal(got_a, [0, 1, 2, 3, 4].map((i) => `to a ${i}`))
})

test('who waits until what was pushed is taken does not wait for what comes later', async () => {
  const order: string[] = []
  const { a, deliver } = pair<string, never>(() => {}, (message) => order.push(message))
  await a.taken()
  a.push('one')
  a.push('two')
  const taken = a.taken().then(() => order.push('taken'))
  a.push('three')
  await Promise.resolve()
  assert.equal(order, [])
  deliver()
  await taken
  assert.equal(order, ['one', 'two', 'three', 'taken'])
})

test('what arrives is a copy: no object is shared', () => {
  const got: any[] = []
  const { a, deliver } = pair<any, never>(() => {}, (message) => got.push(message))
  const sent = { list: [1, null, { deep: 'x' }], missing: undefined, text: 'ä', big: 2 ** 40, flag: false }
  a.push(sent)
  sent.list.push(2)
  deliver()
  assert.equal(got[0].list, [1, null, { deep: 'x' }])
  assert.equal([got[0].text, got[0].big, got[0].flag], ['ä', 2 ** 40, false])
  assert.is.not(got[0], sent)
})

test('a message of zero is a message, not an acknowledgement', () => {
  const got: number[] = []
  const { a, deliver } = pair<number, never>(() => {}, (message) => got.push(message))
  assert.ok(a.push(0))
  assert.ok(a.push(0))
  deliver()
  assert.equal(got, [0, 0])
})

test('when too much waits push says no, and yes again once the other side took its mail', () => {
  let got = 0
  const { a, deliver } = pair<number, never>(() => {}, () => void got++)
  for (let i = 0; i < MAILBOX_MESSAGES_MAX; i++) if (!a.push(i)) throw new Error(`refused at ${i}`)
  assert.not(a.push(-1))
  assert.not(a.push(-1))
  deliver()
  assert.is(got, MAILBOX_MESSAGES_MAX)
  assert.ok(a.push(1))
  deliver()
  assert.is(got, MAILBOX_MESSAGES_MAX + 1)
})

test('a receiver may answer while it receives', () => {
  const answers: number[] = []
  const ends = pair<number, number>((answer) => answers.push(answer), (question) => void ends.b.push(question * 2))
  ends.a.push(21)
  ends.deliver()
  assert.equal(answers, [42])
})

test('a port has one listener', () => {
  const [left] = local_ports((f) => f())
  left.on('message', () => {})
  assert.throws(() => left.on('message', () => {}), 'one listener')
})

test.run()
