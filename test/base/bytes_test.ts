import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import {
  copy,
  copy_of,
  COPY_SLACK_BYTES,
  copy_words,
  equal,
  fnv1a,
  latin1_bytes,
  latin1_text,
  parse_digits,
  write_decimal,
} from '../../src/base/bytes.ts'

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

test('copy_words copies every length from anywhere to anywhere, and writes at most 3 bytes more', () => {
  const source = new Uint8Array(320).map((_, i) => i * 7 + 1)
  const target = new Uint8Array(320)
  const [from, to] = [new DataView(source.buffer), new DataView(target.buffer)]
  for (let length = 0; length <= 300; length++) {
    // The last one ends with the source, where nothing may be read behind it.
    for (const start of [0, 1, 2, 3, 8, 320 - length]) {
      for (const offset of [0, 1, 2, 7]) {
        if (start < 0 || start + length > 320) continue
        target.fill(0)
        assert.is(copy_words(to, offset, from, start, start + length), offset + length)
        assert.ok(equal(target, offset, source, start, length), `${length} from ${start} to ${offset}`)
        for (let i = 0; i < offset; i++) assert.is(target[i], 0)
        const slack = start + length + 3 <= 320 ? 3 : 0
        assert.ok(slack < COPY_SLACK_BYTES)
        for (let i = offset + length + slack; i < 320; i++) if (target[i] !== 0) assert.unreachable(`wrote ${i}`)
      }
    }
  }
})

test('copy_words needs no more room than its slack', () => {
  const source = new DataView(new ArrayBuffer(400))
  for (let length = 0; length <= 300; length++) {
    const target = new DataView(new ArrayBuffer(length + COPY_SLACK_BYTES - 1))
    assert.is(copy_words(target, 0, source, 0, length), length)
  }
})

test('a copy of a Buffer, of shared memory or of nothing is a copy', () => {
  const buffer = Buffer.from('hello')
  const copied = copy_of(buffer, 1, 4)
  buffer.fill(0)
  assert.equal([latin1_text(copied), copied.buffer.byteLength, copied instanceof Buffer], ['ell', 3, false])
  const shared = new Uint8Array(new SharedArrayBuffer(4)).fill(7)
  assert.ok(copy_of(shared, 0, 4).buffer instanceof ArrayBuffer)
  assert.is(copy_of(shared, 2, 2).length, 0)
})

test.run()
