// Subjects of scopes, filled for a user.
import * as assert from 'uvu/assert'
import { fill_template, is_filled_subject } from '../../src/auth/scope_template.ts'
import { suite } from '../harness.ts'

const test = suite('auth/scope_template')

const user = {
  ...{ name: 'bob', subject: 'UB', tags: ['dept:x', 'Dept:y', 'team:1'] },
  ...{ account_name: 'acc', account_subject: 'AC', account_tags: ['region:eu'] },
}

test('what stands for the user is put in', () => {
  for (
    const [template, filled] of [
      ['a.b', ['a.b']],
      ['n.{{name()}}.{{ Subject( ) }}', ['n.bob.UB']],
      ['{{account-name()}}.{{account-subject()}}.{{account-tag(region)}}', ['acc.AC.eu']],
      ['t.{{tag(dept)}}', ['t.x', 't.y']],
      ['{{tag(dept)}}.{{tag(team)}}.{{tag(DEPT)}}', ['x.1.x', 'x.1.y', 'y.1.x', 'y.1.y']],
      ['t.{{tag(none)}}', []],
    ] as const
  ) assert.equal(fill_template(template, user), [...filled], template)
})

test('what a user is called is not filled again', () => {
  assert.equal(fill_template('n.{{name()}}', { ...user, name: '{{name()}}' }), ['n.{{name()}}'])
})

test('an unknown function, or too many subjects, is none', () => {
  assert.is(fill_template('{{nope()}}', user), null)
  const tags = Array.from({ length: 100 }, (_, i) => `a:${i}`)
  assert.is(fill_template('{{tag(a)}}.{{tag(a)}}', { ...user, tags }), null)
})

test('what comes out has to be a subject', () => {
  for (const right of ['a', 'a.*', 'a.>']) assert.ok(is_filled_subject(right))
  for (const wrong of ['', 'a.', 'a..b', 'a b', '>.a', 'n.{{name()}}']) assert.not(is_filled_subject(wrong), wrong)
})

test.run()
