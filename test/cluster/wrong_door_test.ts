import * as assert from 'uvu/assert'
import { client_port_text, other_cluster_text } from '../../src/cluster/wrong_door.ts'
import { suite } from '../harness.ts'
import { info, Rig, url } from './membership_rig.ts'

const test = suite('cluster/wrong_door')

const fixed = (name: string) => ({ name, dynamic: false })
const random = (name: string) => ({ name, dynamic: true })

test('an INFO with the number of a client came from a client port', () => {
  const text = (more: object) => client_port_text(url('u:secret@h:4222'), info('A', more))
  assert.equal([text({}), text({ client_id: 0 })], [null, null])
  assert.is(
    text({ client_id: 7 }),
    'Route "nats-route://u:xxxxx@h:4222" leads to the client port of server "name of A", it has to lead to its cluster port',
  )
  assert.match(client_port_text(undefined, info('A', { client_id: 7 })) ?? '', /^Route leads/)
})

test('of two configured cluster names both are told; a generated one gives way by itself', () => {
  assert.match(other_cluster_text(fixed('ours'), fixed('theirs'), 'A') ?? '', /"A" is in cluster "theirs".*"ours"/)
  for (const [ours, theirs] of [[fixed('a'), random('b')], [random('a'), fixed('b')], [random('a'), random('b')]]) {
    assert.is(other_cluster_text(ours, theirs, 'A'), null)
  }
})

test('who dials a client port logs one line per attempt, ends, and tries again', () => {
  const rig = new Rig({ routes: [url('127.0.0.1:4222')] })
  rig.tell({ kind: 'start' })
  const rid = rig.dialled(1)
  assert.equal(rig.info(rid, 'A', { client_id: 5, cluster: 'other' }), [`close ${rid} Incorrect Port`])
  const told = rig.logs.filter((line) => line.startsWith('error'))
  assert.equal(told.length, 1)
  assert.match(told[0], 'leads to the client port of server "name of A"')
  assert.equal(rig.closed(rid), ['pause dial:2 1000'])
})

test('who dials a server of another cluster logs one line per attempt', () => {
  const rig = new Rig({ routes: [url('127.0.0.1:6222')] })
  rig.tell({ kind: 'start' })
  const rid = rig.dialled(1)
  assert.equal(rig.info(rid, 'A', { cluster: 'other' }), [`close ${rid} Cluster Name Conflict`])
  const told = rig.logs.filter((line) => line.startsWith('error'))
  assert.equal(told, [
    'error Rejecting connection, server "name of A" is in cluster "other", this server in "conf": ' +
    'give both the same cluster name',
  ])
})

test.run()
