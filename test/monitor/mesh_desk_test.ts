// The page on top of what monitoring knows: without a system account, of this member alone.
import * as assert from 'uvu/assert'
import { make_dashboard, websocket_sources } from '../../src/monitor/mesh_desk.ts'
import { Parameters } from '../../src/monitor/parameters.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'
import { fake_source } from './fake_source.ts'
import { sample_client, sample_peer, sample_route } from './samples.ts'

const test = suite('monitor/mesh_desk')

const SOURCE = {
  ...fake_source({
    open: [sample_client(1, { in_messages: 1 }), sample_client(2, { in_messages: 2 })],
    closed: [sample_client(3, { stop_ms: 5, reason: 'Client Closed' })],
    routes: [sample_route(4)],
    subscriptions: [
      { account: '$G', subject: 'foo.*', sid: '1', messages: 0, cid: 1 },
      { account: '$G', subject: 'bar', sid: '2', messages: 0, cid: 1 },
    ],
  }),
  peers: () => [sample_peer()],
}

const dashboard = make_dashboard({
  ...{ clock: new ManualClock(), server_id: 'NID', source: SOURCE, inbox: null, peers: () => 1 },
})
const get = async (path: string, query = '') =>
  JSON.parse(Buffer.from((await dashboard.at(path)!(new Parameters(query), {})).body).toString())

test('this member answers all three questions itself', async () => {
  const { reach, members: [{ id, varz, routes, mesh }] } = await get('/dashboard/mesh')
  assert.equal([reach, id, varz.server_name, routes[0].remote_name], ['member', 'NID', 'alpha', 'beta'])
  assert.equal([mesh.workers.length, mesh.peers.length], [1, 1])
})

test('its lists are read as another server would read the question', async () => {
  const open = await get('/dashboard/connections', 'sort=msgs_from&limit=1')
  assert.equal([open.total, open.connections.map((each: any) => each.cid)], [2, [2]])
  const closed = await get('/dashboard/connections', 'state=closed')
  assert.equal(closed.connections.map((each: any) => each.reason), ['Client Closed'])
  const found = await get('/dashboard/subscriptions', 'test=foo.7')
  assert.equal(found.subscriptions.map((each: any) => each.subject), ['foo.*'])
})

test('a WebSocket is reached at its own port and at the advertised one, on any host', () => {
  assert.equal(websocket_sources(undefined), [])
  assert.equal(websocket_sources({ port: 80, no_tls: true, advertise: '' }), ['ws://*:80'])
  assert.equal(websocket_sources({ port: 80, no_tls: false, advertise: 'h:443' }), ['wss://*:80', 'wss://*:443'])
  assert.equal(websocket_sources({ port: 80, no_tls: true, advertise: 'h;script-src *' }), ['ws://*:80'])
})

test.run()
