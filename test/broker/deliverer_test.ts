import * as assert from 'uvu/assert'
import { Origin } from '../../src/actor/envelope.ts'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import { stream_subject_at } from '../../src/broker/deliverer.ts'
import { Prefix } from '../../src/broker/prefix.ts'
import { suite } from '../harness.ts'
import { envelope_of, Rig, type RigThread } from './broker_rig.ts'

const test = suite('broker/deliverer')

const HEADER = 'NATS/1.0\r\n\r\n'
const targets_of = (thread: RigThread, subject = 'a') => {
  const bytes = latin1_bytes(subject)
  return thread.plans.find(0, bytes, 0, bytes.length)!.targets
}

test('a delivery is counted with the subscription, the outbox and the thread', () => {
  const { threads: [thread] } = new Rig()
  const client = thread.connect()
  const id = thread.subscribe(client, 'a')
  const [target] = targets_of(thread)
  for (let i = 1; i <= 3; i++) {
    assert.ok(thread.router.deliverer.deliver(target, envelope_of({ subject: 'a', payload: 'xy' })))
    assert.equal([thread.index.delivered(id), client.outbox.out_messages, thread.outboxes.deliveries], [i, i, i])
  }
  thread.flush()
  assert.is(client.sink.text, 'MSG a 1 2\r\nxy\r\n'.repeat(3))
})

test('own messages do not come back to a client without echo, on purpose and without being counted', () => {
  const { threads: [thread] } = new Rig()
  const client = thread.connect()
  client.outbox.echo_off = true
  const id = thread.subscribe(client, 'a')
  const [target] = targets_of(thread)
  const { deliverer } = thread.router
  assert.not(deliverer.deliver(target, envelope_of({ subject: 'a', publisher: client.slot })))
  assert.is(thread.index.delivered(id), 0)
  assert.ok(deliverer.deliver(target, envelope_of({ subject: 'a', publisher: client.slot + 1 })))
  assert.ok(deliverer.deliver(target, envelope_of({ subject: 'a' })))
})

test('a closed connection takes nothing', () => {
  const { threads: [thread] } = new Rig()
  const client = thread.connect()
  thread.subscribe(client, 'a')
  const [target] = targets_of(thread)
  client.outbox.closed = true
  assert.not(thread.router.deliverer.deliver(target, envelope_of({ subject: 'a' })))
  assert.is(client.outbox.pending, 0)
})

test('the last message of a maximum is delivered and told; none comes behind it', () => {
  const { threads: [thread] } = new Rig()
  const client = thread.connect()
  const id = thread.subscribe(client, 'a')
  thread.index.set_max(id, 2)
  const [target] = targets_of(thread)
  const { deliverer } = thread.router
  const taken = [1, 2, 3, 4].map(() => deliverer.deliver(target, envelope_of({ subject: 'a' })))
  assert.equal(taken, [true, true, false, false])
  assert.is(deliverer.exhausted.length, 1)
  assert.ok(deliverer.exhausted[0] === target)
})

test('a maximum that was taken back ends nothing', () => {
  const { threads: [thread] } = new Rig()
  const id = thread.subscribe(thread.connect(), 'a')
  thread.index.set_max(id, 1)
  const [target] = targets_of(thread)
  thread.index.set_max(id, 0)
  const { deliverer } = thread.router
  for (let i = 0; i < 3; i++) assert.ok(deliverer.deliver(target, envelope_of({ subject: 'a' })))
  assert.is(deliverer.exhausted.length, 0)
})

test('a consumer above the pressure mark loses messages only where that is the rule', () => {
  const { threads: [thread] } = new Rig()
  const client = thread.connect()
  thread.subscribe(client, 'a')
  const [target] = targets_of(thread)
  client.outbox.pressed = true
  const { deliverer } = thread.router
  assert.ok(deliverer.deliver(target, envelope_of({ subject: 'a' })))
  deliverer.drops_for_pressed = true
  assert.not(deliverer.deliver(target, envelope_of({ subject: 'a' })))
})

