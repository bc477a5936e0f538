// What the server itself says in the system account is traced only where that is asked for, and nothing of other accounts.
import * as assert from 'uvu/assert'
import { latin1_bytes } from '../../src/base/bytes.ts'
import { make_log } from '../../src/base/log.ts'
import { body_of } from '../../src/connection/own_messages.ts'
import { SystemTrace } from '../../src/connection/system_trace.ts'
import { load } from '../../src/config/load.ts'
import { make_settings } from '../../src/connection/make_settings.ts'
import { suite } from '../harness.ts'

const test = suite('connection/system_trace')

const IDENTITY = { server_id: 'NID', server_name: 'alpha', cluster_name: 'mesh', cluster_name_dynamic: false }

function make(text: string) {
  const loaded = load(['-c', 'f'], {}, { read: () => text, help: () => '', help_tls: () => '' })
  if (loaded.kind !== 'run') throw new Error(JSON.stringify(loaded))
  const settings = make_settings(loaded.options, IDENTITY)
  const lines: string[] = []
  const log = make_log((level, line) => lines.push(`${level} ${line}`), true, loaded.options.trace)
  return { trace: new SystemTrace(log, settings), settings, lines }
}

const message = (account: number, reply = '') => ({
  account,
  subject: latin1_bytes('$SYS.A'),
  reply,
  header_size: 0,
  body: body_of(latin1_bytes('hello')),
})

test('subscriptions and messages are shown as those of a client', () => {
  const { trace, settings, lines } = make('trace_verbose: true')
  const account = settings.system!.account
  trace.subscribed('$SYS.REQ', '', '1')
  trace.subscribed('$SYS.REQ', 'group', '1')
  trace.published(message(account))
  trace.published(message(account, 'inbox'))
  assert.equal(lines.map((line) => line.slice(13)), [
    ...['<<- [SUB $SYS.REQ  1]', '<<- [SUB $SYS.REQ group 1]', '<<- [PUB $SYS.A  5]', '<<- MSG_PAYLOAD: ["hello"]'],
    ...['<<- [PUB $SYS.A inbox 5]', '<<- MSG_PAYLOAD: ["hello"]'],
  ])
  assert.ok(lines.every((line) => line.startsWith('TRC SYSTEM - ')))
})

test('not without trace_verbose, not of other accounts, and the settings may change', () => {
  const plain = make('trace: true')
  plain.trace.subscribed('a', '', '1')
  plain.trace.published(message(plain.settings.system!.account))
  assert.equal(plain.lines, [])
  plain.settings.trace_system = true
  plain.trace.published(message(0))
  assert.equal(plain.lines, [])
  plain.trace.subscribed('a', '', '1')
  assert.is(plain.lines.length, 1)
  const none = make('trace_verbose: true, no_system_account: true')
  none.trace.published(message(0))
  assert.equal(none.lines, [])
})

test.run()
