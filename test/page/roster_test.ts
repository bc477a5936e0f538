// Who sits where, who is gone, and who has come back.
import * as assert from 'uvu/assert'
import { compare_names, LEFT_SHOWN_MS, LOST_SHOWN_MS, Roster } from '../../src/page/roster.ts'
import { suite } from '../harness.ts'
import { AT_MS, member, mesh, route, whole } from './rig.ts'

const test = suite('page/roster')

const shown = (roster: Roster) => roster.seats.map(({ place, id, state }) => `${place} ${id} ${state}`)

test('seats are given in the order of names, and newcomers sit behind', () => {
  const roster = new Roster()
  roster.take(whole('CA'), AT_MS)
  assert.equal(shown(roster), ['0 A here', '1 C here'])
  roster.take(whole('CAB'), AT_MS)
  assert.equal([shown(roster), roster.places], [['0 A here', '1 C here', '2 B here'], 3])
})

test('a late answer is no silence, a second one is; who is in no route either is lost', () => {
  const roster = new Roster()
  roster.take(whole('ABC'), AT_MS)
  const without_c = mesh([member('A', ['B', 'C']), member('B', ['A'])])
  roster.take(without_c, AT_MS + 1)
  assert.equal(shown(roster)[2], '2 C here')
  roster.take(without_c, AT_MS + 2)
  assert.equal([shown(roster)[2], roster.seats[2].since_ms], ['2 C silent', AT_MS + 2])
  roster.take(whole('AB'), AT_MS + 3)
  assert.equal(shown(roster)[2], '2 C lost')
  roster.take(whole('ABC'), AT_MS + 4)
  assert.equal(shown(roster)[2], '2 C here')
})

test('who was never heard but is in a route has a seat', () => {
  const roster = new Roster()
  roster.take(mesh([member('A', [route('B', { remote_name: 'bee' })])]), AT_MS)
  assert.equal(roster.seats.map(({ name, state, answer }) => [name, state, answer]), [
    ['a', 'here', roster.seats[0].answer],
    ['bee', 'silent', null],
  ])
})

test('a server that was started anew takes its seat again, by its name', () => {
  const roster = new Roster()
  roster.take(whole('ABC'), AT_MS)
  const [, { key }] = roster.seats
  roster.take(whole('AC'), AT_MS + 1)
  const anew = mesh([member('A', ['X', 'C']), member('X', ['A', 'C'], { server_name: 'b' }), member('C', ['A', 'X'])])
  roster.take(anew, AT_MS + 2)
  assert.equal([shown(roster), roster.seats[1].key], [['0 A here', '1 X here', '2 C here'], key])
})

test('a server whose name is its id takes its seat by its address, unless two could be meant', () => {
  const nameless = (id: string, peers: string[], port: number) =>
    member(id, peers.map((each) => route(each, { ip: '10.0.0.1' })), { server_name: id, port })
  const roster = new Roster()
  roster.take(mesh([nameless('A', ['B'], 4222), nameless('B', ['A'], 5222)]), AT_MS)
  assert.equal(roster.seats.map(({ address }) => address), ['10.0.0.1:4222', '10.0.0.1:5222'])
  roster.take(mesh([nameless('A', [], 4222)]), AT_MS + 1)
  roster.take(mesh([nameless('A', ['C'], 4222), nameless('C', ['A'], 5222)]), AT_MS + 2)
  assert.equal(shown(roster), ['0 A here', '1 C here'])
})

test('a place that is free in the middle is for the next who comes', () => {
  const roster = new Roster()
  roster.take(whole('ABC'), AT_MS)
  roster.take(whole('AC'), AT_MS + 1)
  roster.take(whole('AC'), AT_MS + LOST_SHOWN_MS)
  assert.equal([shown(roster).length, roster.places], [3, 3])
  roster.take(whole('AC'), AT_MS + 1 + LOST_SHOWN_MS)
  assert.equal([shown(roster), roster.places], [['0 A here', '2 C here'], 3])
  roster.take(whole('ACD'), AT_MS + 2 + LOST_SHOWN_MS)
  assert.equal(shown(roster), ['0 A here', '1 D here', '2 C here'])
})

test('whom nobody looks for has left, and is forgotten sooner; why it is gone is told by others', () => {
  const told = (missing: boolean) =>
    mesh([member('A', [], {}, { peers: [{ server_id: 'B', connected: false, missing, last_error: 'refused' }] })])
  const roster = new Roster()
  roster.take(whole('AB'), AT_MS)
  roster.take(told(false), AT_MS + 10)
  assert.equal([shown(roster)[1], roster.seats[1].why], ['1 B lost', 'refused'])
  roster.take(told(false), AT_MS + 3_010)
  assert.equal(shown(roster)[1], '1 B left')
  roster.take(told(true), AT_MS + 3_020)
  assert.equal(shown(roster)[1], '1 B lost')
  roster.take(told(false), AT_MS + 3_030)
  roster.take(told(false), AT_MS + 10 + LEFT_SHOWN_MS)
  assert.equal(shown(roster), ['0 A here'])
})

test('names are compared as people count', () => {
  assert.equal(['n10', 'n9', 'a'].sort(compare_names), ['a', 'n9', 'n10'])
})

test.run()
