import * as assert from 'uvu/assert'
import { check_secrets } from '../../src/review/check_secrets.ts'
import { finding_line } from '../../src/review/finding.ts'
import { suite } from '../harness.ts'
import { judged } from './review_rig.ts'

const test = suite('review/check_secrets')

const lines = (text: string | null, argv: string[] = []) => check_secrets(judged(text, argv)).map(finding_line)
const HASH = '"$2a$11$abc"'
const ADVICE = 'put bcrypt hashes in their place, or let users have nkeys'

test('hashes and keys are no finding', () => {
  assert.equal(lines(`authorization { user: a, password: ${HASH} }`), [])
  assert.equal(lines(`accounts { A { users: [ { user: a, password: ${HASH} } ] } }`), [])
})

test('plain passwords are warned about once for each block', () => {
  assert.equal(lines('authorization {\nuser: a\npassword: b }'), [
    `warning  f:3:1: the password of clients is plain text; ${ADVICE}`,
  ])
  assert.equal(lines(null, ['--auth', 't']), [
    `warning  flag --auth: the token of clients is plain text, and whoever lists the processes sees it; ${ADVICE}`,
  ])
  const users = `[ { user: a, password: b }, { user: c, password: d }, { user: e, password: ${HASH} } ]`
  assert.equal(lines(`authorization {\nusers: ${users} }`), [
    `warning  f:2:1: the passwords of 2 users are plain text; ${ADVICE}`,
  ])
  assert.equal(lines('accounts {\nA { users: [ { user: a, password: b } ] }\nB { users: [ { user: c } ] } }'), [
    `warning  f:1:0: the password of a user is plain text; ${ADVICE}`,
  ])
})

test('the password of monitoring is one, too', () => {
  assert.equal(lines('http_password: b'), [`warning  f:1:0: the password of monitoring is plain text; ${ADVICE}`])
})

test('monitoring is for whoever can reach it', () => {
  const first = (text: string, argv: string[] = []) => lines(text, argv)[0] ?? ''
  assert.is(
    first('http: 8222'),
    'warning  f:1:0: monitoring on 0.0.0.0:8222 has no login and answers whoever can reach this machine; ' +
      'ask for a user (http_user, http_password), or let it listen on 127.0.0.1',
  )
  assert.match(first('http: "93.184.216.34:1"'), /^warning/)
  assert.match(first('http: "[2001:db8::1]:1"'), /^warning.*on \[2001:db8::1\]:1 has/)
  assert.match(first('http: "192.168.1.1:1"'), /^note.*answers everybody in its network/)
  assert.match(first('http: "[fd00::1]:1"'), /^note/)
  assert.match(first('', ['-m', '-1']), /^warning {2}flag -m: /)
  assert.match(first('https: 1'), /^warning/)
  for (
    const inside of [
      'http: 1\nhttp_user: a\nhttp_password: "$2a$11$abc"',
      'http: "127.0.0.1:1"',
      'http: "[::1]:1"',
      'host: 127.0.0.1\nhttp: 1',
      'port: 1',
    ]
  ) {
    assert.is(first(inside), '', inside)
  }
})

test.run()
