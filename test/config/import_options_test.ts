// exports and imports of accounts, as the file has them.
import * as assert from 'uvu/assert'
import { AuthReader } from '../../src/config/auth_options.ts'
import { default_options } from '../../src/config/options.ts'
import { Problems } from '../../src/config/problems.ts'
import { suite } from '../harness.ts'
import { value_of } from './config_rig.ts'

const test = suite('config/import_options')

function read(text: string) {
  const problems = new Problems()
  const reader = new AuthReader(problems)
  const accounts = reader.accounts(value_of(`accounts { ${text} }`))
  reader.check(default_options().authorization, accounts)
  return {
    accounts,
    errors: problems.errors.map((line) => line.replace(/^f:\d+:\d+: /, '')),
    notices: problems.notices,
  }
}

/** What is wrong with an import by B of what A exports. */
const fault = (exports: string, imports: string) =>
  read(`A { exports: [ ${exports} ] }, B { imports: [ ${imports} ] }`).errors.join('; ')

test('everything is read', () => {
  const { accounts, errors, notices } = read(`
    A { exports: [ { stream: "s.>" }, { service: "q.*", accounts: [B], response_type: Chunked, threshold: "5s", latency: l } ] }
    B { imports: [ { stream: { account: A, subject: "s.x" }, prefix: p }
                   { service: { account: A, subject: "q.*" }, to: "l.$1", share: true } ] }`)
  assert.equal(errors, [])
  const rest = { response_type: 'single', response_threshold_ms: 120_000, account_token_position: 0 }
  assert.equal(accounts[0].exports, [
    { kind: 'stream', subject: 's.>', ...rest },
    {
      kind: 'service',
      subject: 'q.*',
      ...rest,
      accounts: ['B'],
      response_type: 'chunked',
      response_threshold_ms: 5000,
      latency: { subject: 'l', sampling: 100 },
    },
  ])
  assert.equal(accounts[1].imports, [
    { kind: 'stream', account: 'A', subject: 's.x', local: 'p.s.x', share: false },
    { kind: 'service', account: 'A', subject: 'q.*', local: 'l.$1', share: true },
  ])
  assert.equal(notices, [])
})

const faults: [exports: string, imports: string, fault: RegExp][] = [
  ['', '{ stream: { account: C, subject: s } }', /^"C" account not defined for stream import$/],
  ['', '{ service: { account: A, subject: s } }', /^Error adding service import "s": service import not authorized$/],
  ['{ stream: s, accounts: [C] }', '{ stream: { account: A, subject: s } }', /stream import not authorized$/],
  ['{ stream: "s.*" }', '{ stream: { account: A, subject: "s.*" }, to: x }', /not using all of the token wildcard/],
  ['{ stream: s }', '{ stream: { account: A, subject: s }, prefix: "a.*" }', /^stream import prefix can not contain/],
  ['{ stream: s }', '{ stream: { account: A, subject: s }, to: "a..b" }', /^"a\.\.b" is not a valid subject$/],
  ['{ stream: "a..b" }', '', /^"a\.\.b" is not a valid subject$/],
  ['{ stream: a, service: b }', '', /^Detected service "b" but already saw a stream$/],
  ['{ accounts: [B] }', '', /^Export needs a stream or a service$/],
  ['{ service: a, response_type: many }', '', /^Unknown response type: "many"$/],
  ['{ service: "a.b", account_token_position: 2 }', '', /^account token position 2 is no "\*"/],
  ['{ service: a, latency: { subject: l, sampling: headers } }', '', /^latency sampling "headers" is not served/],
  ['{ service: a, latency: { sampling: 50 } }', '', /^"" is not a valid subject$/],
  ['5', '', /^Export Items should be a map with type entry, got int64$/],
  ['', '{ to: x }', /^Import needs a stream or a service$/],
  ['', '{ stream: s }', /^Stream entry should be an account map, got string$/],
  ['', '{ service: { account: A } }', /^Expect an account name and a subject$/],
  ['{ strem: a }', '', /^unknown field "strem"/],
]

for (const [exports, imports, expected] of faults) {
  test(`refused: ${exports} ${imports}`, () => assert.match(fault(exports, imports), expected))
}

test('lists are lists', () => {
  assert.match(
    read('A { exports: 5, imports: {} }').errors.join(),
    /Exports should be an array.*Imports should be an array/,
  )
})

test.run()
