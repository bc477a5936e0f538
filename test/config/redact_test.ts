import * as assert from 'uvu/assert'
import { redacted_arguments } from '../../src/config/redact.ts'
import { suite } from '../harness.ts'

const test = suite('config/redact')

test('secrets are gone, in both ways of writing, and nothing else', () => {
  const argv = [
    '-user',
    'u1',
    '--pass=sekret',
    '-auth',
    'sekret',
    '-p',
    '4222',
    '-D',
    '--routes',
    'nats://a:sekret@h:1,nats://h:2',
  ]
  assert.equal(redacted_arguments(argv), [
    ...['-user', '[REDACTED]', '--pass=[REDACTED]', '-auth', '[REDACTED]', '-p', '4222', '-D', '--routes'],
    'nats://[REDACTED]@h:1,nats://h:2',
  ])
  assert.equal(redacted_arguments(['-cluster=nats://a:b@h:1', '--cluster_listen', 'nats://u@h:1']), [
    ...['-cluster=nats://[REDACTED]@h:1', '--cluster_listen', 'nats://[REDACTED]@h:1'],
  ])
  assert.equal(redacted_arguments(['-c', 'user', 'pass', '-', '--', '-passive', 'x']), [
    ...['-c', 'user', 'pass', '-', '--', '-passive', 'x'],
  ])
})

test.run()
