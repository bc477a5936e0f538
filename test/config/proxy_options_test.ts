import * as assert from 'uvu/assert'
import { Problems } from '../../src/config/problems.ts'
import { read_proxies } from '../../src/config/proxy_options.ts'
import { createAccount, createUser } from '../auth/jwt_rig.ts'
import { suite } from '../harness.ts'
import { line_of, value_of } from './config_rig.ts'

const test = suite('config/proxy_options')

function read(text: string) {
  const problems = new Problems()
  let keys: string[] = []
  line_of(() => keys = read_proxies(value_of(`proxies ${text}`), problems), problems)
  return { keys, errors: problems.errors.map((line) => line.replace(/^f:\d+:\d+: /, '')) }
}

test('keys of anybody may be trusted', () => {
  const [a, b] = [createUser().getPublicKey(), createAccount().getPublicKey()]
  assert.equal(read(`{ trusted: [ { key: ${a} }, { public_key: ${b} } ] }`), { keys: [a, b], errors: [] })
  assert.equal(read('{ trusted: [ {} ] }'), { keys: [''], errors: [] })
})

test('mistakes are told', () => {
  const cases: [text: string, fault: string][] = [
    ['x', 'expected proxies to be a map/struct, got string'],
    ['{ trusted: x }', "expected proxies' trusted field to be an array, got string"],
    ['{ trusted: [ x ] }', "expected proxies' trusted entry to be a map/struct, got string"],
    ['{ trusted: [ { key: x } ] }', 'invalid proxy key "x"'],
    ['{ truste: [] }', 'unknown field "truste"; did you mean "trusted"?'],
  ]
  for (const [text, fault] of cases) assert.equal(read(text).errors, [fault])
})

test.run()
