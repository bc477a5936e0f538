import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { latin1_bytes } from '../../src/base/bytes.ts'
import { type FieldTable, json_text, read_fields } from '../../src/wire/json_fields.ts'

const test = suite('wire/json_fields')

const TABLE: FieldTable = new Map([['a', 'text'], ['b', 'int32'], ['c', 'texts'], ['d', 'flag']])

test('json_text reads UTF-8 out of shared memory', () => {
  const bytes = new Uint8Array(new SharedArrayBuffer(8), 1, 6)
  bytes.set(latin1_bytes('x"\xC3\xA9"x'))
  assert.is(json_text(bytes, 1, 5), '"é"')
})

test('int32 is bounded as in Go', () => {
  assert.equal(read_fields('{"b":2147483647}', TABLE), { b: 2147483647 })
  assert.equal(read_fields('{"b":-2147483648}', TABLE), { b: -2147483648 })
  assert.is(read_fields('{"b":2147483648}', TABLE), null)
})

test('a null in a list of texts is an empty text', () => {
  assert.equal(read_fields('{"c":["x",null]}', TABLE), { c: ['x', ''] })
})

test('whatever JSON.stringify writes beside them, known fields are found', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.integer({ min: -1000, max: 1000 }),
      fc.array(fc.string()),
      fc.jsonValue(),
      (a, b, c, x) => {
        for (const indent of [0, 1]) {
          const text = JSON.stringify({ x, a, y: [x, { a: x }], b, z: x, c, d: true }, null, indent)
          assert.equal(read_fields(text, TABLE), { a, b, c, d: true })
        }
      },
    ),
  )
})

test('any text is answered, with fields or with null', () => {
  const piece = fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', 'a', '1', 'null', ' ', '"a":"b"')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const fields = read_fields(pieces.join(''), TABLE)
      assert.ok(fields === null || typeof fields === 'object')
    }),
    { numRuns: 2000 },
  )
})

test.run()
