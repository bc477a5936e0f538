import { deepStrictEqual } from 'node:assert'
import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { object_entries } from '../../src/config/object_entries.ts'
import type { Value } from '../../src/config/parser.ts'
import { position_text } from '../../src/config/problems.ts'
import { suite } from '../harness.ts'

const test = suite('config/object_entries')

/** Back to what was given. */
function plain(value: Value): unknown {
  if (value.kind === 'int') return Number(value.value)
  if (value.kind === 'array') return value.value.map(plain)
  if (value.kind === 'map') return Object.fromEntries([...value.value].map(([name, each]) => [name, plain(each)]))
  return value.value
}

test('whatever is configured has its kind and its path', () => {
  const entries = object_entries({ a: 'x', b: { c: [1, { d: true }], e: 1.5 }, f: 7n }, 'configuration')
  const b = entries.get('b')!
  assert.is(b.kind, 'map')
  const c = b.kind === 'map' && b.value.get('c')!
  const item = c && c.kind === 'array' && c.value[1]
  assert.is(item && position_text(item.position), 'configuration.b.c[1]')
  assert.equal([...entries.values()].map(({ kind }) => kind), ['string', 'map', 'int'])
  assert.equal(plain(b), { c: [1, { d: true }], e: 1.5 })
})

test('fields that are undefined or null are not there', () => {
  assert.equal([...object_entries({ a: undefined, b: null, c: 0 }, 'x').keys()], ['c'])
})

test('what can not be configured is refused with its path', () => {
  const cases: [object, RegExp][] = [
    [{ a: () => 1 }, /^x\.a: a function can not be configured; texts, numbers/],
    [{ a: { b: [Symbol('s')] } }, /^x\.a\.b\[0\]: a symbol can not/],
    [{ a: NaN }, /^x\.a: NaN is no number/],
    [{ a: [1, undefined] }, /^x\.a\[1\]: there is nothing$/],
  ]
  for (const [given, text] of cases) assert.throws(() => object_entries(given, 'x'), text)
})

test('objects of plain values go there and back', () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  )
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(leaf, fc.array(tie('tree')), fc.dictionary(fc.string({ minLength: 1 }), tie('tree'))),
  }))
  fc.assert(fc.property(tree, (given) => {
    const entry = object_entries({ given: given as object }, 'x').get('given')!
    // There is one zero among whole numbers, as in JSON. uvu's equal compares the field `constructor` by identity, and fields may
    // have any name here.
    deepStrictEqual(plain(entry), JSON.parse(JSON.stringify(given)))
  }))
})

test.run()
