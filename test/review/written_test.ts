import * as assert from 'uvu/assert'
import { parse_duration_ms } from '../../src/config/values.ts'
import { boolean, count, duration, integer, row, tags, text, tokens } from '../../src/config/rows.ts'
import { DEFAULT } from '../../src/review/place.ts'
import { duration_value, option_setting } from '../../src/review/written.ts'
import { suite } from '../harness.ts'

const test = suite('review/written')

test('a duration is written so that it means the same', () => {
  for (const ms of [0, 1, 0.5, 1e-6, 1500, 120_000, 3_600_001, 1234.567891, 124.56700000000001, -250, 86_400_000]) {
    const value = duration_value(ms)
    assert.type(value, 'string')
    assert.is(parse_duration_ms(String(value)), ms, String(value))
  }
  assert.is(duration_value(120_000), '2m0s')
  // Nobody can say it as a text: whoever did said seconds.
  assert.is(duration_value(9e18), 9e15)
})

const body = (name: string, option: ReturnType<typeof row<any>>, value: unknown, note?: string) =>
  option_setting(name, option, value, DEFAULT, note).body

test('options are written under their first key, by the kind of their value', () => {
  assert.equal(option_setting('a_ms', row(5, duration, 'a b'), 2000, DEFAULT), {
    ...{ key: 'a', body: { kind: 'one', value: '2s' }, place: DEFAULT },
  })
  assert.equal(body('a', row('', text, 'a'), 'x'), { kind: 'one', value: 'x' })
  assert.equal(body('a', row(false, boolean, 'a'), true), { kind: 'one', value: true })
  assert.equal(body('a', row([], tags, 'a'), ['x']), { kind: 'row', values: ['x'] })
})

test('what a file can not say is left unsaid', () => {
  assert.equal(body('a', row(0, tokens, 'a'), 0, 'no limit'), { kind: 'unsaid', note: 'no limit' })
  assert.equal(body('a', row(undefined, integer, 'a'), undefined), { kind: 'unsaid', note: 'undefined' })
  // Zero stands for the default, so the default may be written as it is, and zero is what was meant.
  assert.equal(body('a', row(7, count, 'a'), 7), { kind: 'one', value: 7 })
  assert.equal(body('a', row(7, count, 'a'), 0), { kind: 'unsaid', note: '0' })
})

test.run()
