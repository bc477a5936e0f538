import * as assert from 'uvu/assert'
import { DialError, TlsDialError } from '../../src/doctor/channel.ts'
import { first_line, is_trusted, new_sight, note_trouble, open_channel } from '../../src/doctor/dial.ts'
import { suite } from '../harness.ts'
import { close_listeners, free_port, listen, tools } from './dial_rig.ts'
import { target } from './facts_rig.ts'

const test = suite('doctor/dial')
test.after.each(close_listeners)

test('what keeps a dial from its end is noted, with the certificate if it came that far', async () => {
  const sight = new_sight(target())
  await note_trouble(sight, async () => {
    throw new DialError('garbage', 'why')
  })
  assert.equal([sight.trouble, sight.why], ['garbage', 'why'])
  const fact = { fault: { kind: 'refused', cause: 'x' }, certificate: null } as const
  await note_trouble(sight, async () => {
    throw new TlsDialError('x', fact)
  })
  assert.equal([sight.trouble, sight.tls], ['tls', fact])
})

test('all addresses of a name are tried', async () => {
  const sight = new_sight(target({ host: 'localhost', port: await listen((socket) => void socket.write('hello\r\n')) }))
  const channel = await open_channel(sight, tools())
  assert.is(await first_line(sight, channel, tools()), 'hello')
  assert.ok(sight.ips.includes('127.0.0.1'))
  channel.end()
  const nowhere = new_sight(target({ host: 'localhost', port: await free_port() }))
  await open_channel(nowhere, tools()).then(() => assert.unreachable(), (error) => assert.is(error.trouble, 'refused'))
})

test('trust: in plain text there is nobody to distrust', () => {
  const tls = { fault: null, certificate: null }
  assert.equal([is_trusted(null), is_trusted(tls), is_trusted({ ...tls, fault: { kind: 'name', cause: '' } })], [
    ...[true, true, false],
  ])
})

test.run()
