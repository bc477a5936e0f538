// Messages on subjects that their account maps to others, by one thread and across two.
import * as assert from 'uvu/assert'
import type { MappingSettings } from '../../src/auth/subject_mapping.ts'
import { suite } from '../harness.ts'
import { ActorRig, type RigOptions } from './actor_rig.ts'

const test = suite('connection/subject_mapper')

const FIELDS = { verbose: false, pedantic: false, headers: true, no_responders: true }
const mapped = (source: string, ...subjects: [string, number][]): MappingSettings => (
  { source, destinations: subjects.map(([subject, weight]) => ({ subject, weight })) }
)

const make = (mappings: MappingSettings[], more: RigOptions = {}) =>
  new ActorRig({ ...more, options: (options) => Object.assign(options, { mappings }) })

test('subscribers of the destination get the message, those of the source do not', () => {
  const client = make([mapped('foo', ['bar', 100])]).client(FIELDS)
  client.send('SUB foo 1\r\nSUB bar 2\r\n')
  client.send('PUB foo r 2\r\nok\r\nHPUB foo 12 14\r\nNATS/1.0\r\n\r\nok\r\nPUB bar 1\r\nx\r\n')
  assert.is(
    client.take(),
    'MSG bar 2 r 2\r\nok\r\nHMSG bar 2 12 14\r\nNATS/1.0\r\n\r\nok\r\nMSG bar 2 1\r\nx\r\n',
  )
})

test('one subject after the other, byte by byte', () => {
  const client = make([mapped('a.*', ['b.$1', 100])]).client(FIELDS)
  client.send('SUB > 1\r\n')
  for (const byte of 'PUB a.x 1\r\nx\r\nPUB a.y 1\r\ny\r\nPUB c 1\r\nz\r\n') client.send(byte)
  assert.is(client.take(), 'MSG b.x 1 1\r\nx\r\nMSG b.y 1 1\r\ny\r\nMSG c 1 1\r\nz\r\n')
})

test('each message draws its own destination, and has a plan of its own', () => {
  const client = make([mapped('a', ['b', 50], ['c', 50])]).client(FIELDS)
  client.send('SUB b 1\r\nSUB c 2\r\n')
  client.send('PUB a 1\r\nx\r\n'.repeat(200))
  const got = client.take()
  const count = (text: string) => got.split(text).length - 1
  assert.is(count('MSG b 1') + count('MSG c 2'), 200)
  assert.ok(count('MSG b 1') > 50 && count('MSG c 2') > 50)
})

test('a message that is lost has no responders', () => {
  const client = make([mapped('a', ['a', 0])]).client(FIELDS)
  client.send('SUB a 1\r\nSUB r 2\r\nPUB a r 1\r\nx\r\n')
  assert.match(client.take(), /^HMSG r 2 \d+ \d+\r\nNATS\/1\.0 503\r\nNats-Subject: a\r\n\r\n\r\n$/)
})

test('nobody there is said of the destination', () => {
  const client = make([mapped('a', ['b', 100])]).client(FIELDS)
  client.send('SUB r 2\r\nPUB a r 1\r\nx\r\n')
  assert.match(client.take(), 'Nats-Subject: b\r\n')
})

test('permissions are those of the destination', () => {
  const rig = new ActorRig({
    options: (options) => {
      options.mappings = [mapped('foo', ['bar', 100]), mapped('baz', ['foo', 100])]
      const permissions = { publish: { allow: ['bar'] } }
      options.authorization.users = [{ user: 'u', password: 'p', nkey: '', account: '', permissions }]
    },
  })
  const client = rig.client({ ...FIELDS, user: 'u', pass: 'p' })
  client.send('SUB > 1\r\nPUB foo 1\r\nx\r\nPUB baz 1\r\ny\r\n')
  assert.is(client.take(), 'MSG bar 1 1\r\nx\r\n-ERR \'Permissions Violation for Publish to "foo"\'\r\n')
})

test('a mapped message crosses threads with its new subject', () => {
  const rig = make([mapped('foo.*', ['bar.$1', 100])], { threads: 2 })
  const here = rig.client(FIELDS, 0), there = rig.client(FIELDS, 1)
  there.send('SUB bar.* 1\r\n')
  here.send('PUB foo.x r 2\r\nok\r\n')
  rig.settle()
  assert.is(there.take(), 'MSG bar.x 1 r 2\r\nok\r\n')
})

test('a message that had to wait for room goes where it was to go', () => {
  const rig = make([mapped('a', ['b', 50], ['c', 50])], { threads: 2, ring_bytes: 4096 })
  const here = rig.client(FIELDS, 0), there = rig.client(FIELDS, 1)
  there.send('SUB b 1\r\nSUB c 2\r\n')
  here.send(`PUB a 100\r\n${'x'.repeat(100)}\r\n`.repeat(200))
  rig.settle()
  assert.is(there.take().split('MSG ').length - 1, 200)
})

test.run()
