import * as assert from 'uvu/assert'
import { Peers } from '../../src/cluster/peers.ts'
import { accepted_link, type Link } from '../../src/cluster/route_link.ts'
import { suite } from '../harness.ts'

const test = suite('cluster/peers')

let last_rid = 0
function link(remote_id: string, slot = 0, account = '', pool_size = 3): Link {
  const made = accepted_link(++last_rid, 'x')
  return Object.assign(made, { remote_id, share: { slot, account, pooled: true }, pool_size })
}

test('a peer comes with its first connection and goes with its last one', () => {
  const peers = new Peers()
  const [first, second, own] = [link('A', 1), link('A', 0), link('A', 0, 'ACC')]
  assert.equal([peers.add(first), peers.add(second), peers.add(own)], [true, false, false])
  assert.is(peers.primaries.get('A'), first)
  assert.equal(peers.of('A'), [first, second, own])
  assert.is(peers.remove(first), false)
  assert.is(peers.primaries.get('A'), second, 'the next one speaks for the peer')
  assert.is(peers.remove(second), true)
  assert.is(peers.primaries.size, 0)
  assert.equal(peers.all(), [own])
  assert.is(peers.remove(own), false)
  assert.equal(peers.all(), [])
})

test('a connection of one account alone makes no peer', () => {
  const peers = new Peers()
  assert.is(peers.add(link('A', 0, 'ACC')), false)
  assert.is(peers.primaries.size, 0)
  assert.is(peers.add(link('A', 2)), true)
})

test('a peer is found by its id or by where it is', () => {
  const peers = new Peers()
  const url = (host: string, port: number) => ({ scheme: 'nats-route', host, port })
  peers.add(Object.assign(link('A'), { urls: [url('seed', 6222)] }))
  assert.is(peers.has_at(url('elsewhere', 1), 'A'), true)
  assert.is(peers.has_at(url('SEED', 6222), undefined), true)
  assert.is(peers.has_at(url('seed', 6223), 'B'), false)
})

test('there is one connection to a place', () => {
  const peers = new Peers()
  const [zero, own] = [link('A', 0), link('A', 0, 'ACC')]
  for (const each of [zero, own, link('B', 1)]) peers.add(each)
  assert.is(peers.occupant(link('A', 0)), zero)
  assert.is(peers.occupant(link('A', 0, 'ACC')), own)
  assert.is(peers.occupant(link('A', 1)), undefined)
  assert.is(peers.occupant(link('A', 0, 'OTHER')), undefined)
})

test('room is where a place is free, and only with peers that have a pool', () => {
  const peers = new Peers()
  assert.is(peers.has_room('A', ''), false, 'nobody is there')
  peers.add(link('A', 1))
  assert.is(peers.free_slot('A', 3), 0)
  peers.add(link('A', 0))
  peers.add(link('A', 0, 'ACC'))
  assert.equal([peers.free_slot('A', 3), peers.has_room('A', '')], [2, true])
  assert.equal([peers.has_room('A', 'ACC'), peers.has_room('A', 'OTHER')], [false, true])
  peers.add(link('A', 2))
  assert.equal([peers.free_slot('A', 3), peers.has_room('A', '')], [-1, false])
  peers.add(link('B', 0, '', 0))
  assert.equal([peers.has_room('B', ''), peers.has_room('B', 'ACC')], [false, false])
})

test.run()
