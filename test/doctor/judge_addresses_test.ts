import * as assert from 'uvu/assert'
import type { DialFact, Trouble } from '../../src/doctor/facts.ts'
import { is_private, is_public, judge_addresses, target_place } from '../../src/doctor/judge_addresses.ts'
import type { Door, Target } from '../../src/doctor/target.ts'
import { suite } from '../harness.ts'
import { dial, facts, said, target } from './facts_rig.ts'

const test = suite('doctor/judge_addresses')
const TOLD = 'server "a"'

const lines = (dials: DialFact[]) =>
  judge_addresses(facts(dials)).map(({ severity, place, what, advice }) => `${severity} ${place}: ${what}; ${advice}`)
const bad = (trouble: Trouble, about: Partial<Target> = {}, why = 'for some reason') =>
  dial(null, { target: target(about), trouble, why, ips: [] })
const reached = (host: string) => dial(said('a'), { target: target({ host }), ips: [host] })

test('each trouble of an address that was given says what to do', () => {
  const cases: [Trouble, string][] = [
    ['refused', 'connection refused; start the server there, or correct the port'],
    ['timeout', 'no answer within 2000 ms; look at the firewall on the way'],
    [
      'silent',
      'it takes connections and says nothing within 2000 ms; look whether its process is stopped or overloaded',
    ],
    ['unknown_host', 'the host is not known: for some reason; let name servers know the name'],
    ['unreachable', 'for some reason; look at the network on the way'],
    ['closed', 'for some reason; look into its log for the reason'],
    ['garbage', 'for some reason; correct the port'],
  ]
  for (const [trouble, text] of cases) assert.equal(lines([bad(trouble)]), [`error client 127.0.0.1:4222: ${text}`])
  assert.equal(lines([bad('tls')]), [], 'that is said of its certificate')
})

test('an address that servers have told says who, and by which option', () => {
  const doors: [Door, string, string][] = [
    ['client', 'client 127.0.0.1:4222', 'client_advertise'],
    ['websocket', 'WebSocket 127.0.0.1:4222', 'websocket { advertise }'],
    ['route', 'route 127.0.0.1:4222', 'cluster { advertise }'],
  ]
  for (const [door, place, option] of doors) {
    assert.is(target_place(target({ door })), place)
    assert.equal(lines([bad('refused', { door, told_by: TOLD })]), [
      `error ${place}: connection refused, as server "a" tells; start the server there, or correct the port, or set ${option}`,
    ])
  }
  const many = { ...bad('silent', { told_by: TOLD }), told_by: [TOLD, 'server "b"'] }
  assert.match(
    lines([many])[0],
    /as server "a" and server "b" tell; look whether its process is stopped or overloaded$/,
  )
})

test('addresses that mean another machine to everybody', () => {
  const elsewhere = reached('203.0.113.1')
  assert.match(
    lines([elsewhere, bad('refused', { told_by: TOLD })])[0],
    /; it is each machine's own: set client_advertise to /,
  )
  assert.match(
    lines([elsewhere, bad('timeout', { host: '10.1.2.3', told_by: TOLD })])[0],
    /; it is of a private network: set /,
  )
  assert.match(
    lines([bad('timeout', { host: '10.1.2.3', told_by: TOLD })])[0],
    /; look at the firewall on the way, or set /,
  )
  const answers = dial(said('b'), { target: target({ told_by: TOLD }) })
  assert.equal(lines([elsewhere, answers]), [
    'warning client 127.0.0.1:4222: a loopback address is told to others, as server "a" tells; set client_advertise to one that others can reach',
  ])
  assert.equal(lines([reached('127.0.0.1'), answers]), [], 'all of them run here')
})

test('any address is no address, even where it answers', () => {
  for (const host of ['0.0.0.0', '::']) {
    const told = dial(said('a'), { target: target({ host, told_by: TOLD }) })
    assert.match(
      lines([told])[0],
      /^error client .*: "any address" is no address to dial, as server "a" tells; set client_advertise/,
    )
    assert.equal(lines([dial(said('a'), { target: target({ host }) })]), [], 'it was said here')
  }
})

test('a guess that leads nowhere is no finding, and addresses that were left out are one', () => {
  assert.equal(lines([bad('refused', { door: 'monitor', is_guess: true })]), [])
  assert.equal(judge_addresses(facts([], { left_out: 3 })).map(({ what }) => what), [
    '3 more addresses were told and not dialled',
  ])
})

test('private and public addresses', () => {
  for (const address of ['10.0.0.1', '172.16.0.1', '172.31.9.9', '192.168.1.1', 'fd00::1', 'fe80::1', '169.254.1.1']) {
    assert.equal([is_private(address), is_public(address)], [true, false], address)
  }
  for (const address of ['8.8.8.8', '172.32.0.1', '172.15.0.1', '2001:db8::1', '11.0.0.1']) {
    assert.equal([is_private(address), is_public(address)], [false, true], address)
  }
  for (const address of ['127.0.0.1', '::1', '0.0.0.0', 'a.example']) assert.not(is_public(address), address)
})

test.run()
