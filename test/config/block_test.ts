import * as assert from 'uvu/assert'
import { type Block, read_block, refuse_start, write_timeout } from '../../src/config/block.ts'
import { Problems } from '../../src/config/problems.ts'
import { count, integer, row, text } from '../../src/config/rows.ts'
import { suite } from '../harness.ts'
import { entries_of, value_of } from './config_rig.ts'

const test = suite('config/block')

function read(file: string, more: Partial<Block> = {}) {
  const target: Record<string, unknown> = {}
  const problems = new Problems()
  const special: string[] = []
  const set = read_block(entries_of(file), {
    table: {
      size: row(7, count, 'size length'),
      name: row('', text, 'name'),
      host: row('', text, ''),
      port: row(0, integer, ''),
    },
    target,
    listen: { listen: ['host', 'port'] },
    special: { 'odd strange': (_value, key) => void special.push(key) },
    harmless: ['length'],
    ...more,
  }, problems)
  return { target, problems, special, set: [...set] }
}

test('keys of the table are read under all their names, in any case', () => {
  assert.equal(read('size: 5\nNAME: x').target, { size: 5, name: 'x' })
  assert.equal(read('Length: 6').set, ['size'])
})

test('where zero stands for the default it is the default that is set', () => {
  assert.equal(read('size: 0'), { ...read('size: 7') })
})

test('an address sets host and port, a bare port leaves the host', () => {
  assert.equal(read('listen: "h:5"').target, { host: 'h', port: 5 })
  assert.equal(read('listen: 6').target, { port: 6 })
  assert.match(read('listen: true').problems.errors[0], 'expected port or host:port, got bool')
})

test('special fields are read by their own readers', () => {
  assert.equal(read('odd: 1\nstrange: 2').special, ['odd', 'strange'])
})

test('what has no effect is noticed, by the name that is harmless', () => {
  assert.equal(read('length: 5').problems.notices, ['f:1:0: "length" is not served by this version and has no effect'])
  assert.equal(read('size: 5').problems.notices, [])
  const problems = new Problems()
  refuse_start('a', value_of('a: 1'), problems, 'do b')
  assert.equal([problems.errors, problems.refusals], [[], ['f:1:0: "a" is not served by this version: do b']])
})

test('a field that nobody knows may have been meant as one of the block', () => {
  const hint = (file: string) => read(file).problems.errors[0]
  assert.match(hint('legnth: 5'), /: unknown field "legnth"; did you mean "length"\?$/)
  assert.match(hint('strnage: 5'), '"strange"?')
  assert.match(hint('elephant: 5'), /unknown field "elephant"$/)
  const { unknown } = read('elephant: 1').problems
  assert.equal(unknown.map(({ known }) => known), [['size', 'length', 'name', 'listen', 'odd', 'strange']])
})

test('ignored keys are left alone, and one bad field does not hide the next', () => {
  assert.equal(read('tls: { a: b }', { ignored: ['tls'] }).problems.errors, [])
  const { problems, target } = read('size: x\nname: 5\nlength: 3')
  assert.equal([problems.errors.length, target], [2, { size: 3 }])
})

test('of the modes of write_timeout those that are served pass without a word', () => {
  const problems = new Problems()
  write_timeout(value_of('w = close'), 'w', problems, ['default', 'close'])
  assert.is(problems.notices.length, 0)
  write_timeout(value_of('w = retry'), 'w', problems, ['default', 'close'])
  assert.is(problems.notices.length, 1)
  assert.throws(() => write_timeout(value_of('w = never'), 'w', problems, []), 'write_timeout must be')
})

test.run()
