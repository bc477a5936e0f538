import * as assert from 'uvu/assert'
import {
  member_arguments,
  member_configuration,
  member_environment,
  MEMBERS_MAX,
  pairs_of,
  plan_members,
  port_base_max,
} from '../../src/local_mesh/mesh_plan.ts'
import { suite } from '../harness.ts'

const test = suite('local_mesh/mesh_plan')

test('members are letters, and their ports a thousand apart', () => {
  const [a, b, c] = plan_members(3, 4222)
  assert.equal(a, { name: 'a', ports: { client: 4222, websocket: 4223, monitor: 4224, cluster: 4248 } })
  assert.equal(b, { name: 'b', ports: { client: 5222, websocket: 5223, monitor: 5224, cluster: 5248 } })
  assert.is(c.name, 'c')
})

test('nine members have names and ports of their own, up to the last port there is', () => {
  const members = plan_members(MEMBERS_MAX, port_base_max(MEMBERS_MAX))
  const ports = members.flatMap((member) => Object.values(member.ports))
  assert.is(new Set(ports).size, 4 * MEMBERS_MAX)
  assert.is(Math.max(...ports), 65_535)
  assert.is(members.at(-1)!.name, 'i')
})

test('the seed dials nobody, the others dial the seed', () => {
  const [seed, member] = plan_members(2, 4222)
  const common = { seed, config_file: '/f', host: '127.0.0.1', cluster_name: 'c', passed: ['--debug=true'] }
  assert.is(
    member_arguments({ ...common, member: seed }).join(' '),
    '-c /f --debug=true -n a -a 127.0.0.1 -p 4222 -m 4224 --cluster nats://127.0.0.1:4248 --cluster_name c',
  )
  assert.is(member_arguments({ ...common, member }).slice(-2).join(' '), '--routes nats://127.0.0.1:4248')
})

test('a member has a file of its own, with what all share in front', () => {
  const [a] = plan_members(1, 4222)
  assert.is(
    member_configuration(a, '', '127.0.0.1', false),
    '# Made by onehop mesh for its server a.\nwebsocket { listen: "127.0.0.1:4223", no_tls: true }\n',
  )
  assert.match(member_configuration(a, '/x y.conf', 'h', true), /\ninclude "\/x y\.conf"\n$/)
  assert.equal(member_environment(a), { ONEHOP_MEMBER: 'a', ONEHOP_WEBSOCKET_PORT: '4223' })
})

test('every two members are a pair, once', () => {
  assert.equal(pairs_of(plan_members(3, 1)), [['a', 'b'], ['a', 'c'], ['b', 'c']])
  assert.equal(pairs_of(plan_members(1, 1)), [])
  assert.is(pairs_of(plan_members(9, 1)).length, 36)
})

test.run()
