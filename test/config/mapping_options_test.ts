// The block mappings { }.
import * as assert from 'uvu/assert'
import { read_mappings } from '../../src/config/mapping_options.ts'
import { Problems } from '../../src/config/problems.ts'
import { suite } from '../harness.ts'
import { value_of } from './config_rig.ts'

const test = suite('config/mapping_options')

function read(text: string) {
  const problems = new Problems()
  const mappings = read_mappings(value_of(`mappings ${text}`), problems)
  return { mappings, errors: problems.errors.map((line) => line.replace(/^f:\d+:\d+: /, '')) }
}

test('a subject, one destination, or several', () => {
  const { mappings, errors } = read(`{
    a: b, "c.*": { dest: "d.$1", weight: 20% }
    e: [ { destination: f, weight: 30 }, { dest: g, weight: "40", cluster: EAST } ]
  }`)
  assert.equal(errors, [])
  assert.equal(mappings, [
    { source: 'a', destinations: [{ subject: 'b', weight: 100 }] },
    { source: 'c.*', destinations: [{ subject: 'd.$1', weight: 20 }] },
    { source: 'e', destinations: [{ subject: 'f', weight: 30 }, { subject: 'g', weight: 40, cluster: 'EAST' }] },
  ])
})

const faults: [string, RegExp][] = [
  ['{ "a..b": c }', /^Subject "a\.\.b" is not a valid subject$/],
  ['{ a: 5 }', /^Expected an entry for the mapping destination$/],
  ['{ a: { dest: b } }', /^Missing weight for mapping destination "b"$/],
  ['{ a: { dest: b, weight: 120 } }', /^Invalid weight 120 for mapping destination$/],
  ['{ a: { dest: b, weight: "x%" } }', /^Invalid weight "x" for mapping destination$/],
  ['{ a: { dest: b, weight: true } }', /^Unknown entry type for weight of true$/],
  ['{ a: { dest: b, wait: 1 } }', /^Unknown field "wait" for mapping destination$/],
  ['{ "a.*": "b.$2" }', /^Error adding mapping for "a\.\*" to "b\.\$2" : invalid mapping destination: wildcard index/],
  ['{ a: [ { dest: b, weight: 60 }, { dest: c, weight: 60 } ] }', /^Error adding mapping for "a" : total weight/],
]

for (const [text, fault] of faults) {
  test(`refused: ${text}`, () => {
    const { mappings, errors } = read(text)
    assert.is(errors.length, 1)
    assert.match(errors[0], fault)
    assert.equal(mappings.filter(({ source }) => source !== 'a' && source !== 'a.*'), [])
  })
}

test('the block is a map', () => {
  assert.throws(() => read('5'), 'Expected a map of subject mappings, got int64')
})

test.run()
