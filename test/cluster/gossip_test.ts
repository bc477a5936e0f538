import * as assert from 'uvu/assert'
import { gossip_about, gossip_job, gossip_mode, GossipMode, judge_gossip, route_ip } from '../../src/cluster/gossip.ts'
import { parse_route_url, type RouteUrl } from '../../src/cluster/route_url.ts'
import type { RouteInfo } from '../../src/wire/info.ts'
import { suite } from '../harness.ts'

const test = suite('cluster/gossip')

const INFO: RouteInfo = {
  server_id: 'N',
  server_name: 'n',
  version: '2.9.10',
  proto: 2,
  go: 'go',
  host: '0.0.0.0',
  port: 7777,
  headers: true,
  max_payload: 777,
  cluster: 'c',
}
const url = (text: string) => parse_route_url(text) as RouteUrl

test('the address of a newcomer is where its connection came from', () => {
  const cases = [['10.0.0.1', '10.0.0.1:7777'], ['::ffff:127.0.0.1', '127.0.0.1:7777'], ['::1', '[::1]:7777']]
  for (const [from, want] of cases) assert.is(gossip_about(INFO, from)?.ip, `nats-route://${want}/`)
  assert.is(gossip_about({ ...INFO, ip: 'nats-route://node.example:9/' }, '::1')?.ip, 'nats-route://node.example:9/')
  assert.is(route_ip('fe80::1', 1), 'nats-route://[fe80::1]:1/')
})

test('all is passed on but what concerns one connection', () => {
  const kept = { auth_required: true, connect_urls: ['1.2.3.4:4222'], lnoc: true, import: { allow: ['a'] } }
  const dropped = { nonce: 'x', gossip_mode: 2, route_pool_size: 3, route_pool_idx: 1, route_account: 'A', ldm: true }
  const own = { onehop: 'leaving', gateway: 'g' }
  const told = gossip_about(
    { ...INFO, ...kept, ...dropped, ...own, compression: 'off', route_acc_add_reqid: 'r' },
    '::1',
  )
  assert.equal(told, { ...INFO, ...kept, ip: 'nats-route://[::1]:7777/' })
})

test('a peer that asks for silence is not told about', () => {
  assert.is(gossip_about({ ...INFO, gossip_mode: 1 }, '::1'), null)
  assert.ok(gossip_about({ ...INFO, gossip_mode: 0 }, '::1'))
})

test('how a peer is told of a newcomer depends on how that one reached us', () => {
  const { by_default, disabled, override } = GossipMode
  assert.equal([by_default, disabled, override], [0, 1, 2])
  const dialled = (told_mode: number | null, explicit = false) => ({ dialled: true, explicit, told_mode })
  const accepted = (explicit = false) => ({ dialled: false, explicit, told_mode: null })
  // The newcomer; what a peer is told whose route is configured, and what one whose route is not (route.md 4.3).
  const cases: [Parameters<typeof gossip_mode>[0], number | null, number | null][] = [
    [accepted(), override, disabled],
    [accepted(true), override, disabled],
    [dialled(null, true), override, override],
    [dialled(by_default, true), override, override],
    [dialled(disabled, true), override, override],
    [dialled(override, true), override, override],
    [dialled(override), by_default, by_default],
    [dialled(by_default), null, null],
    [dialled(disabled), null, null],
    [dialled(3), null, null],
    [dialled(null), override, disabled],
  ]
  for (const [newcomer, if_explicit, if_not] of cases) {
    const modes = [true, false].map((explicit) => gossip_mode(newcomer, { explicit }))
    assert.equal(modes, [if_explicit, if_not], JSON.stringify(newcomer))
  }
})

test('gossip is dialled unless the configuration has it', () => {
  const heard = (more: Partial<RouteInfo>, configured: string[]) =>
    judge_gossip({ ...INFO, ip: 'nats-route://Node:7777/', ...more }, configured.map(url), undefined).kind
  const cases: [Partial<RouteInfo>, string[], string][] = [
    [{}, [], 'dial'],
    [{}, ['nats://elsewhere:7777', 'nats://node:7778'], 'dial'],
    [{}, ['nats://0.0.0.0:7777'], 'skip'],
    [{}, ['nats://u:p@NODE:7777'], 'skip'],
    [{ route_account: '$SYS' }, [], 'skip'],
    [{ ip: '' }, [], 'error'],
    [{ ip: 'nats-route://[::bad:port' }, [], 'error'],
  ]
  for (const [more, configured, want] of cases) {
    assert.is(heard(more, configured), want, JSON.stringify([more, configured]))
  }
})

test('own credentials go only to peers that ask for some', () => {
  const credentials = { user: 'ruth', password: 'pw x' }
  const heard = { ...INFO, ip: 'nats-route://x:y@10.0.0.1:1/' }
  const base = { scheme: 'nats-route', host: '10.0.0.1', port: 1 }
  assert.equal(judge_gossip(heard, [], credentials), { kind: 'dial', url: base })
  const asking = { ...heard, auth_required: true }
  assert.equal(judge_gossip(asking, [], credentials), { kind: 'dial', url: { ...base, ...credentials } })
  assert.equal(judge_gossip(asking, [], undefined), { kind: 'dial', url: base })
})

test('the search for a gossiped server keeps its id, its mode, and whether it is of our own kind', () => {
  const at = url('nats://h:1')
  const job = { url: at, explicit: false, first: true, expected_id: 'N', own_kind: false, gossip_mode: 0 }
  assert.equal(gossip_job(INFO, at), job)
  const other = gossip_job({ ...INFO, go: 'onehop/0.1.0 node', gossip_mode: GossipMode.override }, at)
  assert.equal(other, { ...job, own_kind: true, gossip_mode: GossipMode.override })
})

test.run()
