// A running server takes over a configuration that was loaded again: all of it or nothing, and nobody is cut who need not be.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { default_options, type Options } from '../../src/config/options.ts'
import { suite } from '../harness.ts'
import { tls_settings } from '../net/tls_rig.ts'
import {
  route_to,
  start_mesh,
  start_server,
  stop_all,
  type TestServer,
  wait_for_interest,
  wait_for_mesh,
} from './embedded.ts'
import { RawClient } from './raw_client.ts'

const test = suite('server/20_reload', 30_000)
test.after.each(stop_all)

const limits = { max_connections: -1, max_subscriptions: -1, max_payload: -1 }
const user = (name: string, account: string) => ({ user: name, password: name, nkey: '', account })
const account = (name: string, ...users: string[]) => ({ name, users: users.map((each) => user(each, name)), limits })
const login = ({ port }: TestServer, name: string) => RawClient.connect(port, { connect: { user: name, pass: name } })

/** The options of a running server with a change. */
function changed({ server }: TestServer, change: Partial<Options>): { options: Options; digest: string } {
  return { options: { ...default_options(), ...server.options, ...change }, digest: 'sha256:x' }
}

test('on every thread clients stay, and those that are new come in', async () => {
  const one = await start_server({ workers: 2, accounts: [account('A', 'a')] })
  const clients = await Promise.all(Array.from({ length: 8 }, () => login(one, 'a')))
  for (const client of clients) {
    client.send('SUB x 1\r\n')
    await client.flush()
  }
  await one.server.reload_with(changed(one, { accounts: [account('A', 'a'), account('B', 'b')] }))
  assert.ok(one.log.includes('INF Reloaded server configuration (sha256:x)'))
  const other = await login(one, 'b')
  other.send('SUB x 1\r\nPUB x 1\r\no\r\n')
  await other.expect(/MSG x 1 1\r\no\r\n/)
  clients[0].send('PUB x 2\r\nhi\r\n')
  for (const client of clients) await client.expect(/MSG x 1 2\r\nhi\r\n/)
})

test('the name of the cluster, its pool and what it tells clients change with the routes made again', async () => {
  const members = await start_mesh([{}, {}])
  const [seed, other] = members
  const clients = await Promise.all(members.map(({ port }) => RawClient.connect(port, { connect: { protocol: 1 } })))
  const cluster = { name: 'renamed', pool_size: 2, no_advertise: true }
  await Promise.all(
    members.map((each) =>
      each.server.reload_with(changed(each, { cluster: { ...each.server.options.cluster, ...cluster } }))
    ),
  )
  for (const { log } of members) assert.ok(log.includes('INF Cluster name updated to renamed'))
  clients[0].send('SUB x 1\r\n')
  await clients[0].flush()
  await wait_for_interest(clients[1], 'x')
  for (const { port } of members) {
    const { info } = await RawClient.connect(port)
    assert.equal([info.cluster, info.connect_urls], ['renamed', undefined])
  }
  const back = { ...seed.server.options.cluster, no_advertise: false, pool_size: -1 }
  await Promise.all([seed, other].map((each) => each.server.reload_with(changed(each, { cluster: { ...back } }))))
  for (const { port } of members) await wait_for_mesh(port, 2)
  for (const client of clients) await client.flush()
})

test('whoever comes after it finds TLS turned on, also while a worker is busy with its start', async () => {
  for (let i = 0; i < 5; i++) {
    const one = await start_server({ workers: 1 })
    await one.server.reload_with(changed(one, { tls: tls_settings({}, { verify: false }) }))
    const client = await RawClient.open(one.port)
    assert.is(client.info.tls_required, true)
    client.close()
  }
})

test('where something needs a start nothing is changed, and all reasons are said', async () => {
  const one = await start_server({ server_name: 'a' })
  const refused = one.server.reload_with(changed(one, { server_name: 'b', max_sub_tokens: 3, max_payload: 5 }))
  const error = await refused.then(() => null, (error: Error) => error.message)
  assert.is(
    error,
    'config reload not supported for ServerName: old=a, new=b; nor for MaxSubTokens: old=0, new=3; ' +
      'nothing was changed, that needs a restart; without it these would be taken over: max_payload = 5',
  )
  assert.is((await RawClient.connect(one.port)).info.max_payload, 1048576)
  await one.server.reload().then(
    () => assert.unreachable(),
    (error) => assert.match(error.message, /when a file is provided/),
  )
})

