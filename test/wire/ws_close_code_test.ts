// Close codes (reference client.md 6.6).
import * as assert from 'uvu/assert'
import { CloseReason } from '../../src/base/errors.ts'
import { ws_close_code } from '../../src/wire/ws_close_code.ts'
import { suite } from '../harness.ts'

const test = suite('wire/ws_close_code')

test('every reason has a code that may be sent, and those of the reference theirs', () => {
  assert.is(ws_close_code(CloseReason.client_closed), 1000)
  assert.is(ws_close_code(CloseReason.server_shutdown), 1001)
  assert.is(ws_close_code(CloseReason.parse_error), 1002)
  assert.is(ws_close_code(CloseReason.authentication_failure), 1008)
  assert.is(ws_close_code(CloseReason.max_payload), 1009)
  assert.is(ws_close_code(CloseReason.wrong_port), 1011)
  for (const reason of Object.values(CloseReason)) {
    assert.ok([1e3, 1001, 1002, 1008, 1009, 1011, 1015].includes(ws_close_code(reason)))
  }
})

test.run()
