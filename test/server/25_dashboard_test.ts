// The page of the mesh on real servers: one that has a monitoring port speaks for all.
import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { start_mesh, start_server, stop_all, type TestOptions, type TestServer, wait_for_interest } from './embedded.ts'
import { RawClient } from './raw_client.ts'

const test = suite('server/25_dashboard', 30_000)
test.after.each(stop_all)

const http = { http_port: -1, http_host: '127.0.0.1' }
const limits = { max_connections: -1, max_subscriptions: -1, max_payload: -1 }
const user = (name: string, account: string) => ({ user: name, password: name, nkey: '', account })
const accounts = [
  { name: '$SYS', users: [user('sys', '$SYS')], limits },
  { name: 'A', users: [user('a', 'A')], limits },
]

/** As many servers as workers are given; the first has a monitoring port, and knows what can be asked of all. */
async function start(...workers: number[]): Promise<{ servers: TestServer[]; ids: string[] }> {
  const options = workers.map((count, i): TestOptions => (
    { workers: count, accounts, no_auth_user: 'a', ...(i === 0 && http) }
  ))
  const servers = await start_mesh(options)
  const ids = servers.map(({ server }) => server.identity.server_id)
  for (const server of servers) {
    const asker = await RawClient.connect(server.port, { connect: { user: 'sys', pass: 'sys' } })
    for (const id of ids) await wait_for_interest(asker, `$SYS._INBOX.${id}.x`)
    asker.close()
  }
  return { servers, ids }
}

const url = ({ server }: TestServer, path: string) => `http://127.0.0.1:${server.ports.monitor!.port}/dashboard${path}`
const get = async (server: TestServer, path: string): Promise<any> => await (await fetch(url(server, path))).json()

for (const workers of [0, 2]) {
  test(`the one that is asked tells of all, in their own words (workers ${workers})`, async () => {
    const { servers: [one, two], ids } = await start(workers, workers, workers)
    const { reach, expected, members, server_id } = await get(one, '/mesh')
    assert.equal([reach, expected, server_id], ['mesh', 3, ids[0]])
    assert.equal(members.map(({ id }: any) => id).sort(), ids.toSorted())
    for (const { id, routes, mesh } of members) {
      assert.equal(routes.map(({ remote_id }: any) => remote_id).sort(), ids.filter((other) => other !== id).sort())
      assert.ok(mesh.workers.length >= 1 && mesh.events.some(({ kind }: any) => kind === 'join'), JSON.stringify(mesh))
    }
    const far = await RawClient.connect(two.port, { connect: { name: 'far' } })
    far.send('SUB far.> 7\r\n')
    await far.flush()
    const { connections } = await get(one, `/connections?server=${ids[1]}`)
    assert.equal(connections.map(({ name, account }: any) => [name, account]), [['far', 'A']])
    const { subscriptions } = await get(one, `/subscriptions?server=${ids[1]}&test=far.away`)
    assert.equal(subscriptions.map(({ subject, sid }: any) => [subject, sid]), [['far.>', '7']])
    const refused = await fetch(url(one, `/connections?server=${ids[1]}&sort=beauty`))
    assert.equal([refused.status, await refused.text()], [400, 'invalid sorting option: beauty'])
  })
}

test('a member that nobody knows does not answer, and that is said', async () => {
  const { servers: [one] } = await start(0, 0)
  const gone = await fetch(url(one, '/connections?server=NOBODY'))
  assert.equal([gone.status, await gone.text()], [504, 'NOBODY did not answer within 2 s'])
})

test('without a system account it is this member alone, below a base path as well', async () => {
  const one = await start_server({ workers: 0, no_system_account: true, http_base_path: '/nats', ...http })
  const answer = await fetch(`http://127.0.0.1:${one.server.ports.monitor!.port}/nats/dashboard/mesh`)
  const { reach, members } = await answer.json() as any
  assert.equal([reach, members.length, members[0].id], ['member', 1, one.server.identity.server_id])
})

test('an answer may be longer than a question: a page of connections with long names', async () => {
  const { servers: [one, two], ids } = await start(0, 0)
  for (let i = 0; i < 100; i++) {
    await RawClient.connect(two.port, { connect: { name: `client ${i} `.padEnd(600, 'x') } })
  }
  const { connections, total } = await get(one, `/connections?server=${ids[1]}&limit=100`)
  assert.equal([connections.length, total], [100, 100])
})

test.run()
