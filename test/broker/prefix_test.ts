import * as assert from 'uvu/assert'
import { latin1_text } from '../../src/base/bytes.ts'
import { Prefix } from '../../src/broker/prefix.ts'
import { suite } from '../harness.ts'

const test = suite('broker/prefix')

test('a prefix of any length is written at any place, with at most 3 bytes behind it overwritten', () => {
  for (let length = 0; length <= 20; length++) {
    const text = 'MSG \xe9a.subject 1234 '.slice(0, length)
    const prefix = new Prefix(text)
    assert.equal([prefix.length, latin1_text(prefix.bytes)], [length, text])
    for (let offset = 0; offset < 5; offset++) {
      const bytes = new Uint8Array(40).fill(35)
      assert.is(prefix.write(new DataView(bytes.buffer), offset), offset + length)
      assert.is(latin1_text(bytes, 0, offset + length), '#'.repeat(offset) + text)
      assert.is(latin1_text(bytes, offset + length + 3), '#'.repeat(40 - offset - length - 3))
    }
  }
})

test.run()
