// The cases in which the first or the second connection to a server goes while the first is probed.
import * as assert from 'uvu/assert'
import { CloseReason } from '../../src/base/errors.ts'
import { suite } from '../harness.ts'
import { Rig, url } from './membership_rig.ts'

const test = suite('cluster/second_connection')
const OWN = { go: 'onehop/0.1.0 x' }

/** A is registered (rid 1, dialled and configured), settled; its second connection (rid 2) waits for the probe. */
function probing() {
  const rig = new Rig({ routes: [url('127.0.0.1:1')] })
  rig.tell({ kind: 'start' })
  rig.info(rig.dialled(1), 'A', OWN)
  rig.tell({ kind: 'timer', key: 'settle:1' })
  assert.equal(rig.info(rig.accept(), 'A', OWN), ['pause probe:1 1000', 'probe 1'])
  return rig
}

test('a route that is taken out of the configuration goes with its second, and a third one is registered once', () => {
  const rig = probing()
  const closed = rig.said({ kind: 'routes_changed', routes: [] }).filter((word) => word.startsWith('close'))
  assert.equal(closed, ['close 1 Route Removed', 'close 2 Route Removed'])
  assert.equal(rig.info(rig.accept(), 'A', OWN), ['register 3 A'])
  rig.closed(1)
  rig.closed(2)
  assert.equal(rig.peers, ['3 A'])
  rig.closed(3)
  assert.equal(rig.peers, [])
})

test('a second under a name that was given up is not registered, nor told of', () => {
  const rig = new Rig({ cluster_name: 'm', cluster_name_dynamic: true })
  const old = { ...OWN, cluster: 'm', cluster_dynamic: true }
  rig.join('A', old)
  rig.tell({ kind: 'timer', key: 'settle:1' })
  rig.connect(rig.accept(), { name: 'A', cluster: 'm', cluster_dynamic: true })
  rig.info(2, 'A', old)
  rig.connect(rig.accept(), { name: 'B', cluster: 'z' })
  rig.info(3, 'B', { ...OWN, cluster: 'z' })
  const answers = rig.tell({ kind: 'closed', rid: 1, reason: CloseReason.cluster_name_conflict })
  assert.not(answers.some((answer) => answer.kind === 'register' || answer.kind === 'send_info'))
  assert.equal(rig.peers, ['3 B'])
})

test('a first that ends by itself leaves its place and its role to the second', () => {
  const rig = probing()
  assert.equal(rig.closed(1).filter((word) => word.startsWith('register')), ['register 2 A'])
  assert.equal(rig.peers, ['2 A solicited explicit'])
  assert.equal(rig.closed(2), ['pause dial:2 1000'])
})

test.run()
