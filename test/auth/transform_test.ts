// Destinations that are made of the wildcards of a source (reference client.md 5.10).
import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { seeded_random } from '../../src/base/prng.ts'
import { identity_destination, make_transform, TransformError } from '../../src/auth/transform.ts'
import { suite } from '../harness.ts'

const test = suite('auth/transform')

const random = seeded_random(1)
const map = (source: string, destination: string, subject: string) =>
  make_transform(source, destination).map(subject.split('.'), random)

/** [source, destination, subject, result] */
const rows: [string, string, string, string][] = [
  ['foo', 'bar', 'foo', 'bar'],
  ['a.*.*', 'b.$2.$1', 'a.x.y', 'b.y.x'],
  ['a.*.*', 'b.{{ Wildcard( 2 ) }}.{{WILDCARD(1)}}', 'a.x.y', 'b.y.x'],
  ['a.*', 'b.$1.$1', 'a.x', 'b.x.x'],
  ['a.*.*', 'b', 'a.x.y', 'b'],
  ['a.*', 'b.$x.$', 'a.x', 'b.$x.$'],
  ['a.>', 'b.>', 'a.x.y', 'b.x.y'],
  ['a.*.>', 'b.$1.c.>', 'a.x.y.z', 'b.x.c.y.z'],
  ['*', '{{split(1,-)}}', '-a--b-', 'a.b'],
  ['*', '{{splitfromleft(1,2)}}', '12345', '12.345'],
  ['*', '{{SplitFromRight(1,2)}}', '12345', '123.45'],
  ['*', '{{splitfromleft(1,5)}}', '12345', '12345'],
  ['*', '{{splitfromright(1,0)}}', '12345', '12345'],
  ['*', '{{splitfromright(1,-1)}}', '12345', '12345'],
  ['*', '{{slicefromleft(1,2)}}', '12345', '12.34.5'],
  ['*', '{{slicefromright(1,2)}}', '12345', '1.23.45'],
  ['*', '{{slicefromright(1,2)}}', '1234', '12.34'],
  ['*', '{{slicefromleft(1,9)}}', '1234', '1234'],
  ['*', '{{left(1,2)}}', '1234', '12'],
  ['*', '{{right(1,3)}}', '1234', '234'],
  ['*', '{{left(1,9)}}', '1234', '1234'],
  ['*', '{{right(1,0)}}', '1234', '1234'],
  ['*', '{{partition(0,1)}}', 'x', '0'],
  ['*', '{{random(0)}}', 'x', '0'],
  ['foo', 'bar.{{random(1)}}', 'foo', 'bar.0'],
]

for (const [source, destination, subject, result] of rows) {
  test(`${subject} of ${source} to ${destination} is ${result}`, () => {
    assert.is(map(source, destination, subject), result)
  })
}

test('a partition is FNV-1a of the chosen tokens, or of the whole subject', () => {
  const fnv1a = (text: string) =>
    [...text].reduce((hash, c) => Math.imul(hash ^ c.charCodeAt(0), 0x01000193) >>> 0, 0x811c9dc5)
  const name = fc.stringMatching(/^[\x21-\x2d\x2f-\xff]{1,8}$/)
  fc.assert(fc.property(name, name, fc.integer({ min: 1, max: 1000 }), (a, b, buckets) => {
    assert.is(map('s.*.*', `{{partition(${buckets},2, 1)}}`, `s.${a}.${b}`), `${fnv1a(b + a) % buckets}`)
    assert.is(map('s.*.*', `{{partition(${buckets})}}`, `s.${a}.${b}`), `${fnv1a(`s.${a}.${b}`) % buckets}`)
    assert.is(map('s', `{{partition(${buckets})}}`, 's'), `${fnv1a('s') % buckets}`)
  }))
})

test('random destinations say so, and reach every bucket', () => {
  const transform = make_transform('a.*', '$1.{{ Random(3) }}')
  assert.ok(transform.draws_lots && !make_transform('a.*', 'b.$1').draws_lots)
  const seen = new Set(Array.from({ length: 100 }, () => transform.map(['a', 'x'], random)))
  assert.equal([...seen].sort(), ['x.0', 'x.1', 'x.2'])
})

test('the identity leaves every subject as it is', () => {
  for (const [source, subject] of [['a.*.b.*', 'a.x.b.y'], ['*.>', 'a.b.c'], ['a', 'a']]) {
    assert.is(map(source, identity_destination(source), subject), subject)
  }
})

/** [source, destination, what is wrong] */
const faults: [string, string, string][] = [
  ['a.*', 'b.*', 'invalid subject'],
  ['a', 'b.>', 'invalid subject'],
  ['a.>', 'b', 'invalid subject'],
  ['a.>', 'b.>.c', 'invalid mapping destination: invalid transform in c'],
  ['a', 'b..c', 'invalid mapping destination: invalid transform'],
  ['a..b', 'c', 'invalid subject'],
  ['a', 'b c', 'invalid transform'],
  ['a.*', '$2', 'wildcard index out of range in $2: [2]'],
  ['a.*', '$0', 'wildcard index out of range'],
  ['a', '$1', 'wildcard index out of range'],
  ['a.>', '$1.>', 'wildcard index out of range'],
  ['a', '{{split(1,-)}}', 'wildcard index out of range'],
  ['a.*', '{{nope(1)}}', 'unknown function'],
  ['a.*', '{{left(1)}}', 'not enough arguments'],
  ['a.*', '{{toString()}}', 'unknown function'],
  ['a.*', '{{wildcard}}', 'unknown function'],
  ['a.*', '{{wildcard()}}', 'not enough arguments'],
  ['a.*', '{{wildcard(1,2)}}', 'too many arguments'],
  ['a.*', '{{splitfromleft(1)}}', 'not enough arguments'],
  ['a.*', '{{splitfromleft(1,x)}}', 'invalid or in the wrong format'],
  ['a.*', '{{partition(x)}}', 'invalid or in the wrong format'],
  ['a.*', '{{partition(3000000000)}}', 'invalid or in the wrong format'],
  ['a.*', '{{split(1, )}}', 'invalid or in the wrong format'],
]

for (const [source, destination, fault] of faults) {
  test(`${source} to ${destination}: ${fault}`, () => {
    const is_right = (error: Error) => error instanceof TransformError && error.message.includes(fault)
    assert.throws(() => make_transform(source, destination), is_right)
  })
}

test.run()
