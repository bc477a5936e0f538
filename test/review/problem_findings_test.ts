import * as assert from 'uvu/assert'
import { ValueError } from '../../src/config/values.ts'
import { finding_line } from '../../src/review/finding.ts'
import { problem_findings, thrown_finding } from '../../src/review/problem_findings.ts'
import { suite } from '../harness.ts'
import { raw_said } from './review_rig.ts'

const test = suite('review/problem_findings')

const lines = (text: string, argv: string[] = []) => problem_findings(raw_said(text, argv)).map(finding_line)
const thrown = (text: string) => {
  try {
    raw_said(text)
  } catch (error) {
    return finding_line(thrown_finding(error, 'f'))
  }
  return ''
}

test('of an unknown field it is said what may have been meant, in every block', () => {
  const cases: [text: string, meant: string][] = [
    ['prot: 1', 'port'],
    ['clster {}', 'cluster'],
    ['cluster { nme: x }', 'name'],
    ['cluster { authorization { usr: x } }', 'user'],
    ['websocket { orgins: x }', 'origins'],
    ['authorization { tokn: x }', 'token'],
    ['authorization { users: [ { user: a, passwrd: b } ] }', 'password'],
    ['accounts { A { user: [] } }', 'users'],
    ['accounts { A { limits { max_con: 1 } } }', 'max_conn'],
    ['accounts { A { exports: [ { strem: a } ] } }', 'stream'],
    ['accounts { A { msg_trace { dst: a } } }', 'dest'],
    ['authorization { users: [ { user: a, permissions { publsh: b } } ] }', 'publish'],
    ['authorization { users: [ { user: a, permissions { publish { alow: b } } } ] }', 'allow'],
    ['tls { cert_fil: x }', 'cert_file'],
    ['resolver { typ: full }', 'type'],
    ['mappings { a: { dst: b, weight: 1 } }', 'dest'],
  ]
  for (const [text, meant] of cases) {
    assert.ok(
      lines(text).some((line) => line.endsWith(`; did you mean "${meant}"?`)),
      `${text}: ${lines(text).join('\n')}`,
    )
  }
  assert.equal(lines('zebra: 1'), [
    'error    f:1:0: unknown field "zebra"; leave it out: docs/operations.md has all there are',
  ])
})

test('a value of the wrong kind is told in plain words', () => {
  assert.equal(lines('port: "x"\ndebug: 5\ncluster { routes: a }'), [
    'error    f:1:0: a text stands here, a whole number belongs here; correct it',
    'error    f:2:1: a whole number stands here, true or false belongs here; correct it',
    'error    f:3:11: a text stands here, a list belongs here; correct it',
  ])
})

test('warnings and notices are told, too', () => {
  assert.equal(
    lines('ping_interval: 2m\njetstream: true\nocsp { mode: must }\nresolver { type: cache, dir: d, lmit: 5 }', [
      '-js',
    ]),
    [
      'error    f:3:1: "ocsp: must" is not served by this version; certificates are not asked about; leave it out, and take ' +
      'revoked ones out of use yourself',
      'warning  f:1:0: invalid use of field "ping_interval": ping_interval should be converted to a duration; ' +
      'say it with a unit and in quotes, such as "2m"',
      'note     flags: "-js" is not served by this version and has no effect; leave it out, or do not count on it',
      'note     f:2:1: "jetstream" is not served by this version and has no effect; leave it out, or do not count on it',
      'note     f:4:33: unknown field "lmit" in resolver has no effect; did you mean "limit"?',
    ],
  )
  assert.equal(lines(''), [
    'warning  f: config has no values or is empty; correct it; a start goes on all the same, -t does not',
  ])
})

test('a file that is none is told with its line', () => {
  const end = 'correct it; what stands behind it was not read'
  assert.is(thrown('a: 1\nb "c'), `error    f:2: Parse error on line 2: 'Unexpected EOF.'; ${end}`)
  assert.match(thrown('x: $NONE'), /^error {4}f:1: variable reference for 'NONE' on line 1 can not be found; /)
  assert.is(finding_line(thrown_finding(new ValueError('no'), 'f')), 'error    f: no; correct it')
  assert.throws(() => thrown_finding(new TypeError('ours'), 'f'), 'ours')
})

test.run()
