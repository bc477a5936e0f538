// What a proxy says in front of a connection, in both versions.
import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { latin1_bytes } from '../../src/base/bytes.ts'
import { read_proxy_header } from '../../src/wire/proxy_header.ts'
import { suite } from '../harness.ts'

const test = suite('wire/proxy_header')

const SIGNATURE = [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10]
const binary = (command: number, family: number, addresses: number[], more: number[] = []) =>
  Uint8Array.from([...SIGNATURE, command, family, addresses.length >> 8, addresses.length & 255, ...addresses, ...more])
const zeros = (count: number): number[] => Array(count).fill(0)
const v4 = [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4]
const v6 = (address: number[]) => [...address, ...zeros(16), 1, 2, 3, 4]

/** [what, bytes, length, ip, port] */
const rows: [string, Uint8Array, number, string, number][] = [
  ['TCP4', latin1_bytes('PROXY TCP4 1.2.3.4 5.6.7.8 258 99\r\nCONNECT'), 35, '1.2.3.4', 258],
  ['TCP6', latin1_bytes('PROXY TCP6 fd00::1 ::1 1 65535\r\n'), 32, 'fd00::1', 1],
  ['IPv4', binary(0x21, 0x11, v4, [9]), 28, '1.2.3.4', 258],
  ['IPv4 with more behind', binary(0x21, 0x11, [...v4, 4, 0, 0]), 31, '1.2.3.4', 258],
  ['IPv6', binary(0x21, 0x21, v6([0x20, 1, 0xd, 0xb8, ...zeros(11), 1])), 52, '2001:db8::1', 258],
  ['IPv6 without zeros', binary(0x21, 0x21, v6(Array(16).fill(17))), 52, Array(8).fill('1111').join(':'), 258],
  ['IPv6 of zeros', binary(0x21, 0x21, v6(zeros(16))), 52, '::', 258],
  ['IPv6 with zeros at the end', binary(0x21, 0x21, v6([0, 1, ...zeros(14)])), 52, '1::', 258],
  ['IPv4 in IPv6', binary(0x21, 0x21, v6([...zeros(10), 255, 255, 1, 2, 3, 4])), 52, '1.2.3.4', 258],
]

for (const [name, bytes, length, ip, port] of rows) {
  test(`read: ${name}, and not before it is whole`, () => {
    assert.equal(read_proxy_header(bytes), { kind: 'header', length, source: { ip, port } })
    for (let end = 0; end < length; end++) {
      assert.equal(read_proxy_header(bytes.subarray(0, end)), { kind: 'more' }, `${end}`)
    }
  })
}

test('a proxy that speaks for itself names nobody', () => {
  assert.equal(read_proxy_header(latin1_bytes('PROXY UNKNOWN whatever\r\n')), { kind: 'header', length: 24 })
  assert.equal(read_proxy_header(binary(0x20, 0, [1, 2, 3])), { kind: 'header', length: 19 })
})

test('a client that begins by itself has no header', () => {
  for (const text of ['CONNECT {}', 'PING\r\n', 'PROXIMA', 'P\r\n', '\r\n\r\nPING', '\x16\x03\x01']) {
    assert.equal(read_proxy_header(latin1_bytes(text)), { kind: 'none' }, text)
  }
})

const faults: [string | Uint8Array, RegExp][] = [
  ['PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n', /its ports are none/],
  ['PROXY TCP4 1.2.3.4 5.6.7.8 1 2 3\r\n', /its addresses are none/],
  ['PROXY TCP4 fd00::1 5.6.7.8 1 2\r\n', /its addresses are none/],
  ['PROXY TCP4 1.2.3.256 5.6.7.8 1 2\r\n', /its addresses are none/],
  ['PROXY TCP6 1.2.3.4 5.6.7.8 1 2\r\n', /its addresses are none/],
  ['PROXY TCP4 1.2.3.4 5.6.7.8 1 65536\r\n', /its ports are none/],
  ['PROXY UDP4 1.2.3.4 5.6.7.8 1 2\r\n', /neither TCP4 nor TCP6/],
  ['PROXY \r\n', /neither TCP4 nor TCP6/],
  [`PROXY ${'x'.repeat(120)}`, /the line is too long/],
  [binary(0x31, 0x11, v4), /unknown version or command/],
  [binary(0x22, 0x11, v4), /unknown version or command/],
  [binary(0x21, 0x11, [1, 2]), /it is too short/],
  [binary(0x21, 0x21, v4), /it is too short/],
  [binary(0x21, 0x31, zeros(216)), /neither TCP over IPv4 nor over IPv6/],
]

for (const [given, reason] of faults) {
  test(`refused: ${reason.source}`, () => {
    const verdict = read_proxy_header(typeof given === 'string' ? latin1_bytes(given) : given)
    assert.is(verdict.kind, 'bad')
    assert.match((verdict as { reason: string }).reason, reason)
  })
}

test('any bytes have some verdict, and a header is not longer than what came', () => {
  const start = fc.constantFrom(
    Uint8Array.from(SIGNATURE),
    latin1_bytes('PROXY '),
    latin1_bytes('PROXY TCP4 '),
    new Uint8Array(0),
  )
  fc.assert(fc.property(start, fc.uint8Array({ maxLength: 150 }), (head, rest) => {
    const bytes = Uint8Array.from([...head, ...rest])
    const verdict = read_proxy_header(bytes)
    if (verdict.kind === 'header') assert.ok(verdict.length <= bytes.length)
  }))
})

test.run()
