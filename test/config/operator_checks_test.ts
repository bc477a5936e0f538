import * as assert from 'uvu/assert'
import { read_jwt } from '../../src/auth/jwt.ts'
import { operator_contradiction } from '../../src/config/operator_checks.ts'
import type { OperatorFacts } from '../../src/config/operator_options.ts'
import { default_options, type Options } from '../../src/config/options.ts'
import { createAccount, createOperator, createUser, token, user_token } from '../auth/jwt_rig.ts'
import { suite } from '../harness.ts'

const test = suite('config/operator_checks')

const key = createOperator(), system = createAccount().getPublicKey(), account = createAccount()
const operator = (nats = {}) => read_jwt(token('operator', key, key, nats))!
const FACTS: OperatorFacts = { operators: [], trusted_keys: [], pinned_accounts: [], sentinel: '', resolver: 'memory' }

const fault = (facts: Partial<OperatorFacts>, change: (options: Options) => void = () => {}, has_accounts = false) => {
  const options = default_options()
  change(options)
  const all = { ...FACTS, operators: [operator()], ...facts }
  return operator_contradiction(all, has_accounts, options)?.text ?? ''
}

test('an operator alone contradicts nothing, and without one there is nothing to contradict', () => {
  assert.is(fault({}), '')
  assert.is(fault({ operators: [], trusted_keys: ['x'] }, () => {}, true), '')
})

test('the file names nobody itself', () => {
  const user = { user: 'a', password: '', nkey: '', account: '$G' }
  assert.match(fault({}, () => {}, true), 'do not allow Accounts')
  assert.match(fault({}, ({ authorization }) => authorization.users.push(user)), 'do not allow users')
  assert.match(fault({}, (options) => options.no_auth_user = 'a'), 'not compatible with Trusted Operator')
  assert.match(fault({ trusted_keys: ['x'] }), "conflicting options for 'TrustedKeys'")
})

test('two of them need a resolver, and one that asks by NATS an account to do it with', () => {
  assert.match(fault({ operators: [operator(), operator()], resolver: null }), 'require an account resolver')
  assert.match(fault({ resolver: 'full' }), 'the system account needs to be specified')
  assert.is(fault({ resolver: 'full', operators: [operator({ system_account: system })] }), '')
})

test('system account, pinned accounts and version are what an operator can mean', () => {
  const operators = [operator({ system_account: system })]
  assert.match(fault({ operators }, (options) => options.system_account = 'A'), 'must be identical')
  assert.is(fault({ operators }, (options) => options.system_account = system), '')
  assert.match(fault({ pinned_accounts: ['x'] }), 'pinned account key "x" is not a valid')
  const version = (assert_server_version: string) => fault({ operators: [operator({ assert_server_version })] })
  assert.equal([version('2.9.0'), version('')], ['', ''])
  assert.match(version('99.0.0'), 'expected major version 99 > server major version 2')
  assert.match(version('2.999.0'), 'expected minor version 999')
  assert.match(version('2'), 'must be of the form <major>.<minor>.<update>')
})

test('a sentinel may come without a signature', () => {
  const user = createUser()
  assert.is(fault({ sentinel: user_token(account, user, { bearer_token: true }) }), '')
  assert.match(fault({ sentinel: user_token(account, user) }), 'must be a bearer token')
  assert.match(fault({ sentinel: 'x' }), 'JWT not valid')
  assert.match(fault({ operators: [], sentinel: 'x' }), 'requires operators and accounts')
})

test.run()
