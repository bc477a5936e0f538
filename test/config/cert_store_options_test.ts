import * as assert from 'uvu/assert'
import { check_store_field } from '../../src/config/cert_store_options.ts'
import { Problems } from '../../src/config/problems.ts'
import { suite } from '../harness.ts'
import { line_of, value_of } from './config_rig.ts'

const test = suite('config/cert_store_options')

const check = (key: Parameters<typeof check_store_field>[0], text: string) => {
  const problems = new Problems()
  const line = line_of(() => check_store_field(key, value_of(`k: ${text}`), problems), problems)
  return line === '' ? problems.notices.length : line
}

test('there is no such store here, which is said of every word about it', () => {
  for (const [key, text] of [['cert_match_by', 'Subject'], ['cert_match', 'x'], ['ca_certs_match', '[a]']] as const) {
    assert.is(check(key, text), 1, key)
  }
  assert.is(check('cert_match_skip_invalid', 'true'), 1)
  assert.match(String(check('cert_store', 'WindowsCurrentUser')), 'not compatible with current operating system')
})

test('words that nobody knows are refused', () => {
  assert.match(String(check('cert_store', 'x')), 'cert store type not implemented')
  assert.match(String(check('cert_match_by', 'x')), 'cert match by type not implemented')
  assert.match(String(check('cert_match', '""')), "expected 'cert_match' to be a valid non-empty string")
  assert.match(String(check('cert_match_skip_invalid', '1')), "expected 'cert_match_skip_invalid' to be a boolean")
})

test.run()
