import * as assert from 'uvu/assert'
import { SyntaxFailure } from '../../src/config/lexer.ts'
import { date, float, integer } from '../../src/config/scalars.ts'
import { suite } from '../harness.ts'

const test = suite('config/scalars')

const fails = (f: () => unknown, text: string) =>
  assert.throws(f, (error: unknown) => error instanceof SyntaxFailure && error.message.includes(text), text)

test('integers have decimal and binary suffixes', () => {
  const cases: [string, bigint][] = [
    ['0', 0n],
    ['-7', -7n],
    ['12k', 12_000n],
    ['12K', 12_000n],
    ['1KB', 1024n],
    ['-2kib', -2048n],
    ['3m', 3_000_000n],
    ['3Mi', 3n << 20n],
    ['1gb', 1n << 30n],
    ['1t', 10n ** 12n],
    ['1p', 10n ** 15n],
    ['1e', 10n ** 18n],
    ['9223372036854775807', 2n ** 63n - 1n],
  ]
  for (const [text, value] of cases) assert.is(integer(text), value, text)
})

test('what 64 bits can not hold is refused, and wraps where only the suffix makes it so', () => {
  fails(() => integer('9223372036854775808'), "integer '9223372036854775808' is out of the range")
  assert.is(integer('8eb'), -(2n ** 63n))
  assert.is(integer('16eb'), 0n)
})

test('a date has to exist', () => {
  assert.is(date('2024-02-29T01:02:03Z'), '2024-02-29T01:02:03Z')
  for (const text of ['2023-02-29T01:02:03Z', '2024-13-01T00:00:00Z', '2024-01-01T25:00:00Z']) {
    fails(() => date(text), 'expected Zulu formatted DateTime')
  }
})

test('a float has to be finite', () => {
  assert.equal([float('1.5'), float('-0.25')], [1.5, -0.25])
  fails(() => float('1' + '0'.repeat(400) + '.0'), 'is out of the range')
})

test.run()
