import * as assert from 'uvu/assert'
import { read_block } from '../../src/config/block.ts'
import { Problems } from '../../src/config/problems.ts'
import { unserved_fields } from '../../src/config/unserved_options.ts'
import { suite } from '../harness.ts'
import { entries_of } from './config_rig.ts'

const test = suite('config/unserved_options')

function read(text: string) {
  const problems = new Problems()
  const block = { table: {}, target: {}, listen: {}, special: unserved_fields(problems) }
  read_block(entries_of(text), block, problems)
  const bare = (lines: string[]) => lines.map((line) => line.replace(/^f:\d+:\d+: /, ''))
  return [bare(problems.errors), problems.notices.length, problems.refusals.length]
}

test('what would be missed by nobody is noticed', () => {
  for (const text of ['feature_flags { a: true }', 'prof_block_rate: 5', 'no_sublist_cache: true', 'ocsp: true']) {
    assert.equal(read(text), [[], 1, 0], text)
  }
})

test('what somebody would rely on is refused at start', () => {
  for (const text of ['resolver_tls {}', 'ocsp { mode: must }']) assert.equal(read(text), [[], 0, 1], text)
})

test('what is off is neither', () => {
  for (
    const text of [
      'feature_flags {}',
      'prof_block_rate: 0',
      'no_sublist_cache: false',
      'ocsp: false',
      'ocsp_cache: off',
    ]
  ) {
    assert.equal(read(text), [[], 0, 0], text)
  }
})

test('types are checked', () => {
  assert.equal(read('feature_flags: 5')[0], ['error parsing feature flags: unsupported type int64'])
  assert.equal(read('feature_flags { a: 5 }')[0], ['error parsing feature flag "a": expected bool, got int64'])
  assert.equal(read('prof_block_rate: x')[0], ['interface conversion: interface {} is string, not int64'])
})

test.run()
