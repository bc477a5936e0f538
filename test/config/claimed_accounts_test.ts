// Accounts of an operator as accounts of the configuration; what can not be is left out and said.
import * as assert from 'uvu/assert'
import { read_account } from '../../src/auth/account_claims.ts'
import { read_jwt } from '../../src/auth/jwt.ts'
import { claimed_accounts } from '../../src/config/claimed_accounts.ts'
import { account_token, createAccount, createOperator, NOW_S, token } from '../auth/jwt_rig.ts'
import { suite } from '../harness.ts'

const test = suite('config/claimed_accounts')

const operator = createOperator(), exporter = createAccount(), importer = createAccount()
const key = exporter.getPublicKey()

function make(
  exports: Record<string, unknown>[],
  imports: Record<string, unknown>[],
  more: Record<string, unknown> = {},
) {
  const said: string[] = []
  const claimed = [
    account_token(operator, exporter, { exports }),
    account_token(operator, importer, { imports, ...more }),
  ]
  const accounts = claimed_accounts(
    claimed.map((jwt) => read_account(read_jwt(jwt)!)),
    NOW_S,
    (text) => said.push(text),
  )
  return { imports: accounts[1].imports?.map(({ subject }) => subject), mappings: accounts[1].mappings, accounts, said }
}

test('accounts are called by their keys and have what they claim', () => {
  const { accounts, imports, said } = make([{ subject: 's.>', type: 'stream' }], [{
    subject: 's.x',
    type: 'stream',
    account: key,
  }])
  assert.equal([accounts.map(({ name }) => name), imports, said], [[key, importer.getPublicKey()], ['s.x'], []])
})

test('an import that nobody gives is left out', () => {
  const unknown = createAccount().getPublicKey()
  const { imports, said } = make([{ subject: 's', type: 'stream' }], [
    { subject: 's', type: 'service', account: key },
    { subject: 's', type: 'stream', account: unknown },
    { subject: 's', type: 'stream', account: key, local_subject: 'a.$1' },
    { subject: 's', type: 'stream', account: key },
  ])
  assert.equal(imports, ['s'])
  assert.match(said[0], 'service import "s": service import not authorized')
  assert.match(said[1], `account ${unknown} is not loaded`)
  assert.match(said[2], 'wildcard index out of range')
})

test('who has to show an activation shows one', () => {
  const exports = [{ subject: 'q', type: 'service', token_req: true }]
  const wanted = { subject: 'q', type: 'service', account: key }
  assert.match(make(exports, [wanted]).said[0], 'no valid activation')
  const activation = token('activation', exporter, importer, { subject: 'q', kind: 'service' })
  assert.equal(make(exports, [{ ...wanted, token: activation }]).imports, ['q'])
})

test('a mapping that can not be is left out', () => {
  const { mappings, said } = make([], [], { mappings: { a: [{ subject: 'b' }], c: [{ subject: 'd.*' }] } })
  assert.equal(mappings?.map(({ source }) => source), ['a'])
  assert.match(said[0], 'mapping of "c": invalid subject')
})

test.run()
