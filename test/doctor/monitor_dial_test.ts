import * as assert from 'uvu/assert'
import { dial_monitor } from '../../src/doctor/monitor_dial.ts'
import { suite } from '../harness.ts'
import { route_to, start_mesh, start_server, stop_all } from '../server/embedded.ts'
import { close_listeners, endless, free_port, listen, tools } from './dial_rig.ts'
import { target } from './facts_rig.ts'

const test = suite('doctor/monitor_dial')
test.after.each(async () => {
  await close_listeners()
  await stop_all()
})

const http = { http_host: '127.0.0.1', http_port: -1 }
const look = (port: number, with_tools = tools()) => dial_monitor(target({ door: 'monitor', port }), with_tools)
const keys = (targets: readonly { door: string; port: number }[]) => targets.map(({ door, port }) => `${door} ${port}`)

test('a member says who its peers are, how it is, and where everybody is', async () => {
  const servers = await start_mesh([1, 2].map((i) => ({ workers: 0, server_name: `s${i}`, ...http, cluster: {} })))
  const [first, second] = servers
  const { fact: { server, monitor, trouble, why }, targets } = await look(second.server.ports.monitor!.port)
  assert.is(trouble, null, why)
  assert.equal([server!.name, server!.cluster, monitor!.has_cluster, monitor!.health], ['s2', 'test', true, ''])
  assert.equal(monitor!.peers!.map(({ name, connections }) => [name, connections]), [['s1', 1]])
  assert.ok(Math.abs(monitor!.now_ms - monitor!.asked_ms) < 1_000)
  const found = keys(targets)
  for (const wanted of [`client ${first.port}`, `client ${second.port}`, `route ${first.cluster_port}`]) {
    assert.ok(found.includes(wanted), `${wanted} in ${found}`)
  }
})

test('a member that looks for another in vain is not healthy, and says whom it looks for', async () => {
  const nobody = { cluster_port: await free_port() } as Parameters<typeof route_to>[0]
  const alone = await start_server({ workers: 0, ...http, cluster: { routes: [route_to(nobody)] } })
  await alone.wait_log(/connection refused/)
  const { fact: { monitor } } = await look(alone.server.ports.monitor!.port)
  assert.match(monitor!.health, /missing from the mesh/)
  assert.is(monitor!.missing[0].address, `127.0.0.1:${nobody.cluster_port}`)
})

test('one that wants a login, one that has no /varz, and hostile ones', async () => {
  const answer = (text: string) => listen((socket) => void socket.on('data', () => socket.end(text)))
  const closed = await look(await answer('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n'))
  assert.equal([closed.fact.login, closed.fact.login_why, closed.fact.trouble], ['refused', 'status 401', null])
  const length = 'HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n{'
  const cases: [behave: Promise<number>, trouble: string][] = [
    [answer('HTTP/1.1 404 Not Found\r\n\r\nnothing'), 'garbage'],
    [answer('HTTP/1.1 200 OK\r\n\r\n[]'), 'garbage'],
    [answer('HTTP/1.1 200 OK\r\n\r\n{"server_id":7}'), 'garbage'],
    [answer(length), 'garbage'],
    [answer('+OK\r\n'), 'garbage'],
    [listen(endless('HTTP/1.1 200 OK\r\n'.repeat(2_000))), 'garbage'],
    [listen(endless('x'.repeat(60_000))), 'garbage'],
    [listen(() => {}), 'silent'],
    [listen((socket) => socket.destroy()), 'closed'],
    [free_port(), 'refused'],
  ]
  for (const [index, [port, trouble]] of cases.entries()) {
    assert.is((await look(await port, tools(400))).fact.trouble, trouble, `case ${index}`)
  }
})

test.run()
