// imports of accounts, as the file has them.
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
    refusals: problems.refusals,
  }
}

/** What is wrong with an import by B of what A exports. */
const fault = (exports: string, imports: string) =>
  read(`A { exports: [ ${exports} ] }, B { imports: [ ${imports} ] }`).errors.join('; ')

test('everything is read', () => {
  const { accounts, errors, notices } = read(`
    A { exports: [ { stream: "s.>" }, { service: "q.*", accounts: [B], response_type: Chunked, threshold: "5s" }, { service: r, latency: l } ] }
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
    },
    { kind: 'service', subject: 'r', ...rest, latency: { subject: 'l', sampling: 100 } },
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
  ['{ stream: s, accounts: [A] }', '{ stream: { account: A, subject: s } }', /stream import not authorized$/],
  ['{ stream: "s.*" }', '{ stream: { account: A, subject: "s.*" }, to: x }', /not using all of the token wildcard/],
  ['{ stream: s }', '{ stream: { account: A, subject: s }, prefix: "a.*" }', /: stream import prefix can not contain/],
  ['{ service: s }', '{ service: { account: A, subject: s }, to: "a..b" }', /sublist: invalid subject$/],
  ['{ stream: s }', '{ stream: { account: A, subject: s }, prefix: p, to: t }', /a 'prefix' and a 'to' property$/],
  ['', '5', /^Import Items should be a map with type entry, got int64$/],
  [
    '',
    '{ service: { account: A, subject: s }, stream: { account: A, subject: s } }',
    /^Detected stream but already saw/,
  ],
  [
    '',
    '{ service: { account: A, subject: s }, allow_trace: true }',
    /^Detected allow_trace directive on a non-stream$/,
  ],
  ['', '{ stream: s }', /^Stream entry should be an account map, got string$/],
  ['', '{ service: { account: A } }', /^Expect an account name and a subject$/],
  ['', '{ strem: a }', /^unknown field "strem"; did you mean "stream"\?$/],
]

for (const [exports, imports, expected] of faults) {
  test(`refused: ${exports} ${imports}`, () => assert.match(fault(exports, imports), expected))
}

test('the same import is there once', () => {
  const twice = (item: string) => fault('{ stream: s }, { service: s }', `${item}, ${item}`)
  assert.match(
    twice('{ stream: { account: A, subject: s } }'),
    /^Error adding stream import "s": stream import already exists$/,
  )
  assert.match(
    twice('{ service: { account: A, subject: s } }'),
    /^Duplicate service import subject "s", previously used/,
  )
})

test('of a circle the import is told of that closes it', () => {
  const one = (from: string) =>
    `{ exports: [ { service: s } ], imports: [ { service: { account: ${from}, subject: s } } ] }`
  assert.equal(read(`A ${one('B')}, B ${one('A')}`).errors, ['Error adding service import "s": import forms a cycle'])
})

test('what nats-server takes and nobody could use ends a start', () => {
  const { errors, refusals } = read(`A { exports: [ { stream: s } ] }, B { imports: [
    { stream: { account: A, subject: s }, to: "a..b" } ] }`)
  assert.equal(errors, [])
  assert.match(refusals[0], '"a..b" is no subject for it')
})

test('an import that says nothing is told of', () => {
  const { errors, notices } = read('B { imports: [ { to: x } ] }')
  assert.equal([errors, notices.length], [[], 1])
})

test('while something else is wrong imports are not judged', () => {
  assert.equal(
    fault('{ strem: a }', '{ stream: { account: A, subject: a } }'),
    'unknown field "strem"; did you mean "stream"?',
  )
})

test('lists are lists', () => {
  assert.match(
    read('A { exports: 5, imports: {} }').errors.join(),
    /Exports should be an array.*Imports should be an array/,
  )
})

test.run()
