import * as assert from 'uvu/assert'
import { dial_route } from '../../src/doctor/route_dial.ts'
import { suite } from '../harness.ts'
import { certificate, tls_settings } from '../net/tls_rig.ts'
import { start_server, stop_all } from '../server/embedded.ts'
import { close_listeners, endless, free_port, info_line, listen, tools } from './dial_rig.ts'
import { target } from './facts_rig.ts'

const test = suite('doctor/route_dial')
test.after.each(async () => {
  await close_listeners()
  await stop_all()
})

const look = (port: number, with_tools = tools()) => dial_route(target({ door: 'route', port }), with_tools)

test('the INFO of a route says who it is and where its clients go', async () => {
  const { server, port, cluster_port } = await start_server({ workers: 0, cluster: {}, websocket: { no_tls: true } })
  const fact = await look(cluster_port)
  assert.equal([fact.trouble, fact.server!.id, fact.server!.cluster], [null, server.identity.server_id, 'test'])
  assert.equal(fact.server!.connect_urls, [`127.0.0.1:${port}`])
  assert.equal(fact.server!.ws_connect_urls, [`127.0.0.1:${server.ports.websocket!.port}`])
})

test('a port with TLS wants to see a certificate: without one its own is seen, with one its INFO too', async () => {
  const { server, cluster_port } = await start_server({ workers: 0, cluster: { tls: tls_settings() } })
  const stranger = await look(cluster_port)
  assert.equal([stranger.tls?.fault, stranger.server], [null, null], stranger.why)
  assert.ok(stranger.tls!.certificate!.names.includes('localhost'))
  const { cert, key } = certificate()
  const known = await look(cluster_port, { ...tools(), trust: { ...tools().trust, cert, key } })
  assert.equal([known.trouble, known.server?.id], [null, server.identity.server_id], known.why)
})

test('what is no route', async () => {
  const { port } = await start_server({ workers: 0 })
  assert.is((await look(port)).why, 'it is a port for clients')
  assert.is((await look(await free_port())).trouble, 'refused')
  const cases = await Promise.all([
    listen(() => {}),
    listen(endless('x'.repeat(60_000))),
    listen((socket) => void socket.end('INFO \r\n')),
    listen((socket) => void socket.end(info_line().slice(0, 20))),
  ])
  const troubles = await Promise.all(cases.map(async (each) => (await look(each, tools(300))).trouble))
  assert.equal(troubles, ['silent', 'garbage', 'garbage', 'closed'])
})

test.run()
