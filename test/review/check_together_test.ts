import * as assert from 'uvu/assert'
import { check_together } from '../../src/review/check_together.ts'
import { finding_line } from '../../src/review/finding.ts'
import { suite } from '../harness.ts'
import { judged } from './review_rig.ts'

const test = suite('review/check_together')

const lines = (text: string | null, argv: string[] = []) => check_together(judged(text, argv)).map(finding_line)

test('options that contradict each other are told where they stand, all of them', () => {
  const text = 'max_pending: 10\nmax_payload: 20\nno_auth_user: x\ncluster {\n accounts: a\n pool_size: -1 }'
  assert.equal(lines(text).map((line) => line.split(';')[0]), [
    'error    f:2:1: max_payload (20) cannot be higher than max_pending (10)',
    'error    f:3:1: no_auth_user: "x" present, but users/nkeys are not defined',
    'error    f:6:2: pool_size cannot be negative if pinned accounts are specified',
  ])
  assert.match(lines('websocket {\n port: 1\n no_auth_user: x, no_tls: true }')[0], /^error {4}f:3:2: no_auth_user/)
  assert.match(lines('\nsystem_account: X')[0], /^error {4}f:2:1: error resolving system account: account missing/)
  assert.match(lines('\nleaf {\n remotes: [] }\ngateway { port: 5 }')[0], /^error {4}f:4:1: gateway has no name/)
  assert.match(lines('proxies { trusted: [ {} ] }')[0], /^error {4}f:1:0: proxy trusted key "" is invalid/)
  assert.match(lines(null, ['-n', 'a b'])[0], /^error {4}flag -n: server name cannot contain spaces/)
})

test('monitoring is with TLS or without', () => {
  assert.match(lines('http: 1\nhttps: 2')[0], /^error {4}f:2:1: monitoring is asked for with TLS and without; /)
  assert.match(lines('', ['-ms', '2'])[0], /^error {4}flag -ms: monitoring over TLS has no certificate/)
})

test('addresses that are told to others have to be some', () => {
  assert.equal(lines('client_advertise: "a:1"\ncluster { port: 1, advertise: "b" }'), [])
  assert.equal(lines('client_advertise: "a:b:c"'), [
    'error    f:1:0: "a:b:c" can not be told to others: address a:b:c: too many colons in address; say it as host:port',
  ])
  const far = 'can not be told to others'
  assert.match(lines('cluster {\n port: 1\n cluster_advertise: "a:99999" }')[0], `error    f:3:2: "a:99999" ${far}`)
  assert.match(
    lines('cluster { port: 1 }', ['--cluster_advertise', ':x'])[0],
    `error    flag --cluster_advertise: ":x" ${far}`,
  )
  assert.match(lines('websocket {\n port: 1, no_tls: true\n advertise: "/" }')[0], `error    f:3:2: "/" ${far}`)
  assert.equal(lines('websocket { advertise: "/" }\ncluster { advertise: "/" }'), [], 'nobody is told')
})

test.run()
