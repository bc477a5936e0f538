// Headers that ask for a trace, found fast and read right.
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import {
  has_trace_header,
  is_sampled_elsewhere,
  is_trace_only,
  read_headers,
  trace_destination,
  with_header,
} from '../../src/wire/trace_header.ts'
import { suite } from '../harness.ts'

const test = suite('wire/trace_header')
const block = (...lines: string[]) => latin1_bytes(['NATS/1.0', ...lines, '', ''].join('\r\n'))
const read = (...lines: string[]) => read_headers(block(...lines), 0, block(...lines).length)!

test('the header is found wherever it is, and nothing else is taken for it', () => {
  const piece = fc.constantFrom(
    'Nats-Trace-Dest:',
    'Nats-Trace-Only:',
    'Nats-Trace-Dest',
    'Nats',
    '-',
    ':',
    'x',
    '\r\n',
    'Dest:',
    'N',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join(''), bytes = latin1_bytes(`pad${text}Nats-Trace-Dest:`)
      assert.is(has_trace_header(bytes, 3, 3 + text.length), text.includes('Nats-Trace-Dest:'), text)
    }),
    { numRuns: 2000 },
  )
  assert.is(has_trace_header(block('A: b'), 0, 18), false)
  assert.is(has_trace_header(block(), 0, 12), false)
})

test('headers are read with their names as they are', () => {
  assert.equal(read('A: 1', 'a:2 ', 'A:3', 'empty:', 'no colon', 'x: y:z'), { A: ['1', '3'], a: ['2'], x: ['y:z'] })
  const odd = read('__proto__: x', 'constructor: y', 'constructor: z')
  assert.equal(Object.entries(odd), [['__proto__', ['x']], ['constructor', ['y', 'z']]])
  assert.is(read_headers(latin1_bytes('HTTP/1.0\r\nA: b\r\n\r\n'), 0, 18), null)
})

test('what a message asks for', () => {
  assert.is(trace_destination(read('Nats-Trace-Dest: t')), 't')
  assert.is(trace_destination(read('Nats-Trace-Dest: trace disabled')), '')
  assert.is(trace_destination(read('nats-trace-dest: t')), '')
  for (const yes of ['1', 'true', 'On']) assert.is(is_trace_only(read(`Nats-Trace-Only: ${yes}`)), true)
  for (const no of ['0', 'false', 'yes']) assert.is(is_trace_only(read(`Nats-Trace-Only: ${no}`)), false)
  for (
    const [value, sampled] of [['00-a-b-01', true], ['00-a-b-03', true], ['00-a-b-00', false], ['x', false], [
      '00-a-b-1',
      false,
    ]]
  ) {
    assert.is(is_sampled_elsewhere(read(`TraceParent: ${value}`)), sampled, String(value))
  }
  assert.is(is_sampled_elsewhere(read('A: b')), false)
})

test('a line goes behind the others', () => {
  assert.is(latin1_text(with_header(block('A: b'), 'C: d')), 'NATS/1.0\r\nA: b\r\nC: d\r\n\r\n')
})

test.run()
