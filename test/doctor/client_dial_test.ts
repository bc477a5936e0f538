import * as assert from 'uvu/assert'
import { dial_client } from '../../src/doctor/client_dial.ts'
import type { DialTools } from '../../src/doctor/dial.ts'
import type { Target } from '../../src/doctor/target.ts'
import { suite } from '../harness.ts'
import { certificate, type Identity, tls_settings } from '../net/tls_rig.ts'
import { start_server, stop_all } from '../server/embedded.ts'
import { close_listeners, endless, free_port, info_line, listen, tools } from './dial_rig.ts'
import { target } from './facts_rig.ts'

const test = suite('doctor/client_dial')
test.after.each(async () => {
  await close_listeners()
  await stop_all()
})

/** The fact alone; nothing stays open. */
async function look(port: number, about: Partial<Target> = {}, with_tools: DialTools = tools()) {
  const { fact, channel } = await dial_client(target({ port, ...about }), with_tools)
  channel?.end()
  return fact
}
const secure = (about: Identity = {}, more = {}) => ({ tls: tls_settings(about, { verify: false, ...more }) })

test('a server that is well: who it is, that it lets us in, and how long a round trip takes', async () => {
  const { port, server } = await start_server({ workers: 0, cluster: {} })
  const fact = await look(port)
  assert.equal([fact.trouble, fact.login, fact.tls], [null, 'accepted', null])
  assert.equal([fact.server!.id, fact.server!.cluster], [server.identity.server_id, 'test'])
  assert.ok(fact.rtt_ms! > 0 && fact.rtt_ms! < 5_000)
})

test('the same through a WebSocket', async () => {
  const { server } = await start_server({ workers: 0, websocket: { no_tls: true } })
  const fact = await look(server.ports.websocket!.port, { door: 'websocket' })
  assert.equal([fact.trouble, fact.login, fact.server!.id], [null, 'accepted', server.identity.server_id])
})

test('logins: none, a wrong one, the right one, a token', async () => {
  const { port } = await start_server({
    workers: 0,
    authorization: { defined: true, user: 'u', password: 'p', users: [], timeout_ms: 2_000 },
  })
  assert.equal((await look(port)).login, 'refused')
  const wrong = await look(port, {}, tools(5_000, { user: 'u', password: 'x' }))
  assert.equal([wrong.login, wrong.login_why, wrong.trouble], ['refused', 'Authorization Violation', null])
  assert.is((await look(port, {}, tools(5_000, { user: 'u', password: 'p' }))).login, 'accepted')
})

test('TLS after INFO, before it, and around a WebSocket', async () => {
  const after = await start_server({ workers: 0, ...secure(), websocket: { tls: tls_settings({}, { verify: false }) } })
  const before = await start_server({ workers: 0, ...secure({}, { handshake_first: true }) })
  for (
    const [port, door, tls] of [
      [after.port, 'client', false],
      [after.port, 'client', true],
      [before.port, 'client', false],
      [before.port, 'client', true],
      [after.server.ports.websocket!.port, 'websocket', true],
    ] as const
  ) {
    const fact = await look(port, { door, tls })
    assert.equal([fact.trouble, fact.tls?.fault, fact.login], [null, null, 'accepted'], fact.why)
    assert.ok(fact.tls!.certificate!.names.includes('127.0.0.1'))
  }
})

test('a server that wants to see a certificate lets nobody in without, and somebody with one', async () => {
  const { port } = await start_server({ workers: 0, tls: tls_settings() })
  const stranger = await look(port)
  assert.ok(['tls', 'closed'].includes(stranger.trouble!), stranger.why)
  assert.equal([stranger.login, stranger.tls?.fault ?? null], ['none', null])
  const { cert, key } = certificate()
  assert.is((await look(port, {}, { ...tools(), trust: { ...tools().trust, cert, key } })).login, 'accepted')
})

test('a certificate that is not good is looked at, and gets no credentials', async () => {
  const { port } = await start_server({ workers: 0, ...secure({ hosts: ['a.example'] }) })
  const credentials = tools(5_000, { user: 'u', password: 'p' })
  const wrong_name = await look(port, {}, credentials)
  assert.equal([wrong_name.tls!.fault!.kind, wrong_name.login, wrong_name.trouble], ['name', 'withheld', null])
  const untrusted = await look(port, {}, { ...credentials, trust: {} })
  assert.equal([untrusted.tls!.fault!.kind, untrusted.login], ['untrusted', 'withheld'])
  const expired = await start_server({ workers: 0, ...secure({ age_days: 10 }) })
  const late = await look(expired.port, {}, credentials)
  assert.equal([late.tls!.fault!.kind, late.login], ['expired', 'withheld'])
  assert.ok(late.tls!.certificate!.to_ms < Date.now())
})

test('no credentials in plain text where TLS was asked for', async () => {
  const { port } = await start_server({ workers: 0 })
  assert.is((await look(port, { tls: true }, tools(400, { user: 'u', password: 'p' }))).login, 'withheld')
  const heard: string[] = []
  const honest = await listen((socket) => {
    socket.on('data', (data) => heard.push(data.toString()))
    socket.write(info_line())
  })
  await look(honest, { tls: true }, tools(400, { user: 'u', password: 'secret' }))
  assert.not.match(heard.join(''), /secret/)
})

test('addresses that lead nowhere', async () => {
  assert.is((await look(await free_port())).trouble, 'refused')
  assert.is((await look(1, { host: 'no-such-host.invalid' })).trouble, 'unknown_host')
})

test('what is no server of NATS, and the port of another kind', async () => {
  const web = await listen((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  const route = await listen((socket) => void socket.write(info_line({ client_id: undefined })))
  const shut = await listen((socket) => socket.destroy())
  assert.match((await look(web)).why, /^it is no server of NATS: "HTTP\/1\.1 400 Bad Request"$/)
  assert.match((await look(route)).why, /^it is a port for other servers$/)
  assert.is((await look(shut)).trouble, 'closed')
  assert.match((await look(web, { door: 'websocket' })).why, /^it opens no WebSocket: /)
})

test('hostile answers end in time and cost no memory', async () => {
  const cases: [name: string, port: number, trouble: string[]][] = [
    ['silence', await listen(() => {}), ['silent']],
    ['an INFO without an end', await listen(endless(`INFO {"${'x'.repeat(60_000)}`)), ['garbage']],
    ['lines without an end', await listen(endless(info_line())), ['garbage', 'silent']],
    ['zeros', await listen(endless('\0'.repeat(60_000))), ['garbage']],
    ['an INFO that is no JSON', await listen((socket) => void socket.write('INFO {]\r\n')), ['garbage']],
    ['an INFO that is a list', await listen((socket) => void socket.write('INFO [1]\r\n')), ['garbage']],
    ['wrong types', await listen((socket) => void socket.write('INFO {"server_id":7,"connect_urls":{}}\r\n')), [
      'garbage',
    ]],
    ['no answer to PING', await listen((socket) => void socket.write(info_line())), ['silent']],
    [
      'a handshake that is none',
      await listen((socket) => {
        socket.write(info_line({ tls_required: true }))
        socket.on('data', () => socket.write('no TLS here\r\n'))
      }),
      ['tls', 'closed'],
    ],
  ]
  for (const [name, port, troubles] of cases) {
    const began = performance.now()
    const { trouble, why } = await look(port, {}, tools(400))
    assert.ok(troubles.includes(String(trouble)), `${name}: ${trouble}, ${why}`)
    assert.ok(performance.now() - began < 2_000, name)
    await look(port, { door: 'websocket' }, tools(200))
  }
})

test.run()
