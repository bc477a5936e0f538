import * as assert from 'uvu/assert'
import { Problems } from '../../src/config/problems.ts'
import { read_user } from '../../src/config/user_options.ts'
import { make_user } from '../auth/nkeys.ts'
import { suite } from '../harness.ts'
import { value_of } from './config_rig.ts'

const test = suite('config/user_options')

function read(text: string) {
  const problems = new Problems()
  const value = value_of(`user ${text}`)
  const user = problems.collect(value.position, () => read_user(value, 'A', problems))
  return { user, errors: problems.errors.map((line) => line.replace(/^f:\d+:\d+: /, '')) }
}

test('a user has a name and a password, or a key', () => {
  const { public: nkey } = make_user()
  assert.equal(read('{ username: a, pass: b, clients: mqtt }').user, {
    ...{ user: 'a', password: 'b', nkey: '', account: 'A', allowed_connection_types: ['MQTT'] },
  })
  assert.equal(read(`{ nkey: ${nkey} }`).user, { user: '', password: '', nkey, account: 'A' })
})

test('mistakes are told', () => {
  const { public: nkey } = make_user()
  const cases: [text: string, fault: string][] = [
    ['x', 'Expected user entry to be a map/struct, got x'],
    ['{ pass: b }', 'User entry requires a user'],
    ['{ nkey: x }', 'Not a valid public nkey for a user'],
    [`{ nkey: ${nkey}, pass: b }`, 'Nkey users do not take usernames or passwords'],
    ['{ user: a, clients: [x] }', 'invalid connection types ["X"]'],
    ['{ usr: a }', 'unknown field "usr"; did you mean "user"?'],
  ]
  for (const [text, fault] of cases) assert.equal(read(text).errors, [fault])
})

test('a user may have to come by a proxy', () => {
  assert.equal(['true', 'false'].map((text) => read(`{ user: a, proxy_required: ${text} }`).user?.proxy_required), [
    true,
    undefined,
  ])
})

test.run()
