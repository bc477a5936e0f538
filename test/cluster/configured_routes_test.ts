import * as assert from 'uvu/assert'
import { CloseReason } from '../../src/base/errors.ts'
import { suite } from '../harness.ts'
import { Rig, url } from './membership_rig.ts'

const test = suite('cluster/configured_routes')

const A = url('10.0.0.1:1'), B = url('10.0.0.2:2')
const SERVICE = { scheme: 'nats-route', host: '_nats._tcp.example', port: 0 }

function make(routes = [A]) {
  const rig = new Rig({ routes })
  const dialled = (actions: ReturnType<typeof rig.tell>) =>
    actions.flatMap((action) => action.kind === 'dial' ? [`${action.url.host} ${action.explicit}`] : [])
  const change = (routes: string[]) => rig.tell({ kind: 'routes_changed', routes: routes.map(url) })
  return { rig, dialled, change, started: rig.tell({ kind: 'start' }) }
}

test('each is dialled at the start, as one of the configuration; a service is no server', () => {
  const { dialled, started } = make([A, SERVICE, B])
  assert.equal(dialled(started), ['10.0.0.1 true', '10.0.0.2 true'])
})

test('a new one is dialled, one that stays is left alone', () => {
  const { dialled, change } = make()
  assert.equal(dialled(change(['10.0.0.1:1', '10.0.0.2:2'])), ['10.0.0.2 true'])
})

test('one that has gone is not looked for, and its connection ends', () => {
  const { rig, change } = make([A, B])
  const rid = rig.dialled(1)
  rig.info(rid, 'A')
  const actions = change([])
  assert.is(rig.membership.size.dials, 0)
  const [close] = actions.filter((action) => action.kind === 'close')
  assert.equal([close.rid, close.reason], [rid, CloseReason.route_removed])
  rig.closed(rid)
  assert.equal(rig.membership.size, { links: 0, peers: 0, dials: 0 })
})

test.run()
