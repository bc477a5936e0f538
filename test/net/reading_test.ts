// What connections are made of: the choice, and dialling. What passes over them is in transport_table.ts.
import * as assert from 'uvu/assert'
import { system_clock } from '../../src/base/clock.ts'
import { load_handle_binding } from '../../src/net/handle_transport.ts'
import { choose_reading, handle_reading, type Reading, socket_reading } from '../../src/net/reading.ts'
import { event_reading, hot_reading } from '../../src/net/socket.ts'
import { suite } from '../harness.ts'
import { close_all, dial, open_port, pause_ms, until } from './transport_rig.ts'

const test = suite('net/reading', 20_000)
test.after(close_all)

const binding = load_handle_binding()
const readings: Reading[] = [hot_reading, event_reading].map(socket_reading)
if (binding !== null) readings.unshift(handle_reading(binding))

test('the best that this runtime has is chosen', async () => {
  const chosen = await choose_reading(system_clock())
  assert.is(chosen.name, 'deno' in process.versions ? 'hot' : 'handle')
  assert.is(chosen.name, readings[0].name)
})

test('all but events take bare handles', () => {
  for (const reading of readings) assert.is(reading.takes_handles, reading.name !== 'events')
})

for (const reading of readings) {
  const { name } = reading

  test(`${name}: a refused port is told of once, with the error alone`, async () => {
    const { port, close } = await open_port(reading)
    close()
    await pause_ms(20)
    const calls: [Error | null, unknown][] = []
    reading.connect({ host: '127.0.0.1', port }, () => new Uint8Array(8), (...call) => void calls.push(call))
    await until(() => calls.length > 0)
    await pause_ms(20)
    assert.is(calls.length, 1)
    const [[error, transport]] = calls
    assert.is((error as NodeJS.ErrnoException).code, 'ECONNREFUSED')
    assert.is(transport, null)
  })

  test(`${name}: dialling that was stopped is told of no more`, async () => {
    const { port, close } = await open_port(reading)
    let calls = 0
    for (const target of [port, 1]) {
      const stop = reading.connect({ host: '127.0.0.1', port: target }, () => new Uint8Array(8), () => calls++)
      stop()
      stop()
    }
    await pause_ms(50)
    assert.is(calls, 0)
    close()
  })

  test(`${name}: what the peer says at once is not lost to who dials`, async () => {
    const { port, accepted, close } = await open_port(reading)
    const greeting = accepted.then((end) => end.start().write(Buffer.from('INFO {}\r\n')))
    const dialled = await dial(reading, port)
    await greeting
    await until(() => dialled.length >= 9)
    assert.is(Buffer.from(dialled.received).toString(), 'INFO {}\r\n')
    const end = await accepted
    close()
    for (const each of [end, dialled]) each.destroy()
    await until(() => end.closed_count > 0 && dialled.closed_count > 0)
    for (const each of [end, dialled]) await each.check()
  })
}

test.run()
