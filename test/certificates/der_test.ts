import * as assert from 'uvu/assert'
import {
  bits,
  boolean,
  element,
  element_bytes,
  header_bytes,
  object_identifier,
  time,
} from '../../src/certificates/der.ts'
import { suite } from '../harness.ts'

const test = suite('certificates/der')
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

test('a length below 128 is a byte, a longer one says first how many bytes it takes', () => {
  for (
    const [length, header] of [[0, '0400'], [127, '047f'], [128, '048180'], [255, '0481ff'], [256, '04820100']] as const
  ) {
    const made = element(0x04, Buffer.alloc(length))
    assert.is(hex(made).slice(0, header.length), header)
    assert.is(header_bytes(made, 0), header.length / 2)
    assert.is(element_bytes(made, 0), made.length)
  }
})

test('object identifiers are written in groups of seven bits', () => {
  assert.is(hex(object_identifier('2.5.4.3')), '0603550403')
  assert.is(hex(object_identifier('1.2.840.10045.4.3.2')), '06082a8648ce3d040302')
})

test('a time has two digits of the year until 2049, then four', () => {
  const text = (iso: string) => time(Date.parse(iso)).toString('latin1')
  assert.is(text('2049-12-31T23:59:59Z'), '\x17\x0d491231235959Z')
  assert.is(text('2050-01-01T00:00:00Z'), '\x18\x0f20500101000000Z')
})

test('bits say how many of the last byte do not count', () => {
  assert.is(hex(bits(Buffer.of(0x06), 1)), '03020106')
  assert.is(hex(boolean(true)), '0101ff')
})

test.run()
