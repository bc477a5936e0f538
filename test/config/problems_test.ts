import * as assert from 'uvu/assert'
import { FieldError, go_type, position_text, Problems, type_error, UnknownField } from '../../src/config/problems.ts'
import { ValueError } from '../../src/config/values.ts'
import { suite } from '../harness.ts'
import { value_of } from './config_rig.ts'

const test = suite('config/problems')

test('lines are kept by kind, with their place in front', () => {
  const problems = new Problems()
  const { position } = value_of('a = 1')
  const at = position_text(position)
  assert.match(at, /^f:1:\d+$/)
  problems.error(position, 'e')
  problems.warning(position, 'w')
  problems.notice(position, 'n')
  problems.invalid_use(position, 'field', 'odd')
  assert.equal(problems.errors, [`${at}: e`])
  assert.equal(problems.warnings, [`${at}: w`, `${at}: invalid use of field "field": odd`])
  assert.equal(problems.notices, [`${at}: n`])
})

test('what is thrown about a value becomes a line; anything else goes on', () => {
  const problems = new Problems()
  const { position } = value_of('a = 1'), other = value_of('\n\n  b = 2').position
  assert.is(problems.collect(position, () => 5), 5)
  problems.collect(position, () => {
    throw new ValueError('bad value')
  })
  problems.collect(position, () => {
    throw new FieldError(other, 'bad field')
  })
  assert.equal(problems.errors, [`${position_text(position)}: bad value`, `${position_text(other)}: bad field`])
  assert.throws(() =>
    problems.collect(position, () => {
      throw new TypeError('our own mistake')
    }), 'our own mistake')
})

test('what there could have been in the place of an unknown field is kept', () => {
  const problems = new Problems()
  const { position } = value_of('prot = 1')
  problems.collect(position, () => {
    throw new UnknownField(position, 'unknown field "prot"', 'prot', ['port'])
  })
  const line = `${position_text(position)}: unknown field "prot"; did you mean "port"?`
  assert.equal(problems.errors, [line])
  problems.of_unserved_block().passed_over(problems.unknown[0])
  assert.equal(problems.unknown.map(({ field, known, meant }) => [field, known, meant]), [
    ['prot', ['port'], 'port'],
    ['prot', ['port'], 'port'],
  ])
  problems.passed_over(new UnknownField(position, 'unknown field "far"', 'far', ['port']))
  assert.equal(problems.notices, [`${position_text(position)}: unknown field "far"`])
})

test('types are named as Go names them', () => {
  const types = ['a = 1', 'a = x', 'a = true', 'a = 1.5', 'a = [1]', 'a = { b: 1 }'].map((text) =>
    go_type(value_of(text))
  )
  assert.equal(types, ['int64', 'string', 'bool', 'float64', '[]interface {}', 'map[string]interface {}'])
  assert.is(
    type_error(value_of('a = 1'), 'string').message,
    'interface conversion: interface {} is int64, not string',
  )
})

test.run()
