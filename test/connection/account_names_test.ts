import * as assert from 'uvu/assert'
import { latin1_bytes } from '../../src/base/bytes.ts'
import { AccountNames } from '../../src/connection/account_names.ts'
import { suite } from '../harness.ts'

const test = suite('connection/account_names')

test('names are found by their bytes, whatever was asked for before, and unknown ones are not', () => {
  const names = new AccountNames(new Map([['$G', 0], ['A', 1], ['AB', 2], ['\xe9', 3]]))
  const find = (name: string) => names.find(latin1_bytes(`xx${name} y`), 2, 2 + name.length)
  const asked = ['$G', '$G', 'A', 'AB', 'A', 'B', 'B', '', '\xe9', '$G', 'AC', 'AB']
  assert.equal(asked.map(find), [0, 0, 1, 2, 1, -1, -1, -1, 3, 0, -1, 2])
})

test('the name of the line before is remembered although its buffer is filled anew', () => {
  const names = new AccountNames(new Map([['AA', 1], ['BB', 2]]))
  const buffer = Buffer.from('AA')
  assert.is(names.find(buffer, 0, 2), 1)
  buffer.write('BB')
  assert.is(names.find(buffer, 0, 2), 2)
})

test('an empty name that was never asked for is no account', () => {
  assert.is(new AccountNames(new Map([['$G', 0]])).find(new Uint8Array(3), 1, 1), -1)
})

test.run()
