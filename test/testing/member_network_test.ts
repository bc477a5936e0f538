import * as assert from 'uvu/assert'
import { latin1_bytes } from '../../src/base/bytes.ts'
import type { LinkEnd } from '../../src/net/network.ts'
import { FaultPlan } from '../../src/testing/faults.ts'
import { MemberNetwork } from '../../src/testing/member_network.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'
import { FakeTransport, Seen } from './fake_transport.ts'

const test = suite('testing/member_network')

const PORT_OF_B = 2
function make() {
  const plan = new FaultPlan(1), clock = new ManualClock()
  const paces = new Map<string, number>()
  const network = new MemberNetwork({
    ...{ plan, clock, name: 'a', active() {} },
    member_at: (port) => port === PORT_OF_B ? 'b' : undefined,
    pace_of: ({ name }) => paces.get(name) ?? Infinity,
  })
  const open = (end: Partial<LinkEnd>) => {
    const raw = new FakeTransport(), seen = new Seen()
    const link = network.wrap(raw, { kind: 'routes', dialled: true, host: '127.0.0.1', port: PORT_OF_B, ...end })
    link.start(seen)
    return { raw, seen, link, write: (text: string) => link.write([latin1_bytes(text)]) }
  }
  return { plan, clock, network, paces, open }
}

test('a dial goes ahead, is refused, or is never answered, as the plan says for either direction', () => {
  const { plan, network } = make()
  const dial = () => network.may_dial('127.0.0.1', PORT_OF_B)
  assert.is(dial(), null)
  plan.set(['b'], ['a'], { lost: true })
  assert.is(dial(), '')
  plan.set(['a'], ['b'], { cut: true })
  assert.is(dial(), 'connect: connection refused')
  assert.is(network.may_dial('127.0.0.1', 7), null)
})

test('faults between members are those of the end that has dialled', () => {
  const { plan, open, network } = make()
  const dialled = open({}), accepted = open({ dialled: false, port: 50_000 })
  plan.set(['a'], ['b'], { lost: true })
  network.renew()
  dialled.write('x')
  accepted.write('x')
  assert.equal([dialled.raw.written, accepted.raw.written], ['', 'x'])
})

test('a dial that is answered when the members are parted already comes to nothing', async () => {
  const { plan, open } = make()
  plan.set(['a'], ['b'], { cut: true })
  const { raw, seen } = open({})
  await Promise.resolve()
  assert.equal([raw.calls, seen.text], [['destroy'], '[closed]'])
})

test('a client is slow from the moment on that its name is known', () => {
  const { paces, open } = make()
  paces.set('slow', 0)
  const { raw, write } = open({ kind: 'clients', dialled: false, port: 50_000 })
  assert.is(write('INFO\r\n'), true)
  raw.send('CONNECT {"name":"slow"}\r\n')
  assert.is(write('MSG'), false)
  assert.is(raw.written, 'INFO\r\n')
})

test('who comes while the server stands still, or is dead, is treated alike', async () => {
  const { open, network } = make()
  network.hold(true)
  const { raw, write } = open({ kind: 'clients', dialled: false })
  write('INFO')
  assert.equal([raw.written, raw.reads, network.is_empty], ['', false, false])
  network.hold(false)
  assert.equal([raw.written, raw.reads], ['INFO', true])
  network.kill()
  const late = open({ kind: 'clients', dialled: false })
  await Promise.resolve()
  await Promise.resolve()
  assert.equal([raw.calls, late.raw.calls, late.seen.text], [['destroy'], ['destroy'], '[closed]'])
  assert.is(network.may_dial('127.0.0.1', PORT_OF_B), 'connect: connection refused')
  assert.is(network.is_empty, true)
})

test('what is kept for the sake of a fault is kept beyond the end of the server, until it is healed', () => {
  const { plan, open, network } = make()
  plan.set(['a'], ['b'], { lost: true })
  const { raw, link } = open({})
  link.destroy()
  assert.equal(raw.calls, [])
  network.release()
  assert.equal([raw.calls, network.is_empty], [[], false])
  plan.heal()
  network.renew()
  assert.equal(raw.calls, ['destroy'])
})

test.run()
