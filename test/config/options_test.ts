import * as assert from 'uvu/assert'
import { default_options, OPTION_GROUPS, OPTION_TABLE } from '../../src/config/options.ts'
import { CLUSTER_TABLE } from '../../src/config/cluster_options.ts'
import { WEBSOCKET_TABLE } from '../../src/config/websocket_options.ts'
import { suite } from '../harness.ts'

const test = suite('config/options')

test('options nobody has touched are fresh objects with the defaults of nats-server', () => {
  const options = default_options()
  assert.equal([options.port, options.host, options.http_port], [4222, '0.0.0.0', 0])
  assert.equal([options.max_payload, options.max_control_line, options.max_pending], [1 << 20, 4096, 1 << 26])
  assert.equal([options.ping_interval_ms, options.ping_max, options.write_deadline_ms], [120_000, 2, 10_000])
  assert.equal([options.cluster.port, options.accounts, options.authorization.users], [0, [], []])
  options.server_tags.push('x')
  options.cluster.routes.push({} as never)
  options.authorization.users.push({} as never)
  const again = default_options()
  assert.equal([again.server_tags, again.cluster.routes, again.authorization.users], [[], [], []])
})

test('a key or a flag belongs to one option, and keys are in lower case', () => {
  const both = [...Object.values(OPTION_TABLE), ...Object.values(CLUSTER_TABLE)]
  for (const list of [both.flatMap((row) => row.flags), Object.values(OPTION_TABLE).flatMap((row) => row.keys)]) {
    assert.is(new Set(list).size, list.length)
  }
  for (const key of both.flatMap((row) => row.keys)) assert.is(key, key.toLowerCase())
})

test('whatever has a flag can be read from one, and whatever has a key says what it is for', () => {
  for (const [name, row] of Object.entries({ ...OPTION_TABLE, ...CLUSTER_TABLE })) {
    if (row.flags.length === 0) continue
    assert.ok(row.help !== '', name)
    assert.type(row.kind.from_flag, 'function', name)
  }
  const all = { ...OPTION_TABLE, ...CLUSTER_TABLE, ...WEBSOCKET_TABLE }
  for (const [name, { keys, help }] of Object.entries(all)) assert.ok(help !== '' || keys.length === 0, name)
  assert.equal(Object.keys(OPTION_GROUPS), ['Server', 'Limits', 'Logging', 'Clients', 'Profiling'])
})

test.run()
