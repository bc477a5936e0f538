import * as assert from 'uvu/assert'
import { latin1_bytes } from '../../src/base/bytes.ts'
import { BY_REFERENCE_BYTES_MIN, MAX_CONTROL_LINE, OUT_BUFFER_BYTES } from '../../src/base/limits.ts'
import { SUBJECT_BYTES_MAX } from '../../src/shared/index_layout.ts'
import { write_message, write_queued, write_rendered } from '../../src/broker/message_writer.ts'
import { Prefix } from '../../src/broker/prefix.ts'
import { suite } from '../harness.ts'
import { envelope_of, type MessageText, Rig, type RigConnection } from './broker_rig.ts'

const test = suite('broker/message_writer')

const HEADER = 'NATS/1.0\r\nA: b\r\n\r\n'
const MSG = new Prefix('MSG s 1 '), HMSG = new Prefix('HMSG s 1 ')

function written(headers: boolean, write: (connection: RigConnection) => void): string {
  const [thread] = new Rig().threads
  const connection = thread.connect(1 << 26, headers)
  write(connection)
  thread.flush()
  return connection.sink.text
}
const message = (text: MessageText, headers = true) =>
  written(headers, ({ outbox }) => write_message(outbox, MSG, HMSG, envelope_of(text)))

test('what came canonical goes out as it came, behind the prefix', () => {
  assert.is(message({ subject: 's' }), 'MSG s 1 0\r\n\r\n')
  assert.is(message({ subject: 's', payload: 'hello' }), 'MSG s 1 5\r\nhello\r\n')
  assert.is(message({ subject: 's', reply: 're.ply', payload: 'hello' }), 'MSG s 1 re.ply 5\r\nhello\r\n')
})

test('what came with other blanks is written anew to the same bytes', () => {
  for (const reply of ['', 'r']) {
    for (const header of ['', HEADER]) {
      for (const payload of ['', 'body', 'x'.repeat(BY_REFERENCE_BYTES_MIN + 1)]) {
        const text = { subject: 's', reply, header, payload }
        assert.ok(message({ ...text, canonical: false }) === message(text), JSON.stringify(text).slice(0, 80))
      }
    }
  }
})

test('headers go to who takes them, with both sizes', () => {
  const sizes = `${HEADER.length} ${HEADER.length + 4}`
  assert.is(message({ subject: 's', header: HEADER, payload: 'body' }), `HMSG s 1 ${sizes}\r\n${HEADER}body\r\n`)
  assert.is(
    message({ subject: 's', reply: 'r', header: HEADER, payload: 'body' }),
    `HMSG s 1 r ${sizes}\r\n${HEADER}body\r\n`,
  )
})

test('headers are stripped for who does not take them', () => {
  for (const canonical of [true, false]) {
    const text = { subject: 's', header: HEADER, payload: 'body', canonical }
    assert.is(message(text, false), 'MSG s 1 4\r\nbody\r\n')
    assert.is(message({ ...text, reply: 'r' }, false), 'MSG s 1 r 4\r\nbody\r\n')
    assert.is(message({ ...text, payload: '' }, false), 'MSG s 1 0\r\n\r\n')
  }
})

test('every length around the ways of copying comes out whole, and harms nothing before or behind it', () => {
  const lengths = [...Array(12).keys(), ...[90, 140, 150, 159, 160, 161, 300].flatMap((n) => [n, n + 1, n + 2, n + 3])]
  for (const edge of [BY_REFERENCE_BYTES_MIN, OUT_BUFFER_BYTES]) {
    for (let n = edge - 14; n < edge + 4; n++) lengths.push(n)
  }
  let want = ''
  const text = written(true, ({ outbox }) => {
    for (const length of lengths) {
      for (const referable of [false, true]) {
        const payload = String.fromCharCode(97 + length % 26).repeat(length)
        write_message(outbox, MSG, HMSG, envelope_of({ subject: 's', payload, referable }))
        want += `MSG s 1 ${length}\r\n${payload}\r\n`
      }
    }
  })
  assert.ok(text === want)
})

test('a large payload goes by reference only if its bytes stay', () => {
  const payload = 'p'.repeat(BY_REFERENCE_BYTES_MIN + 10)
  for (const referable of [true, false]) {
    const envelope = envelope_of({ subject: 's', reply: 'r', payload, referable })
    const text = written(true, ({ outbox }) => {
      write_message(outbox, MSG, HMSG, envelope)
      envelope.bytes[envelope.body_start] = 35
    })
    assert.is(text.slice(0, 20), `MSG s 1 r ${payload.length}\r\n${referable ? '#' : 'p'}ppp`)
    assert.ok(text.endsWith('pp\r\n'))
  }
})

test('a large payload without its headers goes by reference too', () => {
  const payload = 'p'.repeat(BY_REFERENCE_BYTES_MIN)
  const envelope = envelope_of({ subject: 's', header: HEADER, payload, referable: true })
  const text = written(false, ({ outbox }) => {
    write_message(outbox, MSG, HMSG, envelope)
    envelope.bytes[envelope.end - 3] = 35
  })
  assert.ok(text === `MSG s 1 ${payload.length}\r\n${payload.slice(1)}#\r\n`)
})

test('the queue forms of a routed message name reply, groups and sizes', () => {
  const prefix = latin1_bytes('RMSG $G s ')
  const queued = (text: MessageText, headers = true) =>
    written(headers, ({ outbox }) => write_queued(outbox, prefix, envelope_of(text), latin1_bytes('q1 q2')))
  assert.is(queued({ subject: 's', payload: 'abc' }), 'RMSG $G s | q1 q2 3\r\nabc\r\n')
  assert.is(queued({ subject: 's', reply: 'r', payload: 'abc' }), 'RMSG $G s + r q1 q2 3\r\nabc\r\n')
  const header = { subject: 's', header: HEADER, payload: 'abc' }
  assert.is(queued(header), `RMSG $G s | q1 q2 ${HEADER.length} ${HEADER.length + 3}\r\n${HEADER}abc\r\n`)
  assert.is(queued({ ...header, reply: 'r' }, false), 'RMSG $G s + r q1 q2 3\r\nabc\r\n')
})

test('messages and their bytes are counted', () => {
  written(true, ({ outbox }) => {
    write_message(outbox, MSG, HMSG, envelope_of({ subject: 's', payload: 'four' }))
    write_rendered(outbox, MSG.bytes, envelope_of({ subject: 's', payload: 'four' }), false)
    write_queued(outbox, MSG.bytes, envelope_of({ subject: 's', payload: 'four' }), latin1_bytes('q'))
    assert.equal([outbox.out_messages, outbox.out_bytes], [3, 12])
  })
})

test('the longest subject with the longest sid still goes out whole', () => {
  const prefix = new Prefix(`MSG ${'s'.repeat(SUBJECT_BYTES_MAX)} ${'7'.repeat(MAX_CONTROL_LINE)} `)
  for (const payload of ['', 'p'.repeat(100), 'p'.repeat(BY_REFERENCE_BYTES_MIN - 8)]) {
    const text = written(true, ({ outbox }) => {
      outbox.append(latin1_bytes('before'))
      write_message(outbox, prefix, prefix, envelope_of({ subject: 's', payload }))
    })
    const tail = `${payload.length}\r\n${payload}\r\n`
    assert.ok(text.length === 6 + prefix.length + tail.length && text.endsWith(` ${tail}`))
  }
})

test.run()
