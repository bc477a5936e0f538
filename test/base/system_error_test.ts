import * as assert from 'uvu/assert'
import { system_error_code, system_error_text } from '../../src/base/system_error.ts'
import { suite } from '../harness.ts'

const test = suite('base/system_error')

test('known codes have the words of Go, others those of the runtime', () => {
  const error = (code: string) => Object.assign(new Error(`${code}: of the runtime`), { code })
  assert.is(system_error_text(error('EADDRINUSE')), 'address already in use')
  assert.is(system_error_text(error('EWEIRD')), 'EWEIRD: of the runtime')
  assert.is(system_error_text('text'), 'text')
  assert.equal([system_error_code(error('ENOENT')), system_error_code(new Error()), system_error_code(null)], [
    'ENOENT',
    '',
    '',
  ])
})

test.run()
