import * as assert from 'uvu/assert'
import { seeded_random } from '../../src/base/prng.ts'
import type { DialJob, DialRequest } from '../../src/cluster/dial_plan.ts'
import { Peers } from '../../src/cluster/peers.ts'
import { Redial } from '../../src/cluster/redial.ts'
import { accepted_link, dialled_link, type Link } from '../../src/cluster/route_link.ts'
import { suite } from '../harness.ts'
import { url } from './membership_rig.ts'

const test = suite('cluster/redial')

const A = url('a:1'), B = url('b:2')

function make(configured = [A]) {
  const peers = new Peers()
  const dialled: { request: DialRequest; pause_ms: number }[] = []
  const inherited: Link[] = [], lines: string[] = []
  const redial = new Redial({
    own_id: 'T',
    random: seeded_random(1),
    peers,
    configured: () => configured,
    dial: (request, pause_ms) => void dialled.push({ request, pause_ms }),
    inherit: (heir) => void inherited.push(heir),
    debug: (text) => void lines.push(text),
  })
  return { redial, peers, dialled, inherited, lines }
}

const lost = (more: Partial<Link>, by = dialled_link(1, 'x', { url: A, explicit: true })) =>
  Object.assign(by, { remote_id: 'A', ...more })

test('who had dialled looks for the peer, under every URL it is configured by', () => {
  const { redial, dialled } = make()
  redial.lost(lost({ urls: [A, B] }))
  assert.equal(dialled.map(({ request }) => request.url.host), ['a', 'b'])
  assert.ok(dialled[0].pause_ms >= 1000 && dialled[1].pause_ms >= dialled[0].pause_ms + 2000)
})

test('who had accepted does so only for our own kind, or after a duplicate', () => {
  const { redial, dialled } = make()
  redial.lost(lost({ urls: [A] }, accepted_link(1, 'x')))
  assert.is(dialled.length, 0)
  redial.lost(lost({ urls: [A], own_kind: true }, accepted_link(2, 'x')))
  redial.lost(lost({ urls: [A], retry: true }, accepted_link(3, 'x')))
  assert.equal(dialled.map(({ request }) => request.own_kind), [true, false])
})

test('who said good-bye is looked for only if it is configured', () => {
  const { redial, dialled } = make()
  redial.lost(lost({ is_leaving: true, explicit: false, own_kind: true }))
  assert.is(dialled.length, 0)
  redial.lost(lost({ is_leaving: true, explicit: true, own_kind: true }))
  assert.is(dialled.length, 1)
})

test('we ourselves and a peer that is back are not looked for', () => {
  const { redial, peers, dialled, inherited, lines } = make()
  redial.lost(lost({ remote_id: 'T' }))
  const back = Object.assign(accepted_link(9, 'x'), { remote_id: 'A' })
  peers.add(back)
  redial.lost(lost({}))
  assert.is(dialled.length, 0)
  assert.equal(inherited, [back])
  assert.match(lines[0], /route to self/)
  assert.match(lines[1], /already connected to "A"/)
})

test('an attempt is left out when its route is configured no more, or the peer has come back', () => {
  const { redial, peers, inherited } = make([B])
  const job = { url: A, explicit: true, expected_id: 'A', account: '' } as DialJob
  assert.is(redial.judge(job), 'never')
  assert.is(redial.judge({ ...job, explicit: false }), 'now')
  assert.is(redial.judge({ ...job, url: B }), 'now')
  const back = accepted_link(9, 'x')
  back.remote_id = 'A'
  peers.add(back)
  assert.is(redial.judge({ ...job, url: B }), 'never')
  assert.equal(inherited, [back])
  assert.is(redial.judge({ ...job, explicit: false }), 'never')
})

test('an address from which one of our own kind has come a moment ago is dialled a little later', () => {
  const { redial, peers } = make()
  const job = { url: A, explicit: true, account: '' } as DialJob
  const newcomer = Object.assign(accepted_link(9, 'x'), { remote_id: 'A', urls: [A], own_kind: true })
  peers.add(newcomer)
  assert.is(redial.judge(job), 'later')
  assert.is(redial.judge({ ...job, url: B, explicit: false }), 'now', 'another address')
  newcomer.own_kind = false
  assert.is(redial.judge(job), 'now', 'another kind, whose connection nothing replaces')
  Object.assign(newcomer, { own_kind: true, is_settled: true })
  assert.is(redial.judge(job), 'now')
})

test.run()
