import * as assert from 'uvu/assert'
import { listeners_of } from '../../src/review/listeners.ts'
import { suite } from '../harness.ts'
import { judged } from './review_rig.ts'

const test = suite('review/listeners')

const shown = (text: string | null, argv: string[] = []) =>
  listeners_of(judged(text, argv)).map((each) => Object.values(each).join(' '))

test('without anything said there are clients only', () => {
  assert.equal(shown(null), ['clients 0.0.0.0 4222 default default'])
})

test('every listener is there, in the order of a start, with where host and port were said', () => {
  const text =
    'listen: "127.0.0.1:1"\nhttp: 2\ncluster {\n listen: "[::1]:3" }\nwebsocket {\n no_tls: yes, port: -1\n host: "::" }'
  assert.equal(shown(text), [
    ...['monitoring 127.0.0.1 2 f:1:0 f:2:1', 'WebSocket clients :: 0 f:7:2 f:6:15'],
    ...['other servers ::1 3 f:4:2 f:4:2', 'clients 127.0.0.1 1 f:1:0 f:1:0'],
  ])
})

test('monitoring over TLS and profiles are listeners, too', () => {
  assert.equal(shown('host: h\nhttps: "m:1"\nprof_port: 2'), [
    ...['monitoring m 1 f:2:1 f:2:1', 'profiles h 2 f:1:0 f:3:1', 'clients h 4222 f:1:0 default'],
  ])
})

test('flags count', () => {
  const argv = ['-a', 'h', '-p', '5', '-m', '6', '-cluster', 'nats://x:7']
  assert.equal(shown('http: "m:1"\ncluster { port: 9 }', argv), [
    ...[
      'monitoring m 6 f:1:0 flag -m',
      'other servers x 7 flag --cluster flag --cluster',
      'clients h 5 flag -a flag -p',
    ],
  ])
})

test.run()
