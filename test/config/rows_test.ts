import * as assert from 'uvu/assert'
import { CLIENT_WORKERS_MAX } from '../../src/base/limits.ts'
import { Problems } from '../../src/config/problems.ts'
import * as rows from '../../src/config/rows.ts'
import { suite } from '../harness.ts'
import { line_of, value_of } from './config_rig.ts'

const test = suite('config/rows')

const read = <T>(kind: rows.Kind<T>, value: string, problems = new Problems()): T =>
  kind.read(value_of(`k = ${value}`), 'k', problems)
const refused = (kind: rows.Kind<any>, value: string) => line_of(() => read(kind, value)).replace(/^f:1:\d+: /, '')

test('a row has its names split, and defaults are fresh objects', () => {
  const table = {
    list: rows.row<string[]>(['a'], rows.tags, 'list lists', 'l list', 'help'),
    size: rows.row(1, rows.count, ''),
  }
  assert.equal([table.list.keys, table.list.flags, table.size.keys], [['list', 'lists'], ['l', 'list'], []])
  const first = rows.defaults(table)
  first.list.push('b')
  assert.equal(rows.defaults(table), { list: ['a'], size: 1 })
})

test('single values have their type', () => {
  assert.equal([read(rows.text, 'abc'), read(rows.integer, '5'), read(rows.boolean, 'yes')], ['abc', 5, true])
  assert.is(refused(rows.text, '5'), 'interface conversion: interface {} is int64, not string')
  assert.is(refused(rows.integer, 'abc'), 'interface conversion: interface {} is string, not int64')
  assert.is(refused(rows.boolean, '1'), 'interface conversion: interface {} is int64, not bool')
})

test('durations are texts; a bare number counts as seconds, with a warning', () => {
  const problems = new Problems()
  assert.is(read(rows.duration, '"1m"', problems), 60_000)
  assert.is(problems.warnings.length, 0)
  assert.is(read(rows.duration, '7', problems), 7000)
  assert.match(problems.warnings[0], 'should be converted to a duration')
  assert.is(refused(rows.duration, '"x"'), 'error parsing k: time: invalid duration "x"')
})

test('limits are kept', () => {
  assert.is(read(rows.int32, '2147483647'), 2147483647)
  assert.is(refused(rows.int32, '2147483648'), 'k value is too big')
  assert.equal([read(rows.connections, '0'), read(rows.connections, '5')], [-1, 5])
  assert.equal([read(rows.tokens, '255'), refused(rows.tokens, '256')], [255, 'k value is too big'])
  assert.is(refused(rows.tokens, '0'), 'k value can not be negative')
  assert.is(read(rows.lame_duck_duration, '"30s"'), 30_000)
  assert.match(refused(rows.lame_duck_duration, '"29s"'), 'minimum is 30 seconds')
  assert.match(refused(rows.lame_duck_grace, '"-1s"'), 'needs to be positive')
  assert.equal([read(rows.threads, '0'), read(rows.threads, String(CLIENT_WORKERS_MAX))], [0, CLIENT_WORKERS_MAX])
  for (const threads of ['-1', String(CLIENT_WORKERS_MAX + 1)]) {
    assert.match(refused(rows.threads, threads), 'must be between')
  }
})

test('what names of metrics begin with is a name', () => {
  for (const prefix of ['nats', '_x', 'a:b9']) assert.is(read(rows.metric_prefix, prefix), prefix)
  for (const prefix of ['""', '"9a"', '"a-b"', '"ä"']) {
    assert.match(refused(rows.metric_prefix, prefix), 'must be a name')
  }
})

test('paths, tags and maps of texts are brought into their form', () => {
  const paths = ['""', '"a"', '"/a//b/./c/../d/"', '"../.."'].map((path) => read(rows.base_path, path))
  assert.equal(paths, ['/', '/a', '/a/b/d', '/'])
  assert.equal(read(rows.tags, '[A, a, " b "]'), ['a', 'b'])
  assert.equal(read(rows.tags, 'X'), ['x'])
  assert.equal(read(rows.texts, '{ a: x, b: "y" }'), { a: 'x', b: 'y' })
  assert.match(refused(rows.texts, '[a]'), 'unsupported type')
  assert.match(refused(rows.tags, '5'), 'unsupported type int64')
})

test('one of a few words is one of them', () => {
  const kind = rows.choice('on', 'off')
  assert.is(read(kind, '"off"'), 'off')
  assert.is(refused(kind, '"up"'), 'k must be "on" or "off", got "up"')
  assert.throws(() => kind.from_flag!('up', 'flag'), 'flag must be "on" or "off", got "up"')
  assert.equal([read(rows.boolean_or_auto, 'auto'), read(rows.boolean_or_auto, 'false')], ['auto', false])
  assert.match(refused(rows.boolean_or_auto, '"maybe"'), 'must be "auto"')
})

test.run()
