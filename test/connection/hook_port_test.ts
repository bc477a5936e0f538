// Questions of one thread: each has its number, its deadline, and one answer.
import * as assert from 'uvu/assert'
import type { ThreadContext } from '../../src/connection/context.ts'
import type { HookAnswer, HookNews } from '../../src/connection/hook_mail.ts'
import { HookPort } from '../../src/connection/hook_port.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'

const test = suite('connection/hook_port')

const YES: HookAnswer = { allowed: true, text: '', failed: false, identity: null }
const client = { cid: 7, name: '', user: '', account: '$G' }
const question = { hook: 'authorizePublish', client, subject: 'a', reply: '' } as const

function make(sample = 0) {
  const clock = new ManualClock()
  const told: HookNews[] = [], lines: string[] = []
  const context = {
    clock,
    log: { warn: (line: string) => void lines.push(line) },
    next_turn: (f: () => void) => f(),
    finish_turn() {},
  } as unknown as ThreadContext
  const settings = {
    ...{ authenticate: false, publish: true, subscribe: false, sample },
    ...{ deadline_ms: 100, remember_ms: 0 },
  }
  return { port: new HookPort(context, settings, (news) => told.push(news)), clock, told, lines }
}

function connection(cid = 7) {
  const inbox = { held: false }
  return {
    cid,
    inbox,
    resumed: 0,
    resume() {
      this.resumed++
    },
  }
}

test('a connection is held until its answer comes', () => {
  const { port, clock, told } = make()
  const one = connection()
  const heard: boolean[] = []
  port.ask(one, question, ({ allowed }) => heard.push(allowed) > 0)
  assert.equal(told, [{ kind: 'hook_asked', number: 1, cid: 7, asked: question }])
  assert.equal([one.inbox.held, one.resumed, port.open], [true, 0, 1])
  port.take({ kind: 'hook_answered', number: 1, cid: 7, answer: YES })
  assert.equal([heard, one.resumed, port.open, clock.waiting], [[true], 1, 0, 0])
})

test('it stays held if somebody else is asked then', () => {
  const { port } = make()
  const one = connection()
  port.ask(one, question, () => false)
  port.take({ kind: 'hook_answered', number: 1, cid: 7, answer: YES })
  assert.equal([one.inbox.held, one.resumed], [true, 0])
})

test('answers to the thread that was here before, and second ones, are none', () => {
  const { port } = make()
  const one = connection()
  port.ask(one, question, () => true)
  for (const [number, cid] of [[1, 8], [2, 7], [0, 7]]) {
    port.take({ kind: 'hook_answered', number, cid, answer: YES })
  }
  assert.is(one.resumed, 0)
  for (let i = 0; i < 2; i++) port.take({ kind: 'hook_answered', number: 1, cid: 7, answer: YES })
  assert.is(one.resumed, 1)
})

test('a question that is taken back is answered to nobody', () => {
  const { port, clock } = make()
  const one = connection()
  const take_back = port.ask(one, question, () => true)
  take_back()
  port.take({ kind: 'hook_answered', number: 1, cid: 7, answer: YES })
  clock.pass(1000)
  take_back()
  assert.equal([one.resumed, port.open, clock.waiting], [0, 0, 0])
})

test('the deadline is a no, and is not logged each time', () => {
  const { port, clock, lines } = make()
  const answers: HookAnswer[] = []
  for (let i = 0; i < 3; i++) port.ask(connection(i), question, (answer) => answers.push(answer) > 0)
  clock.pass(100)
  assert.equal(answers.map(({ allowed, failed }) => [allowed, failed]), Array(3).fill([false, true]))
  assert.equal(lines, ['Hook authorizePublish: no answer within 100 ms, which counts as a no'])
  clock.pass(5000)
  port.ask(connection(), question, () => true)
  clock.pass(100)
  assert.is(lines.length, 2)
})

test('there is somebody to show messages to only where that is asked for', () => {
  assert.is(make().port.observer, null)
  make().port.take({ kind: 'observed_taken', count: 1, bytes: 1 })
  assert.ok(make(0.5).port.observer)
})

test.run()
