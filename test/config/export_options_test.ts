// exports of accounts, as the file has them. What a whole file with them is read into: import_options_test.ts.
import * as assert from 'uvu/assert'
import { check_export, read_exports } from '../../src/config/export_options.ts'
import { Problems } from '../../src/config/problems.ts'
import { suite } from '../harness.ts'
import { line_of, value_of } from './config_rig.ts'

const test = suite('config/export_options')

function read(items: string) {
  const problems = new Problems()
  const exports = read_exports(value_of(`exports = [ ${items} ]`), problems)
  const accounts = [{ name: 'A' }, { name: 'B' }]
  for (const placed of exports) problems.collect(placed.position, () => check_export(placed, accounts))
  const errors = problems.errors.map((line) => line.replace(/^f:\d+:\d+: /, ''))
  return { exports: exports.map(({ item }) => item), errors, notices: problems.notices }
}

test('names of fields and of kinds of responses have other forms', () => {
  const { exports, errors } = read(`
    { service: a, response: chunk, response_time: "1s" }, { service: b, response_type: singleton, response_max_time: "2s" }
    { service: c, threshold: "0s" }`)
  assert.equal(errors, [])
  assert.equal(exports.map(({ response_type, response_threshold_ms: ms }) => [response_type, ms]), [
    ['chunked', 1000],
    ['single', 2000],
    ['single', 120_000],
  ])
})

test('requests are measured by lot, or if their headers say so', () => {
  const sampling = (said: string) =>
    read(`{ service: a, latency: { subject: l, sampling: ${said} } }`).exports[0].latency?.sampling
  assert.equal(['5', '"50%"', 'headers', 'Headers'].map(sampling), [5, 50, 0, 0])
})

const faults: [item: string, fault: RegExp][] = [
  ['5', /^Export Items should be a map with type entry, got int64$/],
  ['{ stream: 5 }', /^Expected stream name to be string, got int64$/],
  ['{ stream: a, service: b }', /^Detected service "b" but already saw a stream$/],
  ['{ service: a, response_type: many }', /^Unknown response type: "many"$/],
  ['{ service: a, response_type: stream, response: single }', /^Duplicate response type definition$/],
  ['{ stream: a, response: single }', /^Detected response directive on non-service$/],
  ['{ stream: a, latency: l }', /^Detected latency directive on non-service$/],
  ['{ stream: a, allow_trace: true }', /^Detected allow_trace directive on non-service$/],
  ['{ service: a, threshold: 5 }', /^Expected response threshold to be a parseable time duration, got int64$/],
  ['{ service: a, accounts: B }', /^interface conversion: interface \{\} is string, not \[\]interface \{\}$/],
  ['{ service: a, accounts: [C] }', /^"C" account not defined for service export$/],
  ['{ service: "a.b", account_token_position: 2 }', /^Error adding service export "a.b": sublist: invalid subject$/],
  ['{ service: a, latency: { sampling: 50 } }', /^Latency subject required, but missing$/],
  ['{ service: a, latency: { subject: l, sampling: 0 } }', /^bad sampling percentage, should be 1-100$/],
  ['{ service: a, latency: { subject: l, sampling: x } }', /^Failed to parse latency sample: strconv.Atoi/],
  ['{ service: a, latency: "l.*" }', /on subject "l.\*": invalid publish subject$/],
  ['{ service: a, latency: l, response: stream }', /on subject "l": bad service response type$/],
]

for (const [item, expected] of faults) {
  test(`refused: ${item}`, () => assert.match(read(item).errors.join('; '), expected))
}

test('an export of nothing, and one that nobody can import, are told of', () => {
  for (const item of ['{ accounts: [B] }', '{ stream: "a..b" }']) {
    const { errors, notices } = read(item)
    assert.equal([errors, notices.length], [[], 1], item)
  }
})

test('a list is a list', () => {
  assert.match(line_of(() => read_exports(value_of('e = 5'), new Problems())), 'Exports should be an array, got int64')
})

test.run()