test('a worker that is started anew has the new configuration', async () => {
  const one = await start_server({ workers: 1, accounts: [account('A', 'a')] })
  await one.server.reload_with(changed(one, { accounts: [account('B', 'b')] }))
  await one.server.terminate_worker(0)
  await one.wait_log(/Worker 0 was restarted/)
  await (await login(one, 'b')).flush()
  const refused = await login(one, 'a').then(() => '', (error) => error.message)
  assert.match(refused, /Authorization Violation/)
})

test('surplus connections are closed, with the reason', async () => {
  const one = await start_server({ workers: 2 })
  const clients = await Promise.all(Array.from({ length: 5 }, () => RawClient.connect(one.port)))
  await one.server.reload_with(changed(one, { max_connections: 3 }))
  await one.wait_log(/Closed 2 connections to fall within max_connections/)
  await Promise.race(clients.map((client) => client.expect(/-ERR 'maximum connections exceeded'/)))
})

test('an account that is new on both members is one across the mesh', async () => {
  const options = { workers: 2, accounts: [account('A', 'a')], no_auth_user: 'a' }
  const [one, two] = await start_mesh([options, options])
  for (const each of [one, two]) {
    await each.server.reload_with(changed(each, { accounts: [account('A', 'a'), account('B', 'b')] }))
  }
  const near = await login(one, 'b'), far = await login(two, 'b')
  far.send('SUB x 1\r\n')
  await far.flush()
  await wait_for_interest(near, 'x')
  near.send('PUB x 2\r\nhi\r\n')
  await far.expect(/MSG x 1 2\r\nhi\r\n/)
})

test('routes that are new are dialled, those that are gone are closed', async () => {
  const one = await start_server({ cluster: {} }), two = await start_server({ cluster: {} })
  await one.server.reload_with(changed(one, { cluster: { ...one.server.options.cluster, routes: [route_to(two)] } }))
  await wait_for_mesh(one.port, 2)
  await one.server.reload_with(changed(one, { cluster: { ...one.server.options.cluster, routes: [] } }))
  await one.wait_log(/Router connection closed: Route Removed/)
})

test('what peers may get is another thing from now on, and the mesh forms again', async () => {
  const [one, two] = await start_mesh([{}, {}])
  const near = await RawClient.connect(one.port, { connect: { headers: true, no_responders: true } })
  const far = await RawClient.connect(two.port)
  far.send('SUB open 1\r\nSUB secret 2\r\n')
  await far.flush()
  await wait_for_interest(near, 'secret')
  const cluster = { ...one.server.options.cluster, permissions: { export: { deny: ['secret'] } } }
  await one.server.reload_with(changed(one, { cluster }))
  await one.wait_log(/Router connection closed/)
  await wait_for_mesh(two.port, 2)
  await wait_for_interest(near, 'open')
  near.send('SUB r 9\r\nPUB secret r 0\r\n\r\n')
  await near.expect(/HMSG r 9 .*\r\nNATS\/1\.0 503/)
})

test('files follow: the configuration is loaded by whoever runs the server', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'onehop-reload-'))
  const seen: string[] = []
  let next: Options | null = null
  const one = await start_server({}, {
    load_again: () => {
      if (next === null) throw new Error('no such file')
      return { options: next, digest: '' }
    },
    reloaded: (before, now) => void seen.push(`${before.max_payload} ${now.max_payload}`),
  })
  try {
    await one.server.reload().then(() => assert.unreachable(), (error) => assert.is(error.message, 'no such file'))
    next = changed(one, { max_payload: 7 }).options
    await Promise.all([one.server.reload(), one.server.reload()])
    assert.equal(seen, ['1048576 7', '7 7'])
    assert.is(existsSync(folder), true)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.run()
