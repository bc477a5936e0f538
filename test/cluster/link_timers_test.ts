import * as assert from 'uvu/assert'
import { ROUTE_HANDSHAKE_MS, ROUTE_SETTLED_MS } from '../../src/base/limits.ts'
import { LinkTimers } from '../../src/cluster/link_timers.ts'
import { accepted_link, dialled_link } from '../../src/cluster/route_link.ts'
import { suite } from '../harness.ts'
import { url } from './membership_rig.ts'

const test = suite('cluster/link_timers')

const dialled = dialled_link(1, 'x', { url: url('a:1'), explicit: true })
const accepted = accepted_link(2, 'x')

function make() {
  const said: string[] = []
  const timers = new LinkTimers({
    link: (rid) => [dialled, accepted].find((link) => link.rid === rid),
    out: (action) => void said.push(action.kind === 'set_timer' ? `${action.key} ${action.delay_ms}` : action.kind),
    late: ({ rid }) => void said.push(`late ${rid}`),
  })
  return { timers, take: () => said.splice(0) }
}

test('a connection that we dialled is given up without an INFO, one that was accepted has all the time', () => {
  const { timers, take } = make()
  timers.dialled(dialled)
  assert.equal(take(), [`handshake:1 ${ROUTE_HANDSHAKE_MS}`])
  assert.ok(timers.timer('handshake:1'))
  assert.equal(take(), ['late 1'])
  timers.greeted(dialled)
  timers.greeted(accepted)
  assert.equal(take(), ['cancel_timer'])
})

test('what has ended or was greeted meanwhile is not late', () => {
  const { timers, take } = make()
  dialled.state = 'registered'
  assert.ok(timers.timer('handshake:1') && timers.timer('handshake:9'))
  assert.equal(take(), [])
})

test('a registered connection is settled after a while', () => {
  const { timers, take } = make()
  timers.registered(accepted)
  assert.equal([take(), accepted.is_settled], [[`settle:2 ${ROUTE_SETTLED_MS}`], false])
  assert.ok(timers.timer('settle:2'))
  assert.is(accepted.is_settled, true)
  timers.unregistered(accepted)
  assert.equal(take(), ['cancel_timer'])
})

test('other timers are left alone', () => {
  assert.is(make().timers.timer('dial:1'), false)
})

test.run()
