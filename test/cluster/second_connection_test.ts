// The cases in which the first or the second connection to a server goes while the first is probed, and dials that cross.
import * as assert from 'uvu/assert'
import { CloseReason } from '../../src/base/errors.ts'
import type { MembershipEvent } from '../../src/cluster/membership_events.ts'
import { suite } from '../harness.ts'
import { info, Rig, url } from './membership_rig.ts'

const test = suite('cluster/second_connection')
const OWN = { go: 'onehop/0.1.0 x' }
/** The other server has had time enough to close one of two connections. */
const LATE: MembershipEvent = { kind: 'timer', key: 'crossing:1' }

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

// ---- Dials that cross

/** Our server T is configured to dial the peer, which dials it in the same moment: rid 1 has its INFO first, then rid 2. */
function crossing(id: string, dialled_first: boolean, more = OWN) {
  const rig = new Rig({ routes: [url('127.0.0.1:1')] })
  rig.tell({ kind: 'start' })
  if (!dialled_first) rig.info(rig.accept(), id, more)
  const ours = rig.dialled(1)
  const second = dialled_first ? (rig.info(ours, id, more), rig.accept()) : ours
  const answers = rig.tell_all({ kind: 'info_received', rid: second, info: info(id, more), remote_ip: '127.0.0.1' })
  const waits = !answers.some(({ kind }) => kind === 'proceed')
  return { rig, waits, closed: answers.flatMap((answer) => answer.kind === 'close' ? [answer.rid] : []) }
}

/** Who reads on after that. */
function read_on(rig: Rig, event: MembershipEvent): number[] {
  return rig.tell_all(event).flatMap((answer) => answer.kind === 'proceed' ? [answer.rid] : [])
}

test('of two dials that cross each other the lower id closes the second', () => {
  // T is lower than Z.
  for (const dialled_first of [true, false]) {
    const { rig, closed } = crossing('Z', dialled_first)
    assert.equal(closed, [2])
    assert.equal([rig.closed(2), rig.peers], [[], ['1 Z solicited explicit']])
    assert.equal(crossing('A', dialled_first, { go: 'go1.22' }).closed, [2], 'not our own kind')
  }
})

test('of two dials that cross each other the higher id keeps the one that the other server leaves it', () => {
  for (const dialled_first of [true, false]) {
    const kept = crossing('A', dialled_first)
    assert.equal([kept.waits, kept.closed], [true, []])
    assert.equal(kept.rig.said({ kind: 'alive', rid: 1 }), [], 'that the first lives says nothing')
    assert.equal(kept.rig.closed(2), dialled_first ? [] : ['role 1 solicited explicit'])
    assert.equal([kept.rig.peers, kept.rig.said(LATE)], [['1 A solicited explicit'], []])

    const { rig } = crossing('A', dialled_first)
    assert.equal(read_on(rig, { kind: 'closed', rid: 1, reason: CloseReason.client_closed }), [2])
    assert.equal([rig.peers, rig.said(LATE)], [['2 A solicited explicit'], []])
    assert.is(rig.membership.size.dials, 0, 'nobody dials for the first')
  }
})

test('a third connection while dials cross is a duplicate', () => {
  const { rig } = crossing('A', true)
  assert.equal(rig.info(rig.accept(), 'A', OWN), ['close 3 Duplicate Route'])
  assert.equal(rig.closed(3), [])
  assert.equal(rig.peers, ['1 A solicited explicit'])
})

test('what ends the first while dials cross ends the second', () => {
  const { rig } = crossing('A', true)
  const closed = rig.said({ kind: 'shutdown' }).filter((word) => word.startsWith('close'))
  assert.equal(closed, ['close 1 Server Shutdown', 'close 2 Server Shutdown'])
})

test('where the other server does not close one of the two the first is probed', () => {
  const asked = () => {
    const { rig } = crossing('A', true)
    assert.equal(rig.said(LATE), ['pause probe:1 1000', 'probe 1'])
    return rig
  }
  const alive_first = asked()
  assert.ok(alive_first.said({ kind: 'alive', rid: 1 }).includes('close 2 Duplicate Route'))
  const dead_first = asked()
  assert.equal(read_on(dead_first, { kind: 'timer', key: 'probe:1' }), [2])
  assert.equal(dead_first.peers, ['2 A solicited explicit'])
})

test.run()
