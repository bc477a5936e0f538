// Boxes, against those of the official package.
import { createCurve, fromCurveSeed } from '@nats-io/nkeys'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { CurveKey, is_curve_key } from '../../src/auth/curve_box.ts'
import { suite } from '../harness.ts'

const test = suite('auth/curve_box')

test('what one seals the other opens, either way', () => {
  const theirs = createCurve(), ours = new CurveKey()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (message) => {
      assert.equal([...theirs.open(ours.seal(message, theirs.getPublicKey()), ours.public_key)!], [...message])
      assert.equal([...ours.open(theirs.seal(message, ours.public_key), theirs.getPublicKey())!], [...message])
    }),
    { numRuns: 60 },
  )
})

test('a key has the name that others give it', () => {
  assert.ok(is_curve_key(new CurveKey().public_key))
  for (const wrong of ['', 'X', 'UABC', new CurveKey().public_key.slice(0, -1) + 'A']) assert.not(is_curve_key(wrong))
  assert.type(fromCurveSeed, 'function')
})

test('what is not whole, or for somebody else, stays closed', () => {
  const ours = new CurveKey(), theirs = new CurveKey(), other = new CurveKey()
  const sealed = theirs.seal(new Uint8Array([1, 2, 3]), ours.public_key)
  assert.equal([...ours.open(sealed, theirs.public_key)!], [1, 2, 3])
  for (let i = 0; i < sealed.length; i++) {
    const broken = Uint8Array.from(sealed)
    broken[i] ^= 1
    assert.is(ours.open(broken, theirs.public_key), null, String(i))
    assert.is(ours.open(sealed.subarray(0, i), theirs.public_key), null)
  }
  assert.is(ours.open(sealed, other.public_key), null)
  assert.is(other.open(sealed, theirs.public_key), null)
  assert.is(ours.open(sealed, 'nobody'), null)
})

test.run()
