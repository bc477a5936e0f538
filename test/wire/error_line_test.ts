import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { latin1_text } from '../../src/base/bytes.ts'
import { error_line } from '../../src/wire/error_line.ts'

const test = suite('wire/error_line')

test('an error line quotes its text and escapes nothing', () => {
  assert.is(latin1_text(error_line('Invalid Subject')), "-ERR 'Invalid Subject'\r\n")
  assert.is(latin1_text(error_line('to "a\'\xFF"')), "-ERR 'to \"a'\xFF\"'\r\n")
})

test.run()
