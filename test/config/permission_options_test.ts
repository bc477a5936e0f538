import * as assert from 'uvu/assert'
import { read_permissions } from '../../src/config/permission_options.ts'
import { Problems } from '../../src/config/problems.ts'
import { suite } from '../harness.ts'
import { line_of, value_of } from './config_rig.ts'

const test = suite('config/permission_options')

function read(text: string) {
  const problems = new Problems()
  const { publish, subscribe, allow_responses } = read_permissions(value_of(`p ${text}`), problems)
  const errors = problems.errors.map((line) => line.replace(/^f:\d+:\d+: /, ''))
  return { publish, subscribe, responses: allow_responses !== undefined, errors }
}

test('a subject, several, or what is allowed and what is denied', () => {
  assert.equal(read('{ import: "a.>", export: [b, "c.*"] }'), {
    publish: { allow: ['a.>'] },
    subscribe: { allow: ['b', 'c.*'] },
    responses: false,
    errors: [],
  })
  const { publish, subscribe } = read('{ PUBLISH: { allow: a, Deny: [b, c] }, sub: { deny: d } }')
  assert.equal([publish, subscribe], [{ allow: ['a'], deny: ['b', 'c'] }, { deny: ['d'] }])
})

test('an empty list says nothing, and of two names of one field the later one counts', () => {
  const { publish, subscribe } = read('{ import: [], export: { allow: [], deny: x } }')
  assert.equal([publish, subscribe], [{}, { deny: ['x'] }])
  assert.is(read('{ import: a, pub: {} }').publish, undefined)
})

test('dynamic responses are told of, unless they are switched off', () => {
  assert.ok(read('{ allow_responses: true }').responses)
  assert.ok(read('{ publish_allow_responses: { max: 5 } }').responses)
  assert.not(read('{ allow_responses: false }').responses)
})

test('what is none is said in the words of nats-server', () => {
  const rows: [text: string, error: string][] = [
    ['{ foo: b }', 'Unknown field "foo" parsing permissions'],
    [
      '{ import: { allow: a, foo: b } }',
      "Unknown field name \"foo\" parsing subject permissions, only 'allow' or 'deny' are permitted",
    ],
    ['{ import: 5 }', 'Expected subject permissions to be a subject, or array of subjects, got int64'],
    ['{ import: { deny: true } }', 'Expected subject permissions to be a subject, or array of subjects, got bool'],
    ['{ import: [a, true] }', 'Subject in permissions array cannot be cast to string'],
    ['{ import: "a..b" }', 'subject "a..b" is not a valid subject'],
    ['{ import: ["a queue"] }', 'subject "a queue" is not a valid subject'],
    ['{ import: "" }', 'subject "" is not a valid subject'],
  ]
  for (const [text, error] of rows) assert.equal(read(text).errors, [error])
  assert.match(line_of(() => read_permissions(value_of('p: y'), new Problems())), 'to be a map/struct, got y')
})

test.run()
