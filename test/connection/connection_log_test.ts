import * as assert from 'uvu/assert'
import { latin1_bytes } from '../../src/base/bytes.ts'
import { make_log, type WriteLine } from '../../src/base/log.ts'
import { ConnectionLog } from '../../src/connection/connection_log.ts'
import { Op } from '../../src/wire/op.ts'
import { envelope_of } from '../broker/broker_rig.ts'
import { suite } from '../harness.ts'
import { client_op } from './connection_rig.ts'

const test = suite('connection/connection_log')

function make({ ip = '1.2.3.4', debug = true, trace = true, bytes_max = 0, headers = false, label = '' } = {}) {
  const lines: string[] = []
  const subjects: unknown[] = []
  const write: WriteLine = (level, text, about) => {
    lines.push(`${level} ${text}`)
    subjects.push(about)
  }
  const log = make_log(write, debug, trace)
  const shown = { max_traced_bytes: bytes_max, trace_headers: headers }
  const own = new ConnectionLog(log, { ip, port: 5, kind: 'cid', cid: 6 }, () => label, shown)
  return { lines, subjects, log: own }
}
const PREFIX = '1.2.3.4:5 - cid:6 - '

test('every line begins with who it is about', () => {
  const { lines, log } = make()
  log.info('i')
  log.error('e')
  log.debug('d')
  log.trace('t')
  log.at('warn', 'w')
  assert.equal(lines, ['INF', 'ERR', 'DBG', 'TRC', 'WRN'].map((level, i) => `${level} ${PREFIX}${'iedtw'[i]}`))
  const other = make({ ip: '::1', label: '"app" - ' })
  other.log.info('i')
  assert.equal(other.lines, ['INF [::1]:5 - cid:6 - "app" - i'])
})

test('every line has the connection beside its text, the one behind a proxy too', () => {
  const { subjects, log } = make()
  log.debug('d')
  log.moved({ ip: '9.9.9.9', port: 7, kind: 'cid', cid: 6 })
  log.trace('t')
  const about = { kind: 'cid', cid: 6 }
  assert.equal(subjects, [{ ...about, ip: '1.2.3.4', port: 5 }, { ...about, ip: '9.9.9.9', port: 7 }])
})

test('what goes out without a message, and subscriptions that end', () => {
  const { lines, log } = make()
  log.sent('OK')
  const { bytes, op } = client_op('UNSUB 17')
  log.unsubscribed(bytes, op)
  log.exhausted(latin1_bytes('s1'), 3)
  assert.equal(lines, [
    `TRC ${PREFIX}->> [OK]`,
    `TRC ${PREFIX}<-> [DELSUB 17]`,
    `DBG ${PREFIX}Auto-unsubscribe limit of 3 reached for sid 's1'`,
    `TRC ${PREFIX}<-> [DELSUB s1]`,
  ])
  const off = make({ debug: false, trace: false })
  off.log.sent('OK')
  off.log.unsubscribed(bytes, op)
  off.log.exhausted(latin1_bytes('s1'), 3)
  assert.equal(off.lines, [])
})

const HEADERS = 'NATS/1.0\r\nA: b\r\n\r\n'

test('of messages the headers alone are shown where that is wanted', () => {
  const { lines, log } = make({ headers: true })
  const hpub = client_op(`HPUB a ${HEADERS.length} ${HEADERS.length + 5}\r\n${HEADERS}hello`)
  log.message(Op.hpub, hpub.bytes, hpub.op)
  const pub = client_op('PUB a 5\r\nhello')
  log.message(Op.pub, pub.bytes, pub.op)
  const envelope = envelope_of({ subject: 'a', payload: 'ok', header: HEADERS })
  log.delivery('HMSG a 1 18 20', envelope)
  log.delivery('MSG a 1 2', envelope)
  const shown = 'MSG_PAYLOAD: ["NATS/1.0\\r\\nA: b"]'
  assert.equal(lines.map((line) => line.slice(4 + PREFIX.length)), [
    ...['<<- [HPUB a 18 23]', `<<- ${shown}`, '<<- [PUB a 5]', '->> [HMSG a 1 18 20]', `->> ${shown}`],
    '->> [MSG a 1 2]',
  ])
})

test('whoever takes no headers is shown to get the payload alone', () => {
  const { lines, log } = make()
  log.delivery('MSG a 1 2', envelope_of({ subject: 'a', payload: 'ok', header: HEADERS }))
  assert.is(lines[1], `TRC ${PREFIX}->> MSG_PAYLOAD: ["ok"]`)
})

test('where a message goes instead stands before its payload', () => {
  const { lines, log } = make()
  const { bytes, op } = client_op('PUB a 5\r\nhello')
  log.redirected(bytes, op, latin1_bytes('b'))
  log.redirected(bytes, op, null)
  const payload = `TRC ${PREFIX}<<- MSG_PAYLOAD: ["hello"]`
  assert.equal(lines, [`TRC ${PREFIX}<<- [MAPPING a -> b]`, payload, payload])
})

test('debug and trace lines come only where they are wanted, and empty ones never', () => {
  const { lines, log } = make({ debug: false, trace: false })
  log.debug('d')
  assert.equal([lines, log.debug_on, log.trace_on], [[], false, false])
  const on = make()
  on.log.trace('')
  assert.equal([on.lines, on.log.debug_on, on.log.trace_on], [[], true, true])
})

test('operations and messages are traced as they came, payloads as long as wanted', () => {
  const { lines, log } = make({ bytes_max: 3 })
  const sub = client_op('SUB a 1')
  log.operation(Op.sub, sub.bytes, sub.op)
  const pub = client_op('PUB a r 5\r\nhello')
  log.message(Op.pub, pub.bytes, pub.op)
  log.delivery('MSG a 1 2', envelope_of({ subject: 'a', payload: 'ok' }))
  log.operation(Op.info, sub.bytes, sub.op)
  assert.equal(
    lines,
    [
      'SUB a 1]',
      'PUB a r 5]',
    ].flatMap((text, i) => [`TRC ${PREFIX}<<- [${text}`, ...(i ? [`TRC ${PREFIX}<<- MSG_PAYLOAD: ["hel..."]`] : [])])
      .concat(
        `TRC ${PREFIX}->> [MSG a 1 2]`,
        `TRC ${PREFIX}->> MSG_PAYLOAD: ["ok"]`,
      ),
  )
})

test('the beginning of what could not be parsed is shown', () => {
  const { lines, log } = make()
  log.unparsable('Client', latin1_bytes(`xxZZZ"${'y'.repeat(50)}`), 2, 56)
  log.unparsable('Client', latin1_bytes('xxZ\r\nnot shown'), 2, 5)
  const proto = (text: string) => `ERR ${PREFIX}Client parser ERROR, state=0, i=0: proto='"${text}"...'`
  assert.equal(lines, [proto(`ZZZ\\"${'y'.repeat(28)}`), proto('Z\\r\\n')])
})

test.run()
