import * as assert from 'uvu/assert'
import { make_log } from '../../src/base/log.ts'
import { ConnectionLog } from '../../src/connection/connection_log.ts'
import { log_unknown_account } from '../../src/connection/unknown_account.ts'
import { suite } from '../harness.ts'
import { route_op } from './connection_rig.ts'

const test = suite('connection/unknown_account')

function logged(line: string, debug: boolean): string[] {
  const lines: string[] = []
  const identity = { slot: 1, cid: 3, kind: 'rid', ip: '127.0.0.1', port: 5 }
  const log = make_log((level, text) => void lines.push(`${level} ${text}`), debug, false)
  const { bytes, op } = route_op(line)
  log_unknown_account(new ConnectionLog(log, identity, () => ''), bytes, op)
  return lines
}

test('an account that is not here is an error that names it and the subject', () => {
  const [line, ...more] = logged('RS+ ACME a.b', false)
  assert.match(line, /^ERR .*rid:3 - Unknown account "ACME" for remote subject "a\.b"$/)
  assert.is(more.length, 0)
})

test('the system account of others is worth a debug line only', () => {
  assert.equal(logged('RS+ $SYS a.b', false), [])
  assert.match(logged('RS+ $SYS a.b', true)[0], /^DBG .*Unknown account "\$SYS"/)
})

test.run()
