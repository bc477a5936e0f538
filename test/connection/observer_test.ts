// Messages that are shown: in copies, in batches, a share of them, and never too many at a time.
import * as assert from 'uvu/assert'
import { latin1_text } from '../../src/base/bytes.ts'
import { OBSERVED_BYTES_MAX, OBSERVED_MAX } from '../../src/base/limits.ts'
import { seeded_random } from '../../src/base/prng.ts'
import type { ThreadContext } from '../../src/connection/context.ts'
import type { Observed } from '../../src/connection/hook_mail.ts'
import { Observer } from '../../src/connection/observer.ts'
import { add_hooks, hook_settings } from '../../src/connection/hook_settings.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'
import { ActorRig } from './actor_rig.ts'
import { client_op } from './connection_rig.ts'

const test = suite('connection/observer')
const LEASE_MS = 1000

function make(share = 1) {
  const clock = new ManualClock(), batches: Observed[][] = []
  let turn: (() => void)[] = []
  const context = { clock, random: seeded_random(1), next_turn: (f: () => void) => void turn.push(f) }
  const observer = new Observer(
    context as unknown as ThreadContext,
    { share, lease_ms: LEASE_MS },
    (messages) => batches.push(messages),
  )
  const note = (subject = 'a', size = 0) => {
    const { bytes, op } = client_op(`PUB ${subject} ${size}`)
    const whole = new Uint8Array(bytes.length + size)
    whole.set(bytes)
    observer.note(whole, op, null, 7, '$G')
  }
  const next_turn = () => {
    const due = turn
    turn = []
    for (const f of due) f()
  }
  return { observer, note, next_turn, batches, clock }
}

test('the messages of a turn are shown together', () => {
  const { note, next_turn, batches } = make()
  note('a')
  note('b', 3)
  assert.is(batches.length, 0)
  next_turn()
  assert.equal(batches.map((batch) => batch.map(({ subject, payload }) => [subject, payload.length])), [[['a', 0], [
    'b',
    3,
  ]]])
  next_turn()
  assert.is(batches.length, 1)
})

test('a share of them is a share of them', () => {
  const { observer, note, next_turn, batches } = make(0.1)
  for (let i = 0; i < 10; i++) {
    for (let j = 0; j < 1000; j++) note()
    next_turn()
    observer.taken(1000, 0)
  }
  const shown = batches.flat().length
  assert.ok(shown > 900 && shown < 1100, `${shown} of 10000`)
  assert.ok(batches.flat().every(({ dropped }) => dropped === 0))
})

test('what is too much at a time is left out and counted', () => {
  const { observer, note, next_turn, batches } = make()
  for (let i = 0; i < OBSERVED_MAX + 5; i++) note()
  next_turn()
  note()
  next_turn()
  assert.equal(batches.map(({ length }) => length), [OBSERVED_MAX])
  observer.taken(2, 0)
  for (let i = 0; i < 3; i++) note()
  next_turn()
  assert.equal(batches[1].map(({ dropped }) => dropped), [6, 0])
})

test('so are bytes; a message that is longer than all that may wait passes alone', () => {
  const { observer, note, next_turn, batches } = make()
  const half = OBSERVED_BYTES_MAX / 2
  for (let i = 0; i < 3; i++) note('a', half)
  next_turn()
  assert.equal(batches.map(({ length }) => length), [2])
  observer.taken(1, half)
  note('a', half + 1)
  note('a', half)
  next_turn()
  assert.is(batches[1].length, 1)
  observer.taken(2, 2 * half)
  note('a', 2 * OBSERVED_BYTES_MAX)
  note('a', 1)
  next_turn()
  assert.is(batches[2].length, 1)
})

test('what nobody says was seen is lost after a while', () => {
  const { note, next_turn, batches, clock } = make()
  for (let i = 0; i < OBSERVED_MAX; i++) note()
  next_turn()
  clock.pass(LEASE_MS)
  note()
  next_turn()
  assert.is(batches.length, 1)
  clock.pass(1)
  note()
  next_turn()
  assert.equal(batches[1].map(({ dropped }) => dropped), [1])
})

test('clients are shown with what they publish, and what is refused or only traced is not', () => {
  const rig = new ActorRig({ settings: (settings) => add_hooks(settings, hook_settings({ onPublish() {} })) })
  const wire = rig.client({ verbose: false, headers: true, no_responders: true })
  const header = 'NATS/1.0\r\nA: b\r\n\r\n'
  wire.send(`PUB a to 2\r\nhi\r\nHPUB b ${header.length} ${header.length + 1}\r\n${header}x\r\nPUB _GR_.x 0\r\n\r\n`)
  const only = 'NATS/1.0\r\nNats-Trace-Dest: t\r\nNats-Trace-Only: 1\r\n\r\n'
  wire.send(`HPUB c ${only.length} ${only.length}\r\n${only}\r\n`)
  const texts = rig.observed.map(({ header, payload, ...rest }) => ({
    ...rest,
    header: latin1_text(header),
    payload: latin1_text(payload),
  }))
  const always = { cid: 1, account: '$G', dropped: 0 }
  assert.equal(texts, [
    { subject: 'a', reply: 'to', ...always, header: '', payload: 'hi' },
    { subject: 'b', reply: '', ...always, header, payload: 'x' },
  ])
})

test.run()
