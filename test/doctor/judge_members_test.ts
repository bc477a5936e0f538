import * as assert from 'uvu/assert'
import { judge_members } from '../../src/doctor/judge_members.ts'
import { suite } from '../harness.ts'
import { dial, facts, found, monitor, NOW_MS, peer, said, target, three } from './facts_rig.ts'

const test = suite('doctor/judge_members')

test('where all is well there is nothing to say', () => {
  assert.equal(judge_members(three()), [])
})

test('nobody has answered', () => {
  assert.equal(
    found(facts([dial(null, { trouble: 'refused' })]))[0],
    'error mesh: no server has said who it is, at 1 address',
  )
})

test('one name at two servers, and two names of one cluster', () => {
  assert.equal(found(three({ b: { said: { name: 'a' } } })), [
    'error server "a": 2 servers have this name: client 127.0.0.1:4222 and client 127.0.0.1:4223',
  ])
  assert.equal(found(three({ b: { said: { cluster: 'other' } } })), [
    'error mesh: cluster names differ: c (a, c), other (b)',
  ])
  assert.equal(found(three({ c: { said: { cluster: '', connect_urls: [] } } })), [
    'error mesh: cluster names differ: c (a, b), none (c)',
  ])
})

test('limits, logins, versions and pools that differ, by how much it matters', () => {
  const changed = three({
    a: { said: { go: 'go1.22', version: '2.9.10' }, monitor: { pool_size: 3 } },
    b: { said: { max_payload: 100 } },
    c: { said: { needs_login: true } },
  })
  assert.equal(found(changed), [
    'error mesh: max_payload differs, so what one takes another may refuse: 1048576 (a, c), 100 (b)',
    'warning mesh: not all ask who clients are: no login (a, b), login (c)',
    'note mesh: versions differ: onehop/0.1.0 (b, c), nats-server/2.9.10 (a)',
    'note mesh: pool_size differs, and servers without pools have one connection: 0 (b, c), 3 (a)',
  ])
})

test('routes that are compressed beside some that are not; modes of one compression are one', () => {
  const peers = (b: string, c: string) => [peer('b', { compression: b }), peer('c', { compression: c })]
  assert.equal(found(three({ a: { monitor: { peers: peers('s2_fast', 'not supported') } } })), [
    'note mesh: some routes are compressed and some are not: s2, not supported',
  ])
  assert.equal(found(three({ a: { monitor: { peers: peers('s2_fast', 's2_best') } } })), [])
})

test('clocks: apart from each other, or all of them from ours; what the question took is not held against them', () => {
  const late = (ms: number, slack_ms = 1) => ({ monitor: { now_ms: NOW_MS + ms, slack_ms } })
  assert.equal(found(three({ b: late(3_002) })), ['warning mesh: clocks differ: that of b is 3.0 s ahead of that of a'])
  assert.equal(found(three({ b: late(-3_002) })), [
    'warning mesh: clocks differ: that of a is 3.0 s ahead of that of b',
  ])
  assert.equal(found(three({ b: late(502) })), [], 'as much as is allowed')
  assert.is(found(three({ b: late(503) })).length, 1)
  assert.equal(found(three({ b: late(3_000, 3_000) })), [], 'it may have been on its way')
  const all = { a: late(-5_000), b: late(-5_000), c: late(-5_000) }
  assert.equal(found(three(all)), ['note mesh: all clocks are 5.0 s behind the one here'])
  assert.equal(found(three({ b: { monitor: { now_ms: NaN } } })), [], 'it did not say')
})

test('the condition of one: lame duck, health, slow consumers', () => {
  assert.equal(
    found(three({ b: { said: { is_lame_duck: true }, monitor: { health: 'not ready', slow_consumers: 7 } } })),
    [
      'error server "b": /healthz: not ready',
      'warning server "b": it is in lame duck mode: it sends its clients away',
      'warning server "b": 7 slow consumers were cut since its start',
    ],
  )
})

test('clients of a cluster are told of no other server', () => {
  const what = 'it tells clients of no other server, so they can not go there when it ends'
  assert.equal(found(three({ a: { said: { connect_urls: [] } } })), [`warning server "a": ${what}`])
  const alone = dial(said('a', { connect_urls: [] }), { monitor: monitor([]) })
  assert.equal(found(facts([alone])), [], 'there is nobody else')
})

test('round trips: to a member, and between members', () => {
  assert.equal(found(three({ a: { dial: { rtt_ms: 250.4 } } })), [
    'warning server "a": a round trip to it takes 250 ms at client 127.0.0.1:4222',
  ])
  assert.equal(found(three({ a: { dial: { rtt_ms: 100 } } })), [])
  assert.equal(found(three({ a: { monitor: { peers: [peer('b', { rtt_ms: 101 }), peer('c', { rtt_ms: null })] } } })), [
    'warning server "a": a round trip to its peer b takes 101 ms',
  ])
})

test('logins: none was given, or the wrong one', () => {
  const refused = { a: { dial: { login: 'refused', login_why: 'Authorization Violation' } } } as const
  assert.equal(found(three(refused)), [
    'error client 127.0.0.1:4222: it wants to know who we are: Authorization Violation',
  ])
  assert.equal(found(three(refused, { has_credentials: true })), [
    'error client 127.0.0.1:4222: the credentials were refused: Authorization Violation',
  ])
})

test('monitoring: not seen, wants a login, open to everybody', () => {
  assert.equal(found(three({ b: { monitor: null }, c: { monitor: null } })), [
    'note mesh: no monitoring was seen of b and c: their routes, clocks and health are not known',
  ])
  const http = (host: string) => target({ door: 'monitor', host, port: 8222 })
  const one = (host: string, listens_on: string, ips = [host]) =>
    found(facts([dial(said('a', { cluster: '' }), { target: http(host), ips, monitor: monitor([], { listens_on }) })]))
  assert.equal(one('10.0.0.1', '10.0.0.1'), [])
  assert.equal(one('127.0.0.1', '0.0.0.0'), [
    'note monitoring 127.0.0.1:8222: monitoring of a listens on all addresses, without a login',
  ])
  assert.equal(one('8.8.8.8', ''), [
    'warning monitoring 8.8.8.8:8222: monitoring of a answers everybody at 8.8.8.8, a public address',
  ])
  assert.equal(one('a.example', '', ['2001:db8::1']), [
    'warning monitoring a.example:8222: monitoring of a answers everybody at 2001:db8::1, a public address',
  ])
  const closed = dial(null, { target: http('10.0.0.1'), login: 'refused', login_why: 'status 401' })
  assert.equal(found(facts([dial(said('a', { cluster: '' }), { monitor: monitor([]) }), closed])), [
    'note monitoring 10.0.0.1:8222: monitoring wants a login (status 401)',
  ])
})

test.run()
