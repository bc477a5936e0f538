// Patterns of imports: from local to remote names and back, and what two patterns have in common.
import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { ImportPattern, intersection, is_within } from '../../src/auth/import_pattern.ts'
import { TransformError } from '../../src/auth/transform.ts'
import { suite } from '../harness.ts'

const test = suite('auth/import_pattern')

const tokens = (subject: string) => subject.split('.')

/** [remote pattern, local pattern, remote subject, local subject] */
const rows: [string, string, string, string][] = [
  ['foo', 'bar', 'foo', 'bar'],
  ['s.>', 'p.s.>', 's.x.y', 'p.s.x.y'],
  ['s.>', 'local.>', 's.x', 'local.x'],
  ['>', 'p.>', 'a.b', 'p.a.b'],
  ['s.*.*', 't.$2.$1', 's.one.two', 't.two.one'],
  ['s.*.*', 't.{{wildcard(2)}}.x.{{ Wildcard(1) }}', 's.one.two', 't.two.x.one'],
  ['q.*', 'local.*', 'q.x', 'local.x'],
  ['*.a.*.>', '*.*.b.>', '1.a.2.3.4', '1.2.b.3.4'],
]

for (const [remote, local, remote_subject, local_subject] of rows) {
  test(`${remote_subject} of ${remote} is ${local_subject} of ${local}`, () => {
    const pattern = new ImportPattern(remote, local)
    assert.is(pattern.to_local(tokens(remote_subject)), local_subject)
    assert.is(pattern.to_remote(tokens(local_subject)), remote_subject)
  })
}

test('patterns are translated like subjects', () => {
  assert.is(new ImportPattern('s.*.*', 't.$2.$1').to_remote(['t', '*', 'x']), 's.x.*')
  assert.is(new ImportPattern('s.>', 'p.>').to_remote(['p', '*', '>']), 's.*.>')
})

test('all wildcards are used, and no others', () => {
  const is_fault = (error: Error) => error instanceof TransformError
  for (const [remote, local] of [['a.*', 'b'], ['a.*', '$2'], ['a.*', '$0'], ['a', '*'], ['a.>', 'b'], ['a', 'b.>']]) {
    assert.throws(() => new ImportPattern(remote, local), is_fault, `${remote} ${local}`)
  }
})

test('what patterns have in common', () => {
  const common = (a: string, b: string) => intersection(tokens(a), tokens(b))?.join('.') ?? ''
  for (
    const [a, b, both] of [
      ['a.b', 'a.b', 'a.b'],
      ['a.*', '*.b', 'a.b'],
      ['a.>', '*.b.c', 'a.b.c'],
      ['>', 'a.*', 'a.*'],
      ['a.*.c', 'a.>', 'a.*.c'],
      ['a.>', '>', 'a.>'],
      ['a', 'b', ''],
      ['a', 'a.b', ''],
      ['a.>', 'a', ''],
    ]
  ) assert.equal([common(a, b), common(b, a)], [both, both], `${a} ${b}`)
})

const token = fc.constantFrom('a', 'b', '*')
const pattern_of = fc.tuple(fc.array(token, { minLength: 1, maxLength: 3 }), fc.boolean()).map(([list, open]) =>
  open ? [...list, '>'] : list
)
const subject_of = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 5 })

test('a subject is in the intersection if it is in both', () => {
  fc.assert(fc.property(pattern_of, pattern_of, subject_of, (a, b, subject) => {
    const both = intersection(a, b)
    assert.is(both !== null && is_within(subject, both), is_within(subject, a) && is_within(subject, b))
  }))
})

test('a pattern is within another if all its subjects are', () => {
  fc.assert(fc.property(pattern_of, pattern_of, subject_of, (inner, outer, subject) => {
    if (is_within(inner, outer) && is_within(subject, inner)) assert.ok(is_within(subject, outer))
  }))
  assert.not(is_within(['a', '>'], ['a', '*']))
  assert.not(is_within(['*'], ['a']))
})

test.run()
