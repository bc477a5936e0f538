import * as assert from 'uvu/assert'
import { read_permissions } from '../../src/config/permission_options.ts'
import { Problems } from '../../src/config/problems.ts'
import { suite } from '../harness.ts'
import { line_of, value_of } from './config_rig.ts'

const test = suite('config/permission_options')

function read(text: string) {
  const problems = new Problems()
  const { publish, subscribe, responses } = read_permissions(value_of(`p ${text}`), problems)
  const errors = problems.errors.map((line) => line.replace(/^f:\d+:\d+: /, ''))
  return { publish, subscribe, responses, errors }
}

test('a subject, several, or what is allowed and what is denied', () => {
  assert.equal(read('{ import: "a.>", export: [b, "c.*"] }'), {
    publish: { allow: ['a.>'] },
    subscribe: { allow: ['b', 'c.*'] },
    responses: undefined,
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

test('responses are permitted once and for two minutes, unless the block says otherwise', () => {
  const responses = (text: string) => read(`{ allow_responses: ${text} }`).responses
  assert.equal(responses('true'), { max: 1, expires_ms: 120_000 })
  assert.equal(responses('{ max: 5, ttl: "10s" }'), { max: 5, expires_ms: 10_000 })
  assert.equal(responses('{ max_msgs: 0, expires: "0s" }'), { max: 1, expires_ms: 120_000 })
  assert.equal(responses('{ max_responses: -1, expiration: "-1s" }'), { max: -1, expires_ms: -1000 })
  assert.is(responses('false'), undefined)
  assert.ok(read('{ publish_allow_responses: {} }').responses)
  const error = (text: string) => read(`{ allow_responses: ${text} }`).errors
  assert.equal(error('5'), ['error parsing response permissions, expected a boolean or a map'])
  assert.equal(error('{ expires: 5 }'), ['error parsing expires, not a duration string'])
  assert.match(error('{ expires: "x" }')[0], 'error parsing expires: ')
  assert.equal(error('{ foo: 1 }'), ['Unknown field "foo" parsing permissions'])
})

test('a queue may stand behind what is subscribed to, where users are permitted', () => {
  assert.equal(read('{ sub: ["a.> q.*", b], pub: c }').subscribe, { allow: ['a.> q.*', 'b'] })
  assert.equal(read('{ sub: "a b c" }').errors, ['subject "a b c" is not a valid subject'])
  assert.equal(read('{ sub: "a..b q" }').errors, ['subject "a..b" is not a valid subject'])
  assert.equal(read('{ sub: "a q..r" }').errors, ['queue "q..r" is not a valid queue'])
  assert.equal(read('{ pub: "a q" }').errors, ['subject "a q" is not a valid subject'])
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
