import * as assert from 'uvu/assert'
import { AuthReader, default_authorization } from '../../src/config/auth_options.ts'
import { Problems } from '../../src/config/problems.ts'
import { make_user } from '../auth/nkeys.ts'
import { suite } from '../harness.ts'
import { value_of } from './config_rig.ts'

const test = suite('config/auth_options')

function read(authorization: string, accounts = '{}') {
  const problems = new Problems()
  const auth = new AuthReader(problems)
  const into = default_authorization()
  problems.collect(value_of('a = 1').position, () => auth.authorization(value_of(`a = ${authorization}`), into))
  const list = auth.accounts(value_of(`a = ${accounts}`))
  auth.check(into, list)
  return { into, list, errors: problems.errors.map((line) => line.replace(/^f:\d+:\d+: /, '')) }
}

test('users of the block are of the global account, those of accounts of theirs', () => {
  const { into, list, errors } = read(
    '{ users: [{user: a, pass: x}] }',
    '{ A { users: [{username: b, password: y, clients: [mqtt]}], limits { max_subs: 3 } } }',
  )
  assert.equal([errors, into.defined], [[], true])
  assert.equal(into.users, [{ user: 'a', password: 'x', nkey: '', account: '$G' }])
  assert.equal(list[0].users, [{
    user: 'b',
    password: 'y',
    nkey: '',
    account: 'A',
    allowed_connection_types: ['MQTT'],
  }])
  assert.equal(list[0].limits, { max_connections: -1, max_subscriptions: 3, max_payload: -1 })
})

test('a name is given once, over all blocks', () => {
  assert.equal(read('{ users: [{user: a}] }', '{ A { users: [{user: a}] } }').errors, ['Duplicate user "a" detected'])
})

test('a user comes with a password, which may be a hash, or with a key', () => {
  const { public: key } = make_user()
  const [keyed, hashed] = read(`{ users: [{nkey: ${key}}, {user: a, pass: "$2a$04$x"}] }`).into.users
  assert.equal(keyed, { user: '', password: '', nkey: key, account: '$G' })
  assert.is(hashed.password, '$2a$04$x')
  const errors = (user: string) => read(`{ users: [${user}] }`).errors
  assert.equal(errors('{nkey: UABC}'), ['Not a valid public nkey for a user'])
  assert.equal(errors(`{nkey: ${key}, user: a}`), ['Nkey users do not take usernames or passwords'])
  assert.equal(errors('{pass: a}'), ['User entry requires a user'])
  assert.equal(errors(`{nkey: ${key}}, {nkey: ${key}}`), [`Duplicate nkey "${key}" detected`])
})

test('permissions of a block are those of its users that have none', () => {
  const { into, list, errors } = read(
    '{ default_permissions { publish: d }, users: [{user: a, permissions { sub: "s q" }}, {user: b}] }',
    '{ A { users: [{user: c}, {user: d, permission {}}], default_permissions { publish: e, allow_responses: true } } }',
  )
  assert.equal(errors, [])
  const permissions = [...into.users, ...list[0].users].map((user) => user.permissions)
  assert.equal(permissions, [
    { subscribe: { allow: ['s q'] } },
    { publish: { allow: ['d'] } },
    { publish: { allow: ['e'] }, responses: { max: 1, expires_ms: 120_000 } },
    {},
  ])
})

test('a single user does not go together with accounts that have users', () => {
  assert.equal(read('{ user: a, pass: b }', '{ A { users: [{user: c}] } }').errors, [
    'Can not have a single user/pass and accounts',
  ])
  assert.equal(read('{ user: a, pass: b }', '{ A {} }').errors, [])
  assert.equal(read('{ token: t }', '{ A { users: [{user: c}] } }').errors, ['Can not have a token and accounts'])
})

test('one bad user does not hide the others', () => {
  const { into, errors } = read('{ users: [{pass: x}, 5, {user: ok}] }')
  assert.equal(into.users.map((user) => user.user), ['ok'])
  assert.is(errors.length, 2)
})

test('accounts that ask for JetStream are known, and their own keys are checked', () => {
  const problems = new Problems()
  const auth = new AuthReader(problems)
  auth.accounts(value_of('a = { A { jetstream: enabled, nkey: x }, B { jetstream: false } }'))
  assert.equal([...auth.jetstream_accounts], ['A'])
  assert.match(problems.errors.join(), 'Not a valid public nkey for an account: "x"')
  assert.is(problems.notices.length, 1)
})

test('the single user may have to come by a proxy', () => {
  assert.is(read('{ user: a, password: b, proxy_required: true }').into.proxy_required, true)
  assert.is(read('{ user: a, password: b, proxy_required: false }').into.proxy_required, undefined)
})

test.run()
