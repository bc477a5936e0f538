import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { copy, equal, fnv1a, latin1_bytes, latin1_text, parse_digits, write_decimal } from '../../src/base/bytes.ts'

const test = suite('base/bytes')

test('copy moves short and long spans and returns the offset behind', () => {
  for (const length of [0, 1, 95, 96, 97, 1000]) {
    const source = new Uint8Array(length + 2).map((_, i) => i * 7)
    const target = new Uint8Array(length + 5)
    assert.is(copy(target, 3, source, 1, length + 1), 3 + length)
    assert.ok(equal(target, 3, source, 1, length))
  }
})

test('latin1 text and bytes keep every byte, also in shared memory', () => {
  const bytes = new Uint8Array(new SharedArrayBuffer(256)).map((_, i) => i)
  assert.is(latin1_text(bytes).length, 256)
  assert.equal([...latin1_bytes(latin1_text(bytes))], [...bytes])
  assert.is(latin1_text(bytes, 65, 68), 'ABC')
})

test('parse_digits takes one to nine digits and nothing else', () => {
  const of = (text: string) => parse_digits(latin1_bytes(text), 0, text.length)
  assert.equal(['0', '005', '999999999'].map(of), [0, 5, 999999999])
  assert.equal(['', '-1', '+1', '1e1', '0x2', ' 1', '1234567890'].map(of), [-1, -1, -1, -1, -1, -1, -1])
})

test('write_decimal writes what toString writes', () => {
  const target = new Uint8Array(20)
  for (const value of [0, 7, 10, 99, 100, 1048576, 999999999, 2 ** 40]) {
    assert.is(latin1_text(target, 0, write_decimal(target, 0, value)), String(value))
  }
})

test('fnv1a gives the published values', () => {
  assert.is(fnv1a(latin1_bytes('$G'), 0, 2) >>> 0, 2059166108)
  assert.is(fnv1a(latin1_bytes('APP'), 0, 3) >>> 0, 1638320524)
})

test.run()
