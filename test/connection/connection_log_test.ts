import * as assert from 'uvu/assert'
import { latin1_bytes } from '../../src/base/bytes.ts'
import { make_log } from '../../src/base/log.ts'
import { ConnectionLog } from '../../src/connection/connection_log.ts'
import { Op } from '../../src/wire/op.ts'
import { envelope_of } from '../broker/broker_rig.ts'
import { suite } from '../harness.ts'
import { client_op } from './connection_rig.ts'

const test = suite('connection/connection_log')

function make({ ip = '1.2.3.4', debug = true, trace = true, bytes_max = 0, label = '' } = {}) {
  const lines: string[] = []
  const log = make_log((level, text) => lines.push(`${level} ${text}`), debug, trace)
  const own = new ConnectionLog(log, { ip, port: 5, kind: 'cid', cid: 6 }, () => label, bytes_max)
  return { lines, log: own }
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
