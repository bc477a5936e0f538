import * as assert from 'uvu/assert'
import { default_mqtt, mqtt_contradiction, read_mqtt } from '../../src/config/mqtt_options.ts'
import { Problems } from '../../src/config/problems.ts'
import { suite } from '../harness.ts'
import { line_of, value_of } from './config_rig.ts'

const test = suite('config/mqtt_options')

function read(fields: string) {
  const problems = new Problems()
  const facts = read_mqtt(value_of(`mqtt { ${fields} }`), problems)
  const bare = (lines: string[]) => lines.map((line) => line.replace(/^f:\d+:\d+: /, ''))
  return { facts, errors: bare(problems.errors), warnings: bare(problems.warnings) }
}

const ALONE = { has_name: true, has_users: false, is_connected: false, is_clustered: false, has_jetstream: true }

test('what other fields have to go together with is read', () => {
  const { facts, errors } = read(
    'listen: "h:5", no_auth_user: a, authentication { user: b }, ackwait: "1s", api_timeout: "2s"',
  )
  assert.equal(errors, [])
  assert.equal(facts, {
    ...{ port: 5, no_auth_user: 'a', authorization: { user: 'b' }, ack_wait_ms: 1000, api_timeout_ms: 2000 },
  })
})

test('mistakes are told', () => {
  assert.equal(read('max_inflight: 65536').errors, ['invalid value 65536, should in [0..65535] range'])
  assert.equal(read('js_domian: d').errors, ['unknown field "js_domian"; did you mean "js_domain"?'])
  assert.match(read('consumer_replicas: 1').warnings[0], 'consumer replicas setting ignored')
  assert.match(line_of(() => read_mqtt(value_of('mqtt: 5'), new Problems())), 'Expected mqtt to be a map, got int64')
})

test('it needs a name in a cluster, and JetStream somewhere', () => {
  const fault = (facts: object, around: object = {}) =>
    mqtt_contradiction({ ...default_mqtt(), port: 5, ...facts }, { ...ALONE, ...around })
  assert.is(fault({}), null)
  assert.is(
    mqtt_contradiction(default_mqtt(), { ...ALONE, has_jetstream: false }),
    null,
    'without a port nothing matters',
  )
  assert.match(fault({}, { is_clustered: true, has_name: false })!, 'requires server name')
  assert.match(fault({}, { has_jetstream: false })!, 'requires JetStream to be enabled')
  assert.is(fault({}, { has_jetstream: false, is_connected: true }), null)
  assert.match(fault({ authorization: { user: 'a' } }, { has_users: true })!, 'username not compatible')
  assert.match(fault({ authorization: { token: 'a' } }, { has_users: true })!, 'token not compatible')
  assert.match(fault({ ack_wait_ms: -1 })!, 'ack wait')
  assert.match(fault({ api_timeout_ms: -1 })!, 'JS API timeout')
})

test.run()
