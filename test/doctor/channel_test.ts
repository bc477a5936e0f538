import * as assert from 'uvu/assert'
import { system_clock } from '../../src/base/clock.ts'
import { addresses_of, as_dial_error, Channel, DialError, in_time } from '../../src/doctor/channel.ts'
import { suite } from '../harness.ts'
import { close_listeners, endless, free_port, listen } from './dial_rig.ts'

const test = suite('doctor/channel')
test.after.each(close_listeners)
const clock = system_clock()

const open = async (behave: Parameters<typeof listen>[0], ms = 2_000) =>
  await Channel.open('127.0.0.1', await listen(behave), clock, clock.now_ms() + ms)

/** What a promise is rejected with. */
async function trouble_of(answer: Promise<unknown>): Promise<string> {
  try {
    await answer
  } catch (error) {
    assert.ok(error instanceof DialError, String(error))
    return error.trouble
  }
  return 'none'
}

test('lines and bytes, in any pieces', async () => {
  const channel = await open((socket) => {
    for (const letter of 'one\r\ntwo\nabcde\r\n') socket.write(letter)
    socket.end('rest')
  })
  assert.equal([await channel.line(), await channel.line()], ['one', 'two'])
  assert.is(Buffer.from(await channel.bytes(3)).toString(), 'abc')
  assert.is(await channel.line(), 'de')
  assert.is(Buffer.from(await channel.rest()).toString(), 'rest')
  assert.is(await trouble_of(channel.line()), 'closed')
  channel.end()
})

test('what it is waited for in vain has a name', async () => {
  assert.is(await trouble_of(Channel.open('127.0.0.1', await free_port(), clock, clock.now_ms() + 2_000)), 'refused')
  const silent = await open(() => {}, 50)
  assert.is(await trouble_of(silent.line()), 'silent')
  silent.end()
  const long = await open(endless('x'.repeat(60_000)))
  assert.is(await trouble_of(long.line()), 'garbage')
  assert.is(await trouble_of(long.bytes(2 ** 30)), 'garbage')
  long.end()
  const plain = await open((socket) => void socket.on('data', () => socket.end('no TLS\r\n')))
  assert.is(await trouble_of(plain.secure('localhost', {})), 'tls')
  plain.end()
})

test('a deadline can be set anew', async () => {
  const channel = await open((socket) => void socket.on('data', () => socket.write('late\r\n')), 30)
  assert.is(await trouble_of(channel.line()), 'silent')
  channel.extend(clock.now_ms() + 2_000)
  channel.write('go')
  assert.is(await channel.line(), 'late')
  channel.end()
})

test('a last word is sent before the end', async () => {
  let heard = ''
  let ended = () => {}
  const end = new Promise<void>((resolve) => ended = resolve)
  const channel = await open((socket) => {
    socket.on('data', (data) => heard += data)
    socket.on('end', ended)
  })
  channel.end('bye')
  await end
  assert.is(heard, 'bye')
})

test('names, time and errors', async () => {
  const own = <T>(answer: Promise<T>) => in_time(answer, clock, 5_000)
  assert.equal(await addresses_of('127.0.0.1', own), ['127.0.0.1'])
  assert.is(await trouble_of(addresses_of('no-such-host.invalid', own)), 'unknown_host')
  assert.is(await trouble_of(addresses_of('127.0.0.1', () => in_time(new Promise(() => {}), clock, 5))), 'unknown_host')
  assert.is(await trouble_of(in_time(new Promise(() => {}), clock, 5)), 'timeout')
  assert.is(as_dial_error(Object.assign(new Error('x'), { code: 'EHOSTUNREACH' })).trouble, 'unreachable')
  assert.is(as_dial_error('anything').trouble, 'closed')
  const alert = Object.assign(new Error('x'), { code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' })
  assert.equal([as_dial_error(alert).trouble, as_dial_error(alert).message], [
    ...['tls', 'remote error: tls: certificate required'],
  ])
})

test.run()
