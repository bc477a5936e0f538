import * as assert from 'uvu/assert'
import { default_cluster, read_cluster } from '../../src/config/cluster_options.ts'
import { Problems } from '../../src/config/problems.ts'
import { suite } from '../harness.ts'
import { line_of, value_of } from './config_rig.ts'

const test = suite('config/cluster_options')

function read(text: string) {
  const cluster = default_cluster()
  const problems = new Problems()
  const set = read_cluster(value_of(`cluster ${text}`), cluster, problems)
  const bare = (lines: string[]) => lines.map((line) => line.replace(/^f:\d+:\d+: /, ''))
  return { cluster, set, errors: bare(problems.errors), warnings: bare(problems.warnings), notices: problems.notices }
}

test('what the block says is set, and known to have been said', () => {
  const { cluster, set, errors } = read(
    '{ name: c, listen: "h:5", ping_max: 4, no_advertise: true, connect_retries: 3 }',
  )
  assert.equal([cluster.name, cluster.host, cluster.port, cluster.ping_max], ['c', 'h', 5, 4])
  assert.equal([cluster.no_advertise, cluster.connect_retries, errors], [true, 3, []])
  assert.equal([...set].sort(), ['connect_retries', 'host', 'name', 'no_advertise', 'ping_max', 'port'])
})

test('routes are read one by one, each once', () => {
  const { cluster, errors, warnings } = read('{ routes: ["nats://u:p@a:1", ":::", "nats://b:2", "nats://b:2"] }')
  assert.equal(cluster.routes.map((route) => `${route.host}:${route.port}`), ['a:1', 'b:2'])
  assert.equal([errors.length, warnings.length], [1, 1])
})

test('pings of routes come at least every 30 seconds', () => {
  assert.is(read('{ ping_interval: "20s" }').cluster.ping_interval_ms, 20_000)
  const { cluster, warnings } = read('{ ping_interval: "31s" }')
  assert.equal([cluster.ping_interval_ms, warnings.length], [30_000, 1])
})

test('a pool is what the file asks for, by its size or by accounts', () => {
  const pool = (text: string) => {
    const { cluster, errors, notices } = read(text)
    assert.equal([errors, notices], [[], []])
    return [cluster.pool_size, cluster.accounts]
  }
  assert.equal(pool('{ name: c }'), [0, []], 'one connection')
  assert.equal(pool('{ pool_size: 5 }'), [5, []])
  assert.equal(pool('{ pool_size: 0 }'), [3, []], 'what nats-server takes for granted')
  assert.equal(pool('{ accounts: [A, B] }'), [3, ['A', 'B']])
  assert.equal(pool('{ accounts: A, pool_size: 1 }'), [1, ['A']])
  assert.equal(pool('{ pool_size: -1 }'), [-1, []])
})

test('compression is a mode, a yes or no, or a block, and changes nothing here', () => {
  const mode = (text: string) => read(`{ compression: ${text} }`).cluster.compression
  assert.equal([mode('accept'), mode('true'), mode('false'), mode('{ mode: s2_auto, rtt_thresholds: [1] }')], [
    'accept',
    's2_fast',
    'off',
    's2_auto',
  ])
  assert.is(read('{ compression: off }').notices.length, 1)
  assert.match(read('{ compression: 5 }').errors[0], 'should be a boolean or a structure')
  assert.match(read('{ compression: { odd: 1 } }').errors[0], 'unknown field "odd"')
})

test('credentials of routes are one user', () => {
  assert.equal(read('{ authorization { user: u, pass: p } }').cluster.authorization, {
    user: 'u',
    password: 'p',
    timeout_ms: 2000,
  })
  for (const field of ['token: x', 'users: []', 'auth_callout: {}']) {
    assert.match(read(`{ authorization { ${field} } }`).errors[0], 'Cluster authorization does not')
  }
})

test('permissions say what interest goes out and what is let in', () => {
  const { cluster, errors } = read('{ permissions { import: a, export: { deny: b } } }')
  assert.equal([cluster.permissions, errors], [{ import: { allow: ['a'] }, export: { deny: ['b'] } }, []])
  assert.equal(read('{}').cluster.permissions, {})
  assert.match(read('{ permissions { allow_responses: true } }').errors[0], 'dynamic responses')
  assert.equal(read('{ permissions { allow_responses: false } }').errors, [])
  assert.match(read('{ permissions { import: "a..b" } }').errors[0], 'subject "a..b" is not a valid subject')
})

test('permissions of old stand among the credentials: they count, with a warning, unless there are newer ones', () => {
  const old = 'authorization { user: u, permissions { import: a } }'
  const { cluster, errors, warnings } = read(`{ ${old} }`)
  assert.equal([cluster.permissions, errors], [{ import: { allow: ['a'] } }, []])
  assert.equal(warnings, [
    'invalid use of field "authorization": setting "permissions" within cluster authorization block is deprecated',
  ])
  for (const both of [`{ ${old}, permissions { export: b } }`, `{ permissions { export: b }, ${old} }`]) {
    assert.equal(read(both).cluster.permissions, { export: { allow: ['b'] } })
  }
})

test('the block is a map', () => {
  assert.match(line_of(() => read_cluster(value_of('cluster: 5'), default_cluster(), new Problems())), 'Expected map')
})

test.run()
