import * as assert from 'uvu/assert'
import { latin1_bytes } from '../../src/base/bytes.ts'
import { seeded_random } from '../../src/base/prng.ts'
import { NO_FAULTS } from '../../src/testing/faults.ts'
import { FaultyTransport } from '../../src/testing/faulty_transport.ts'
import { MessageCutter } from '../../src/testing/message_cutter.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'
import { FakeTransport, Seen } from './fake_transport.ts'

const test = suite('testing/faulty_transport')

function make(cuts = false) {
  const clock = new ManualClock(), raw = new FakeTransport(), seen = new Seen()
  const faults = { out: { ...NO_FAULTS }, in: { ...NO_FAULTS } }
  const random = seeded_random(1)
  const rig = { clock, raw, seen, faults, over: 0, drops: false }
  const link = new FaultyTransport(raw, {
    clock,
    out: () => ({ faults: faults.out, random }),
    in: () => ({ faults: faults.in, random }),
    cutters: cuts ? { out: new MessageCutter(() => rig.drops), in: new MessageCutter(() => rig.drops) } : null,
    seen() {},
    active() {},
    over: () => void rig.over++,
  })
  link.start(seen)
  return Object.assign(rig, { link, write: (text: string) => link.write([latin1_bytes(text)]) })
}

test('where nothing is wrong it is as if it were not there', () => {
  const { raw, seen, link, write } = make()
  assert.is(write('out'), true)
  raw.send('in')
  raw.lags = true
  assert.is(write('slow'), false)
  raw.events.written()
  raw.events.ended()
  link.end()
  link.destroy()
  assert.equal([raw.written, seen.text, raw.calls], ['outslow', 'in[written][ended]', ['end', 'destroy']])
})

test('whoever takes no bytes stops the socket, and resume goes on', () => {
  const { raw, seen, link } = make()
  seen.takes = false
  raw.send('a')
  assert.is(raw.reads, false)
  raw.send('b')
  assert.is(seen.text, 'a')
  seen.takes = true
  link.resume()
  assert.equal([seen.text, raw.reads], ['ab', true])
})

test('delays hold bytes and ends in their order', () => {
  const { raw, seen, link, write, faults, clock } = make()
  faults.in.delay_ms = 10
  faults.out.delay_ms = 20
  assert.is(write('x'), true)
  link.end()
  raw.send('a')
  raw.events.ended()
  clock.pass(10)
  assert.equal([seen.text, raw.written], ['a[ended]', ''])
  clock.pass(10)
  assert.equal([raw.written, raw.calls], ['x', ['end']])
})

test('a wire holds so much; then whoever writes waits until it is empty enough', () => {
  const { raw, seen, write, faults, clock } = make()
  faults.out.delay_ms = 10
  assert.is(write('x'.repeat(1024 * 1024 + 1)), false)
  clock.pass(10)
  assert.equal([raw.written.length, seen.text], [1024 * 1024 + 1, '[written]'])
})

test('what comes in faster than it is given on stops the socket', () => {
  const { raw, faults, clock } = make()
  faults.in.delay_ms = 10
  raw.send('x'.repeat(1024 * 1024 + 1))
  assert.is(raw.reads, false)
  clock.pass(10)
  assert.is(raw.reads, true)
})

test('behind a lost direction nobody sees the other end', async () => {
  const { raw, seen, link, write, faults, ...rig } = make()
  faults.out.lost = faults.in.lost = true
  write('never')
  raw.send('never')
  link.destroy()
  await Promise.resolve()
  assert.equal([seen.text, raw.written, raw.calls], ['[closed]', '', []])
  faults.out.lost = faults.in.lost = false
  link.renew()
  await Promise.resolve()
  assert.equal([seen.text, raw.written, raw.calls], ['[closed]', '', ['destroy']])
  assert.is(rig.over, 0)
})

test('an end that came while all was lost is seen when it is healed', () => {
  const { raw, seen, link, faults } = make()
  faults.in.lost = true
  raw.send('a')
  raw.events.ended()
  raw.events.closed(new Error('reset'))
  assert.is(seen.text, '')
  faults.in.lost = false
  link.renew()
  assert.is(seen.text, 'a[ended][closed: reset]')
})

test('an end that came while all was lost is told to whoever gives up, too', async () => {
  const { raw, seen, link, faults } = make()
  faults.in.lost = true
  raw.events.closed(null)
  link.destroy()
  await Promise.resolve()
  assert.is(seen.text, '[closed]')
})

test('a cut ends the connection, also one that was being made', async () => {
  const { raw, seen, link, faults } = make()
  faults.out.cut = true
  link.renew()
  await Promise.resolve()
  assert.equal([raw.calls, seen.text], [['destroy'], '[closed]'])
})

test('a server that stands still reads nothing, writes nothing, and does both when it goes on', () => {
  const { raw, seen, link, write } = make()
  raw.lags = true
  write('a')
  link.hold(true)
  raw.events.written()
  raw.send('x')
  raw.events.ended()
  assert.equal([seen.text, raw.reads], ['', false])
  raw.lags = false
  link.hold(false)
  assert.equal([seen.text, raw.reads], ['[written]x[ended]', true])
  link.hold(true)
  assert.is(write('b'), true)
  assert.is(raw.written, 'a')
  link.hold(false)
  assert.is(raw.written, 'ab')
})

test('a killed server says nothing more, and its connections are gone', async () => {
  const { raw, seen, link, write, faults, ...rig } = make()
  faults.out.delay_ms = 10
  write('never')
  link.kill()
  assert.is(write('never'), true)
  raw.send('never')
  await Promise.resolve()
  assert.equal([raw.written, raw.calls, seen.text], ['', ['destroy'], '[closed]'])
  assert.is(rig.clock.waiting, 0)
})

test('a slow reader is found full from the first byte on', () => {
  const { raw, seen, write, faults, clock } = make()
  faults.out.bytes_per_second = 1_000
  assert.is(write('x'.repeat(100)), false)
  clock.pass(99)
  assert.is(raw.written, '')
  clock.pass(1)
  assert.equal([raw.written.length, seen.text], [100, '[written]'])
})

test('messages are lost in both directions; what is left of a piece is given on', () => {
  const rig = make(true)
  const { raw, seen, write } = rig
  rig.drops = true
  assert.is(write('RMSG $G a 1\r\nx\r\nPING\r\n'), true)
  assert.is(write('RMSG $G a 1\r\nx\r\n'), true)
  raw.send('PONG\r\nRMSG $G a 1\r\nx\r\n')
  rig.drops = false
  raw.send('RMSG $G a 1\r\ny\r\n')
  assert.equal([raw.written, seen.text], ['PING\r\n', 'PONG\r\nRMSG $G a 1\r\ny\r\n'])
})

test('it is over when both the socket and the connection are', async () => {
  const rig = make()
  rig.link.destroy()
  await Promise.resolve()
  assert.is(rig.over, 1)
})

test.run()
