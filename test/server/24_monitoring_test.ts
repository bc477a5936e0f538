// The monitoring port as the options have it: over TLS, with a user, and the port for profiles.
import { writeFileSync } from 'node:fs'
import { get as https_get } from 'node:https'
import { hashSync } from 'bcryptjs'
import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { authority, certificate, tls_settings } from '../net/tls_rig.ts'
import { route_to, start_server, stop_all, type TestOptions } from './embedded.ts'

const test = suite('server/24_monitoring', 20_000)
test.after.each(stop_all)

const start = (options: TestOptions) => start_server({ workers: 0, http_host: '127.0.0.1', ...options })

/** Status, and the serial number of the certificate that was shown. */
const https_status = (port: number) =>
  new Promise<[status: number, serial: string]>((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port,
      path: '/varz',
      ca: authority.cert,
      servername: 'localhost',
      agent: false,
    }
    https_get(options, (response) => {
      const certificate = (response.socket as any).getPeerCertificate()
      response.resume().on('end', () => resolve([response.statusCode!, certificate.serialNumber]))
    }).on('error', reject)
  })

test('over TLS with the certificate of the clients, a renewed one from the next handshake on', async () => {
  const tls = tls_settings({}, { verify: true })
  const { server, wait_log } = await start({ https_port: -1, tls })
  const { scheme, port } = server.ports.monitor!
  assert.is(scheme, 'https')
  const [status, serial] = await https_status(port)
  assert.is(status, 200)
  const renewed = certificate({ name: 'renewed' })
  writeFileSync(tls.key_file, renewed.key)
  writeFileSync(tls.cert_file, renewed.cert)
  const [again, other] = await https_status(port)
  assert.is(again, 200)
  assert.is.not(other, serial)
  await wait_log(/TLS files of monitoring were read again/)
  const plain = await fetch(`http://127.0.0.1:${port}/varz`).then(() => 'answered', () => 'refused')
  assert.is(plain, 'refused')
})

test('what can not be is said at the start', async () => {
  const fault = (options: TestOptions) => start(options).then(() => '', (error: Error) => error.message)
  const without = await fault({ https_port: -1 })
  assert.is(without, "Can't start monitoring: TLS cert and key required for HTTPS")
  const both = await fault({ http_port: 1, https_port: 2, tls: tls_settings({}) })
  assert.is(both, "Can't start monitoring: can't specify both HTTP (1) and HTTPs (2) ports")
})

test('a user where the options name one, whose password may be a hash', async () => {
  const { server } = await start({ http_port: -1, http_user: 'ann', http_password: hashSync('secret', 4) })
  const url = `http://127.0.0.1:${server.ports.monitor!.port}`
  const status = async (path: string, password?: string) => {
    const headers: Record<string, string> = password === undefined
      ? {}
      : { authorization: `Basic ${btoa(`ann:${password}`)}` }
    const response = await fetch(url + path, { headers })
    await response.text()
    return response.status
  }
  assert.is(await status('/varz'), 401)
  assert.is(await status('/varz', 'wrong'), 401)
  assert.is(await status('/varz', 'secret'), 200)
  assert.is(await status('/healthz'), 200)
})

test('profiles of each thread on a port of their own', async () => {
  const { server, wait_log } = await start({ workers: 1, prof_port: -1 })
  const { port } = server.ports.profile!
  await wait_log(new RegExp(`profiling port: ${port}$`))
  const page = await (await fetch(`http://127.0.0.1:${port}/debug/pprof/`)).text()
  assert.match(page, 'thread=supervisor')
  const response = await fetch(`http://127.0.0.1:${port}/debug/pprof/profile?thread=0&seconds=1`)
  assert.is(response.status, 200)
  assert.ok((await response.json() as { nodes: unknown[] }).nodes.length > 0)
})

test('who is missing from the mesh is told, and what happened', async () => {
  const seed = await start({ cluster: {} })
  const member = await start({ http_port: -1, cluster: { routes: [route_to(seed)] } })
  const url = `http://127.0.0.1:${member.server.ports.monitor!.port}`
  const get = async (path: string) => {
    const response = await fetch(url + path)
    return { status: response.status, body: await response.json() as any }
  }
  // Nobody tells when a mesh is whole: it is asked again. The test's own time is the limit.
  const healthy = async (wanted: number) => {
    while ((await get('/healthz?mesh=1')).status !== wanted) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await healthy(200)
  const there = await get('/meshz')
  const address = `127.0.0.1:${seed.cluster_port}`
  assert.equal(there.body.peers.map((peer: any) => [peer.address, peer.configured, peer.connected, peer.connections]), [
    ...[[address, true, true, 1]],
  ])
  assert.ok(there.body.workers[0].ring_capacity > 0 || there.body.workers.length === 1)
  await seed.server.stop()
  await healthy(503)
  const { body: { peers: [lost], events } } = await get('/meshz')
  assert.equal([lost.connected, lost.missing], [false, true])
  const { body: { peers } } = await get('/routez')
  assert.is(peers[0].address, address)
  assert.equal(events.map(({ kind }: { kind: string }) => kind), ['start', 'join', 'loss'])
  assert.is((await get('/healthz')).status, 200)
})

test.run()
