import * as assert from 'uvu/assert'
import { read_account_jetstream, read_jetstream } from '../../src/config/jetstream_options.ts'
import { Problems } from '../../src/config/problems.ts'
import { suite } from '../harness.ts'
import { value_of } from './config_rig.ts'

const test = suite('config/jetstream_options')

function read(text: string) {
  const problems = new Problems()
  const dirs: string[] = []
  const value = value_of(`jetstream ${text}`)
  const facts = problems.collect(value.position, () => {
    return read_jetstream(value, problems, (entry) => void dirs.push(String(entry.value)))
  })
  return { facts, dirs, errors: problems.errors.map((line) => line.replace(/^f:\d+:\d+: /, '')) }
}

test('it is on or off, by a word or by a block', () => {
  const is_on = (text: string) => read(text).facts?.enabled
  assert.equal(['enabled', 'true', '{}', 'Disable', 'off', '{ enabled: false }'].map(is_on), [
    ...[true, true, true, false, false, false],
  ])
})

test('what other fields have to go together with is read', () => {
  const { facts, dirs, errors } = read(
    '{ store_dir: d, domain: hub, extension_hint: x, max_outstanding_catchup: "2K" }',
  )
  assert.equal([errors, dirs], [[], ['d']])
  assert.equal(facts, { enabled: true, domain: 'hub', extension_hint: 'x', max_catchup: 2048 })
})

test('mistakes are told', () => {
  const cases: [text: string, fault: string][] = [
    ['sometimes', "Expected 'enabled' or 'disabled' for string value, got 'sometimes'"],
    ['5', 'Expected map, bool or string to define JetStream, got int64'],
    ['{ max_mem: "5X" }', 'max_mem_store sizes defined as strings must end in K, M, G, T'],
    ['{ max_file: "XG" }', 'max_file_store strconv.ParseInt: parsing "X": invalid syntax'],
    ['{ max_buffered_size: true }', 'max_buffered_size must be int64 or string'],
    ['{ cipher: rot13 }', 'Unknown cipher type: "rot13"'],
    ['{ meta_compact: -1 }', 'Expected an absolute size for "meta_compact", got -1'],
    ['{ max_concurrent_io: 3 }', 'Expected an absolute size for "max_concurrent_io" between 4 and 8192, got 3'],
    ['{ limits { max_ha_asset: 1 } }', 'unknown field "max_ha_asset"; did you mean "max_ha_assets"?'],
    ['{ limits { batch { max_msg: 1 } } }', 'unknown field "max_msg"; did you mean "max_msgs"?'],
    ['{ tpm: 5 }', 'Expected a map to define JetStreamLimits, got int64'],
    ['{ sync: x }', 'error parsing sync: time: invalid duration "x"'],
  ]
  for (const [text, fault] of cases) assert.equal(read(text).errors, [fault])
  assert.equal(read('{ sync: always, max_mem: "", limits { duplicate_window: "1m" } }').errors, [])
})

test('an account asks for it by a word or by its limits', () => {
  const asks = (text: string, problems = new Problems()) =>
    read_account_jetstream(value_of(`jetstream ${text}`), problems)
  assert.equal(['enabled', 'false', '{ max_mem: 5, cluster_traffic: owner }'].map((text) => asks(text)), [
    true,
    false,
    true,
  ])
  const problems = new Problems()
  asks('{ max_store: x, max_bytes: 5, cluster_traffic: other }', problems)
  assert.match(
    problems.errors.join(),
    /Expected a parseable size.*Expected a parseable bool.*'system' or 'owner' string/,
  )
})

test.run()
