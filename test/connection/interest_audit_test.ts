// Two servers of our own kind compare interest: one whose words are real, one that the test makes forget.
import * as assert from 'uvu/assert'
import type { RoutePermissions } from '../../src/auth/subject_filter.ts'
import { INTEREST_AUDIT_MS } from '../../src/base/limits.ts'
import { Route } from '../../src/connection/route.ts'
import { Counter } from '../../src/shared/counters.ts'
import { records_of } from '../shared/index_oracle.ts'
import { suite } from '../harness.ts'
import { ActorRig, register, type Wire } from './actor_rig.ts'

const test = suite('connection/interest_audit')

interface Side {
  rig: ActorRig
  wire: Wire
  route: Route
}

function make_side(own_kind: boolean, server_id: string, permissions: RoutePermissions): Side {
  const rig = new ActorRig({ settings: ({ route }) => Object.assign(route, { ping_interval_ms: 1e9, permissions }) })
  rig.supervise = (event, command) => {
    if (event.kind === 'info_received') command({ ...register, own_kind })
    if (event.kind === 'connect_received' || event.kind === 'info_received') command({ kind: 'proceed' })
  }
  const wire = rig.peer(true, { server_id })
  wire.take()
  return { rig, wire, route: rig.newest(Route) }
}

/** Two servers and the route between them. Lines that `lose` says are lost on the way from one to two. */
function make_pair(own_kind = true, ones: RoutePermissions = {}, twos: RoutePermissions = {}) {
  const one = make_side(own_kind, 'NTWO', ones), two = make_side(own_kind, 'NONE', twos)
  const said: string[] = []
  let lose = /^$/
  const carry = () => {
    for (;;) {
      const there = one.wire.take().split(/(?<=\n)/).filter((line) => !lose.test(line)).join('')
      const back = two.wire.take()
      if (there === '' && back === '') return
      said.push(...(there + back).split('\r\n').filter((line) => /onehop/.test(line) && !line.includes('$SYS')))
      if (there !== '') two.wire.send(there)
      if (back !== '') one.wire.send(back)
    }
  }
  /** Time passes on both sides, with their PINGs answered. */
  const pass = (ms: number) => {
    for (let left = ms; left > 0; left -= 500) {
      one.rig.pass(Math.min(500, left))
      two.rig.pass(Math.min(500, left))
      carry()
    }
  }
  const known = () =>
    records_of(two.rig.thread.index, two.route.connection.slot).map(({ subject, queue }) => `${subject} ${queue}`)
      .sort()
  const words = () => said.splice(0).map((line) => /"onehop":"(\w+( \$G)?)/.exec(line)![1])
  return {
    one,
    two,
    carry,
    pass,
    known,
    words,
    repairs: () => two.rig.thread.counters[Counter.interest_repairs],
    set lose(pattern: RegExp) {
      lose = pattern
    },
  }
}

test('as long as both agree nothing but digests is said', () => {
  const pair = make_pair()
  const client = pair.one.rig.client()
  client.send('SUB a 1\r\nSUB b q 2\r\nSUB b q 3\r\n')
  pair.carry()
  pair.pass(2 * INTEREST_AUDIT_MS)
  assert.equal(pair.known(), ['a ', 'b q'])
  assert.ok(pair.words().every((word) => word === 'interest $G'))
  assert.is(pair.repairs(), 0)
})

test('an RS+ that was lost is found and said again', () => {
  const pair = make_pair()
  pair.lose = /^RS\+ \$G lost/
  const client = pair.one.rig.client()
  client.send('SUB kept 1\r\nSUB lost 2\r\nSUB lost.too q 3\r\n')
  pair.carry()
  assert.equal(pair.known(), ['kept '])
  pair.lose = /^$/
  pair.pass(INTEREST_AUDIT_MS)
  assert.equal(pair.known(), ['kept ', 'lost ', 'lost.too q'])
  assert.equal(pair.words().filter((word) => word !== 'interest $G'), ['resend $G', 'resending $G', 'resent'])
  assert.is(pair.repairs(), 1)
  pair.pass(INTEREST_AUDIT_MS)
  assert.is(pair.repairs(), 1, 'and then they agree')
  assert.is(pair.two.route.report()!.interest_repairs, 1)
  assert.is(pair.one.route.report()!.interest_repairs, undefined)
})

test('an RS- that was lost is found, and a lost weight', () => {
  const pair = make_pair()
  const client = pair.one.rig.client()
  client.send('SUB kept 1\r\nSUB gone 2\r\nSUB group q 3\r\nSUB group q 4\r\n')
  pair.carry()
  pair.lose = /^RS/
  client.send('UNSUB 2\r\nUNSUB 4\r\n')
  pair.carry()
  assert.equal(pair.known(), ['gone ', 'group q', 'kept '])
  pair.lose = /^$/
  pair.pass(INTEREST_AUDIT_MS)
  assert.equal(pair.known(), ['group q', 'kept '])
  assert.is(pair.repairs(), 1)
  const publisher = pair.two.rig.client()
  publisher.send('PUB gone 0\r\n\r\nPUB kept 0\r\n\r\n')
  assert.match(pair.two.wire.take(), /^RMSG \$G kept 0\r\n\r\n$/)
})

test('interest that changes during a repair keeps its right state', () => {
  const pair = make_pair()
  const client = pair.one.rig.client()
  client.send('SUB gone 1\r\nSUB back 2\r\n')
  pair.carry()
  pair.lose = /^RS/
  client.send('UNSUB 1\r\nUNSUB 2\r\n')
  pair.carry()
  pair.lose = /^$/
  pair.pass(INTEREST_AUDIT_MS - 500)
  pair.one.rig.pass(500)
  // The digest is under way; before the answer comes one of the two is wanted again.
  client.send('SUB back 3\r\n')
  pair.carry()
  pair.pass(1_000)
  assert.equal(pair.known(), ['back '])
  pair.pass(INTEREST_AUDIT_MS)
  assert.equal(pair.known(), ['back '])
})

test('what permissions keep from a peer is no difference, and no repair tells it', () => {
  const secret = { deny: ['secret.>'] }
  for (
    const [ones, twos] of [[{ import: secret }, {}], [{}, { export: secret }], [{ import: secret }, { export: secret }]]
  ) {
    const pair = make_pair(true, ones, twos)
    const client = pair.one.rig.client()
    client.send('SUB open 1\r\nSUB secret.x 2\r\nSUB secret.y q 3\r\n')
    pair.carry()
    pair.pass(2 * INTEREST_AUDIT_MS)
    assert.equal([pair.known(), pair.repairs()], [['open '], 0])
    assert.ok(pair.words().every((word) => word === 'interest $G'))
  }
})

test('a repair under an import tells what it lets through', () => {
  const pair = make_pair(true, { import: { deny: ['secret.>'] } })
  pair.lose = /^RS/
  const client = pair.one.rig.client()
  client.send('SUB secret.x 1\r\nSUB open 2\r\n')
  for (let i = 0; i < 200; i++) client.send(`SUB secret.${i} ${i + 3}\r\n`)
  pair.carry()
  pair.lose = /^$/
  pair.pass(INTEREST_AUDIT_MS)
  assert.equal([pair.known(), pair.repairs()], [['open '], 1])
})

test('towards a server of another kind nothing of this is said or heard', () => {
  const pair = make_pair(false)
  pair.pass(2 * INTEREST_AUDIT_MS)
  assert.equal(pair.words(), [])
})

test('words that make no sense change nothing', () => {
  const { two } = make_pair()
  const info = (word: string) =>
    `INFO {"server_id":"NONE","server_name":"x","version":"1","proto":2,"go":"g","host":"h","port":1,"headers":true,"max_payload":1,"onehop":${
      JSON.stringify(word)
    }}\r\n`
  two.wire.send('RS+ $G a\r\n')
  for (
    const word of [
      'interest',
      'interest $G',
      'interest X 00',
      'interest $G zz',
      'resend $G 64',
      'resend $G x',
      'resending $G -1',
      'resending X 1',
      'resent',
    ]
  ) {
    two.wire.send(info(word))
  }
  assert.is(two.wire.take(), '')
  assert.is(records_of(two.rig.thread.index, two.route.connection.slot).length, 1)
  assert.is(two.route.connection.reason, null)
})

test.run()
