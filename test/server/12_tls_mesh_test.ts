// Routes over TLS inside one process: the mesh, who is kept out of it, and what the logs say on both sides.
import * as assert from 'uvu/assert'
import { connect } from 'node:net'
import { suite } from '../harness.ts'
import { certificate, file_of, type Identity, other_authority, tls_settings } from '../net/tls_rig.ts'
import {
  route_to,
  start_mesh,
  start_server,
  stop_all,
  type TestOptions,
  wait_for_interest,
  wait_for_mesh,
} from './embedded.ts'
import { RawClient } from './raw_client.ts'

const test = suite('server/12_tls_mesh', 20_000)
test.after.each(stop_all)

const secured = (about: Identity = {}, more = {}): TestOptions => ({
  workers: 0,
  cluster: { tls: tls_settings(about, more) },
})

for (const workers of [0, 1]) {
  test(`three servers from one seed pass messages on over TLS (${workers} workers)`, async () => {
    const servers = await start_mesh([{}, {}, {}].map(() => ({ ...secured(), workers })))
    const subscriber = await RawClient.connect(servers[2].port)
    await subscriber.send('SUB hello 1\r\n')
    await subscriber.flush()
    for (const { port } of servers.slice(0, 2)) {
      const publisher = await RawClient.connect(port)
      await wait_for_interest(publisher, 'hello')
      const payload = 'x'.repeat(200_000)
      await publisher.send(`PUB hello ${payload.length}\r\n${payload}\r\nPUB hello 4\r\nlast\r\n`)
      await subscriber.until(() => subscriber.text.endsWith('MSG hello 1 4\r\nlast\r\n'), 'both messages')
      assert.ok(subscriber.text.includes(`${payload}\r\n`))
    }
  })
}

test('peers that only gossip tells of are verified by the first name among the configured routes', async () => {
  const named = () => secured({ hosts: ['localhost'] })
  const first = await start_server(named())
  const others = []
  for (let i = 0; i < 2; i++) {
    const options = named()
    options.cluster!.routes = [route_to(first, 'localhost')]
    others.push(await start_server(options))
  }
  await Promise.all([first, ...others].map(({ port }) => wait_for_mesh(port, 3)))
})

test('a plain server stays out, in either role, and both sides say why, once', async () => {
  const tls = await start_server({ ...secured(), server_name: 'T' })
  const plain = await start_server({ workers: 0, server_name: 'P', cluster: { routes: [route_to(tls)] } })
  assert.match(await tls.wait_log(/ERR .*TLS route handshake error/), /first record.*plain text.*server "T".*tls block/)
  // OpenSSL hangs up, Deno's TLS sends an alert first.
  const told = await plain.wait_log(/ERR .*(ended the connection before its INFO|begins with TLS)/)
  assert.match(told, /tls block.*server "P"/)
  const dialler = await start_server({
    workers: 0,
    server_name: 'D',
    cluster: { tls: tls_settings(), routes: [route_to(plain)] },
  })
  assert.match(await dialler.wait_log(/ERR .*TLS route handshake error/), /answers in plain text.*server "D"/)
  assert.match(await plain.wait_log(/ERR .*begins with TLS/), /server "P" has none on routes/)
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  for (const { log } of [tls, plain, dialler]) {
    // The plain one has two peers to complain of, the others one, though all of them try again every second.
    const errors = log.filter((line) => /^ERR/.test(line))
    assert.ok(errors.length <= (log === plain.log ? 2 : 1), errors.join('\n'))
  }
})

test('a stranger stays out: the acceptor says whom it does not trust, and the stranger hears it', async () => {
  const tls = await start_server({ ...secured(), server_name: 'T' })
  const options = secured({ authority: other_authority, name: 'stranger' })
  const stranger = await start_server({ ...options, cluster: { ...options.cluster, routes: [route_to(tls)] } })
  const expected = /server "T" does not trust the certificate of .*CN=stranger,O=onehop, issued by CN=others/
  assert.match(await tls.wait_log(/ERR .*TLS route handshake error/), expected)
  assert.match(await stranger.wait_log(/ERR .*Route Error 'TLS/), expected)
})

test('a certificate in place of user and password: by the cluster user, or by the hosts of routes', async () => {
  const is_let_in = async (more: object, cluster: object) => {
    const options = secured({}, more)
    const acceptor = await start_server({ ...options, debug: true, cluster: { ...options.cluster, ...cluster } })
    const about = secured({ hosts: ['127.0.0.1', 'node.example'] })
    const dialler = await start_server({ ...about, cluster: { ...about.cluster, routes: [route_to(acceptor)] } })
    const line = await acceptor.wait_log(/Registering remote route|ERR .*authentication error/)
    await Promise.all([acceptor.server.stop(), dialler.server.stop()])
    return !/authentication/.test(line)
  }
  const as_user = (user: string) => is_let_in({ verify_and_map: true }, { authorization: { user, timeout_ms: 2000 } })
  const by_host = (host: string) =>
    is_let_in({ verify_known_urls: true }, { routes: [{ scheme: 'nats', host, port: 1 }] })
  assert.equal([await as_user('node.example'), await as_user('other.example')], [true, false])
  assert.equal([await by_host('node.example'), await by_host('other.example')], [true, false])
})

test('a renewed certificate is used without a restart, which the log tells', async () => {
  const settings = tls_settings()
  const acceptor = await start_server({ workers: 0, cluster: { tls: settings } })
  const join = async () => {
    const options = secured()
    const { port } = await start_server({ ...options, cluster: { ...options.cluster, routes: [route_to(acceptor)] } })
    await wait_for_mesh(port, 2)
  }
  await join()
  const { cert, key } = certificate({ name: 'renewed' })
  file_of(key, settings.key_file)
  file_of(cert, settings.cert_file)
  const options = secured()
  await start_server({ ...options, cluster: { ...options.cluster, routes: [route_to(acceptor)] } })
  await acceptor.wait_log(/INF .*TLS files of routes were read again/)
})

test('insecure is warned of at the start', async () => {
  const { log } = await start_server(secured({}, { insecure: true }))
  assert.ok(log.some((line) => /WRN .*will not be verified\. DO NOT USE IN PRODUCTION!/.test(line)))
})

test('a server stops at once while handshakes hang', async () => {
  const tls = await start_server(secured())
  const silent = connect({ host: '127.0.0.1', port: tls.cluster_port }).on('error', () => {})
  await new Promise((resolve) => setTimeout(resolve, 50))
  const began = performance.now()
  await tls.server.stop()
  assert.ok(performance.now() - began < 1_500)
  silent.destroy()
})

test.run()
