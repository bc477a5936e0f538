import * as assert from 'uvu/assert'
import { latin1_bytes } from '../../src/base/bytes.ts'
import { trace_in, trace_message, trace_payload } from '../../src/connection/trace.ts'
import { suite } from '../harness.ts'
import { client_op, route_op } from './connection_rig.ts'

const test = suite('connection/trace')

const client = (line: string) => {
  const { bytes, op } = client_op(line)
  return trace_in(op.kind, bytes, op)
}
const route = (line: string) => {
  const { bytes, op } = route_op(line)
  return trace_in(op.kind, bytes, op)
}

test('operations are shown as they came', () => {
  assert.is(client('SUB foo.*  q 1'), '<<- [SUB foo.*  q 1]')
  assert.is(client('unsub 1 5'), '<<- [UNSUB 1 5]')
  assert.is(client('PUB foo reply 5'), '<<- [PUB foo reply 5]')
  assert.is(client('HPUB foo 12 14'), '<<- [HPUB foo 12 14]')
  assert.is(client('PING'), '<<- [PING]')
  assert.is(client('PONG and more'), '<<- [PONG]')
  assert.is(client('+OK'), '<<- [OK]')
  assert.is(route('RS+ $G foo q 3'), '<<- [RS+ $G foo q 3]')
  assert.is(route('RS- $G foo'), '<<- [RS- $G foo]')
  assert.is(route('RMSG $G foo | q 5'), '<<- [RMSG $G foo | q 5]')
})

test('INFO is not shown', () => {
  assert.is(route('INFO {}'), '')
})

test('secrets of a CONNECT are left out, whatever is in them', () => {
  const secret = 's3\\"c"r'.replace('"r', '\\\\')
  const line =
    `CONNECT {"user":"ann","pass" : "${secret}","auth_token":"t","jwt":"j.w.t","sig":"s","nkey":"U1","name":"pass"}`
  assert.is(
    client(line),
    '<<- [CONNECT {"user":"ann","pass":"[REDACTED]","auth_token":"[REDACTED]","jwt":"j.w.t","sig":"[REDACTED]",' +
      '"nkey":"[REDACTED]","name":"pass"}]',
  )
})

test('neither case nor form gives them away', () => {
  for (
    const fields of [
      ...[
        '"PASS":"SECRET"',
        '"password":"SECRET"',
        '"pass":12345SECRET',
        '"auth_token_x": "SECRET"',
        '"pass":"x\\"SECRET"',
      ],
      ...['"Sig":"SECRET"', '"proxy_sig":"SECRET"', '"pass":"SECRET', 'pass:SECRET', "'pass':'SECRET'", 'pass=SECRET'],
      ...['"nkey" : "SECRET"', '"pass":"SECRET","sig":"SECRET"'],
    ]
  ) {
    const shown = client(`CONNECT {${fields},"name":"n"}`)
    assert.not(shown.includes('SECRET'), shown)
    assert.match(shown, 'REDACTED')
  }
  const open = '{"signature":"1","nkeys":"2","user":"3","tls_required":false,"name":"compass"}'
  assert.is(client(`CONNECT ${open}`), `<<- [CONNECT ${open}]`)
})

test('payloads are quoted and cut where they are too long', () => {
  const bytes = latin1_bytes('..hello\r\n"x"..')
  assert.is(trace_payload('<<-', bytes, 2, 7, 0), '<<- MSG_PAYLOAD: ["hello"]')
  assert.is(trace_payload('->>', bytes, 2, 12, 0), '->> MSG_PAYLOAD: ["hello\\r\\n\\"x\\""]')
  assert.is(trace_payload('<<-', bytes, 2, 7, 5), '<<- MSG_PAYLOAD: ["hello"]')
  assert.is(trace_payload('<<-', bytes, 2, 7, 3), '<<- MSG_PAYLOAD: ["hel..."]')
  assert.is(trace_payload('<<-', bytes, 2, 2, 3), '')
})

test('of a message the headers alone may be what is wanted', () => {
  const bytes = latin1_bytes('..NATS/1.0\r\nA: b\r\n\r\nhi\r\n')
  const shown = (header_size: number, trace_headers: boolean, max_traced_bytes = 0) =>
    trace_message('->>', bytes, 2, 22, header_size, { max_traced_bytes, trace_headers })
  assert.is(shown(18, true), '->> MSG_PAYLOAD: ["NATS/1.0\\r\\nA: b"]')
  assert.is(shown(18, true, 4), '->> MSG_PAYLOAD: ["NATS..."]')
  assert.is(shown(0, true), '')
  assert.is(shown(18, false), '->> MSG_PAYLOAD: ["NATS/1.0\\r\\nA: b\\r\\n\\r\\nhi"]')
})

test.run()
