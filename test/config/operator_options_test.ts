// operator, trusted_keys, resolver and resolver_preload.
import * as assert from 'uvu/assert'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OperatorReader } from '../../src/config/operator_options.ts'
import { Problems } from '../../src/config/problems.ts'
import { account_token, createAccount, createOperator, createUser, token, user_token } from '../auth/jwt_rig.ts'
import { suite } from '../harness.ts'
import { value_of } from './config_rig.ts'

const test = suite('config/operator_options')

const operator = createOperator(), signer = createOperator(), account = createAccount(), system = createAccount()
const operator_token = (nats: Record<string, unknown> = {}) => token('operator', operator, operator, nats)
const preload = (...accounts: [string, string][]) =>
  `{ ${accounts.map(([key, jwt]) => `${key}: "${jwt}"`).join(', ')} }`

/** `fields`: what the file says, by the names of the reader's methods. */
function read(fields: Partial<Record<'operator' | 'trusted_keys' | 'resolver' | 'preload' | 'pinned', string>>) {
  const problems = new Problems(), reader = new OperatorReader(problems)
  for (const [name, text] of Object.entries(fields)) reader[name as keyof typeof fields](value_of(`x: ${text}`))
  const options = reader.options()
  const bare = (lines: string[]) => lines.map((line) => line.replace(/^f:\d+:\d+: /, ''))
  return { options, errors: bare(problems.errors), refusals: bare(problems.refusals), notices: problems.notices }
}

test('without an operator there is none', () => {
  assert.equal(read({ resolver: 'MEMORY' }), { options: null, errors: [], refusals: [], notices: [] })
  assert.match(
    read({ preload: preload([account.getPublicKey(), account_token(operator, account)]) }).refusals[0],
    'needs an operator',
  )
})

test('its keys are trusted, and the accounts that they signed are there', () => {
  const nats = { signing_keys: [signer.getPublicKey()], system_account: system.getPublicKey() }
  const { options, errors, notices } = read({
    operator: `"${operator_token(nats)}"`,
    resolver: 'mem',
    preload: preload(
      [system.getPublicKey(), account_token(operator, system)],
      [account.getPublicKey(), account_token(signer, account)],
    ),
    pinned: `[${account.getPublicKey()}]`,
  })
  assert.equal([errors, notices], [[], []])
  assert.equal(options?.trusted_keys, [operator.getPublicKey(), signer.getPublicKey()])
  assert.equal(options?.accounts.map(({ claims }) => claims.key), [system.getPublicKey(), account.getPublicKey()])
  assert.equal([options?.system_account, options?.strict_signing_keys], [system.getPublicKey(), false])
  assert.equal(options?.pinned_accounts, [account.getPublicKey()])
})

test('an account that somebody else has signed is left out', () => {
  const { options, notices } = read({
    operator: `"${operator_token()}"`,
    preload: preload([account.getPublicKey(), account_token(createOperator(), account)]),
  })
  assert.equal(options?.accounts, [])
  assert.match(notices[0], /is not signed by a trusted key and is left out/)
})

test('under strict rules only signing keys sign accounts', () => {
  const strict = { strict_signing_key_usage: true, signing_keys: [signer.getPublicKey()] }
  assert.equal(read({ operator: `"${operator_token(strict)}"` }).options?.trusted_keys, [signer.getPublicKey()])
})

test('an operator may be a file, with what the tools write around it', () => {
  const file = join(tmpdir(), `operator-${process.pid}.jwt`)
  writeFileSync(file, `-----BEGIN NATS OPERATOR JWT-----\n${operator_token()}\n------END NATS OPERATOR JWT------\n`)
  assert.equal(read({ operator: `"${file}"` }).options?.trusted_keys, [operator.getPublicKey()])
  assert.equal(read({ operator: '"/no/such/file"' }).errors, [
    'error parsing operator JWT: open /no/such/file: no such file or directory',
  ])
})

test('trusted keys alone are enough', () => {
  assert.equal(read({ trusted_keys: `[${operator.getPublicKey()}]` }).options?.trusted_keys, [operator.getPublicKey()])
  assert.match(read({ trusted_keys: `[${account.getPublicKey()}]` }).errors[0], 'to be a valid public operator nkey')
})

test('what is no operator, no account or no resolver of ours is refused', () => {
  assert.match(read({ operator: `"${user_token(account, createUser())}"` }).errors[0], 'not operator claim')
  assert.match(read({ operator: `"${operator_token().slice(0, -8)}AAAAAAAA"` }).errors[0], 'failed V2 signature')
  assert.throws(() => read({ operator: '5' }), 'error parsing operators: unsupported type int64')
  assert.throws(() => read({ resolver: 'NONE' }), 'error parsing account resolver, should be MEM')
  assert.throws(() => read({ preload: '5' }), 'preload should be a map')
  const other = createAccount()
  const wrong = read({ preload: preload([other.getPublicKey(), account_token(operator, account)]) })
  assert.match(wrong.refusals[0], 'invalid account JWT')
  assert.equal(read({ preload: '{ A: 5, B: x }' }).errors, [
    'preload map value should be a string JWT',
    'invalid account JWT',
  ])
})

test.run()
