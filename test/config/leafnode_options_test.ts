import * as assert from 'uvu/assert'
import { read_leafnodes } from '../../src/config/leafnode_options.ts'
import { Problems } from '../../src/config/problems.ts'
import { createUser } from '../auth/jwt_rig.ts'
import { suite } from '../harness.ts'
import { line_of, value_of } from './config_rig.ts'

const test = suite('config/leafnode_options')

function read(fields: string) {
  const problems = new Problems()
  const facts = read_leafnodes(value_of(`leafnodes { ${fields} }`), problems)
  return { facts, errors: problems.errors.map((line) => line.replace(/^f:\d+:\d+: /, '')) }
}

test('what other fields have to go together with is read', () => {
  const seed = new TextDecoder().decode(createUser().getSeed())
  const { facts, errors } = read(`port: 5, compression: true, authorization { users: [ { user: a, account: A } ] }
    remotes: [ { url: "nats://h:1", local: B, seed: ${seed} }, { urls: ["ws://h:1", "ws://i:1"], compression: off } ]`)
  assert.equal(errors, [])
  assert.equal([facts.port, facts.compression, facts.users], [5, 's2_auto', [{ user: 'a', account: 'A' }]])
  assert.equal(facts.remotes.map(({ urls, account, compression }) => [urls, account, compression]), [
    [['nats://h:1'], 'B', ''],
    [['ws://h:1', 'ws://i:1'], '', 'off'],
  ])
})

test('mistakes are told', () => {
  const remote = (fields: string) => `remotes: [ { url: "nats://h:1", ${fields} } ]`
  const cases: [fields: string, fault: string][] = [
    ['min_version: "2.7.0"', 'the minimum version should be at least 2.8.0'],
    ['min_version: v3', "invalid leafnode's minimum version: invalid semver"],
    ['remotes: 5', 'Expected remotes field to be an array, got int64'],
    ['authorization { nkey: x }', 'Not a valid public nkey for leafnode authorization'],
    ['authorization { user: a, users: [ { user: b } ] }', 'can not have a single user/pass and a users array'],
    [
      'authorization { timeout: x }',
      `error parsing leafnode authorization config, 'timeout' time: invalid duration "x"`,
    ],
    [remote('nkey: x'), 'Remote leafnode nkey is not a valid seed: "x"'],
    [remote('deny_imports: "a..b"'), 'subject "a..b" is not a valid subject'],
    [remote('jetstream_cluster_migrate: 5'), 'Expected boolean or map for jetstream_cluster_migrate, got int64'],
    [remote('acount: A'), 'unknown field "acount"; did you mean "account"?'],
    ['remotes: [ { url: "nats://h:1" }, { url: "nats://h:1" } ]', 'duplicate remote urls=["nats://h:1"], account="$G"'],
  ]
  for (const [fields, fault] of cases) assert.equal(read(fields).errors, [fault])
  assert.equal(read('remotes: [ x ]').errors, ['Expected remote leafnode entry to be a map/struct, got x'])
  assert.match(line_of(() => read_leafnodes(value_of('l: 5'), new Problems())), 'Expected map to define a leafnode')
})

test.run()