test('a stream delivery from a route shows the original subject, and the reply without it', () => {
  const { threads: [thread] } = new Rig()
  const [with_headers, without] = [thread.connect(), thread.connect(1 << 20, false)]
  const reply = '$JS.ACK.s.c.1.2.3.4.0@orders.new'
  for (const client of [with_headers, without]) thread.subscribe(client, '_INBOX.x', '', '7')
  const envelope = envelope_of({
    subject: '_INBOX.x',
    reply,
    header: HEADER,
    payload: 'p',
    origin: Origin.route,
    has_stream_reply: true,
  })
  for (const target of targets_of(thread, '_INBOX.x')) assert.ok(thread.router.deliverer.deliver(target, envelope))
  thread.flush()
  assert.is(
    with_headers.sink.text,
    `HMSG orders.new 7 $JS.ACK.s.c.1.2.3.4.0 ${HEADER.length} ${HEADER.length + 1}\r\n${HEADER}p\r\n`,
  )
  assert.is(without.sink.text, 'MSG orders.new 7 $JS.ACK.s.c.1.2.3.4.0 1\r\np\r\n')
  assert.is(latin1_text(envelope.bytes, envelope.reply_start, envelope.reply_end), reply)
})

test('the original subject of a stream reply begins behind the first @ after eight dots', () => {
  const at = (reply: string) => stream_subject_at(latin1_bytes(reply), 0, reply.length)
  assert.is(at('1.2.3.4.5.6.7.8.9@s'), 17)
  assert.is(at('1.2.3.4.5.6.7.8@s'), -1)
  assert.is(at('a@1.2.3.4.5.6.7.8.9@s@t'), 19)
  assert.is(at('1.2.3.4.5.6.7.8.9'), -1)
})

test('a route gets the plain form, or the one that names the groups that chose it', () => {
  const { threads: [thread] } = new Rig()
  const route = thread.connect()
  const [message, header] = [new Prefix('RMSG $G a '), new Prefix('HMSG $G a ')]
  const { deliverer } = thread.router
  deliverer.send_routed(
    route.outbox,
    message,
    header,
    envelope_of({ subject: 'a', payload: 'x' }),
    latin1_bytes(''),
    false,
  )
  deliverer.send_routed(
    route.outbox,
    message,
    header,
    envelope_of({ subject: 'a', payload: 'x' }),
    latin1_bytes('q'),
    false,
  )
  deliverer.send_routed(
    route.outbox,
    message,
    header,
    envelope_of({ subject: 'a', header: HEADER }),
    latin1_bytes('q'),
    false,
  )
  thread.flush()
  assert.is(
    route.sink.text,
    `RMSG $G a 1\r\nx\r\nRMSG $G a | q 1\r\nx\r\nHMSG $G a | q ${HEADER.length} ${HEADER.length}\r\n${HEADER}\r\n`,
  )
  assert.is(thread.outboxes.deliveries, 3)
  route.outbox.closed = true
  deliverer.send_routed(route.outbox, message, header, envelope_of({ subject: 'a' }), latin1_bytes(''), false)
  assert.is(route.outbox.pending, 0)
})

test('the second hop is told to routes that know the word for it', () => {
  const { threads: [thread] } = new Rig()
  const route = thread.connect()
  const [message, header] = [new Prefix('RMSG $G a '), new Prefix('HMSG $G a ')]
  const send = (names: string) => {
    const envelope = envelope_of({ subject: 'a', payload: 'x' })
    thread.router.deliverer.send_routed(route.outbox, message, header, envelope, latin1_bytes(names), true)
  }
  send('q p')
  route.outbox.knows_again = true
  send('q p')
  send('')
  thread.flush()
  assert.is(
    route.sink.text,
    'RMSG $G a | q p 1\r\nx\r\nRMSG $G a | _onehop_again_ q p 1\r\nx\r\nRMSG $G a 1\r\nx\r\n',
  )
})

test('trace is told each operation with its arguments', () => {
  const { threads: [thread] } = new Rig()
  const [a, b] = [thread.connect(), thread.connect(1 << 20, false)]
  thread.subscribe(a, 'a', '', '1')
  thread.subscribe(b, 'a', '', '2')
  const lines: string[] = []
  thread.router.deliverer.trace = (slot, operation) => lines.push(`${slot} ${operation}`)
  thread.publish({ subject: 'a', reply: 'r', payload: 'four' })
  thread.publish({ subject: 'a', header: HEADER, payload: 'four' })
  assert.equal(lines.sort(), [
    `${a.slot} HMSG a 1 ${HEADER.length} ${HEADER.length + 4}`,
    `${a.slot} MSG a 1 r 4`,
    `${b.slot} MSG a 2 4`,
    `${b.slot} MSG a 2 r 4`,
  ])
})

test.run()
