// The system account of real servers: what is asked of one is answered by all, and what happens on one is told everywhere.
import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { start_mesh, start_server, stop_all, type TestServer, wait_for_interest } from './embedded.ts'
import { RawClient } from './raw_client.ts'

const test = suite('server/19_system_account', 30_000)
test.after.each(stop_all)

const limits = { max_connections: -1, max_subscriptions: -1, max_payload: -1 }
const user = (name: string, account: string) => ({ user: name, password: name, nkey: '', account })
const accounts = [
  { name: '$SYS', users: [user('sys', '$SYS')], limits },
  { name: 'A', users: [user('a', 'A')], limits },
]
// Helpers come in as that one: what they do is not told of the other account.
const options = { workers: 2, accounts, no_auth_user: 'sys' }
const mesh = () => start_mesh([options, options])

const login = ({ port }: TestServer, name: string) => RawClient.connect(port, { connect: { user: name, pass: name } })

/** The next `count` messages on the subscriptions r and e. */
async function answers(client: RawClient, count: number): Promise<any[]> {
  const found = []
  for (let i = 0; i < count; i++) {
    const [, json] = await client.expect(/MSG \S+ [re]\d? \d+\r\n(.*)\r\n/)
    found.push(JSON.parse(json))
  }
  return found
}

async function asker(server: TestServer): Promise<RawClient> {
  const client = await login(server, 'sys')
  client.send('SUB r.* r\r\n')
  await client.flush()
  return client
}

test('every member answers, and each that is asked by its id', async () => {
  const [one, two] = await mesh()
  const client = await asker(one)
  const ids = [one, two].map(({ server }) => server.identity.server_id)
  for (const id of ids) await wait_for_interest(client, `$SYS.REQ.SERVER.${id}.VARZ`)
  client.send('PUB $SYS.REQ.SERVER.PING.VARZ r.1 0\r\n\r\n')
  const all = await answers(client, 2)
  assert.equal(all.map(({ server }) => server.id).sort(), [...ids].sort())
  for (const id of ids) {
    client.send(`PUB $SYS.REQ.SERVER.${id}.CONNZ r.2 0\r\n\r\n`)
    assert.is((await answers(client, 1))[0].data.server_id, id)
  }
  client.send('PUB $SYS.REQ.SERVER.PING r.3 0\r\n\r\n')
  assert.equal((await answers(client, 2)).map(({ statsz }) => statsz.active_servers), [2, 2])
})

test('an account sees its connections on all members, and no others', async () => {
  const [one, two] = await mesh()
  const near = await login(one, 'a'), far = await login(two, 'a')
  await login(two, 'sys')
  near.send('SUB r.* r\r\n')
  await near.flush()
  const { server_id } = two.server.identity
  await wait_for_interest(await login(one, 'sys'), `$SYS.REQ.SERVER.${server_id}.CONNZ`)
  await far.flush()
  near.send('PUB $SYS.REQ.ACCOUNT.PING.CONNZ r.1 0\r\n\r\n')
  const found = await answers(near, 2)
  assert.equal(found.map(({ data }) => data.num_connections), [1, 1])
})

test('a client of one member is known on the other: it comes, it is thrown out', async () => {
  const [one, two] = await mesh()
  const client = await asker(one)
  client.send('SUB $SYS.ACCOUNT.A.* e1\r\nSUB $SYS.ACCOUNT.A.SERVER.CONNS e2\r\n')
  await client.flush()
  const { server_id } = two.server.identity
  await wait_for_interest(client, `$SYS.REQ.SERVER.${server_id}.KICK`)
  await wait_for_interest(await login(two, 'sys'), '$SYS.ACCOUNT.A.SERVER.CONNS')
  const victim = await RawClient.connect(two.port, { connect: { user: 'a', pass: 'a', protocol: 1 } })
  await victim.flush()
  const [connect, conns] = await answers(client, 2)
  assert.equal([connect.server.id, connect.client.user, conns.conns], [server_id, 'a', 1])
  client.send(`PUB $SYS.REQ.SERVER.${server_id}.LDM r.1 ${`{"cid":${connect.client.id}}`.length}\r\n`)
  client.send(`{"cid":${connect.client.id}}\r\n`)
  assert.not.ok((await answers(client, 1))[0].error)
  await victim.expect(/INFO .*"ldm":true/)
  client.send(`PUB $SYS.REQ.SERVER.${server_id}.KICK r.1 ${`{"cid":${connect.client.id}}`.length}\r\n`)
  client.send(`{"cid":${connect.client.id}}\r\n`)
  const after = await answers(client, 3)
  assert.ok(after.some(({ reason }) => reason === 'Kicked'))
  assert.ok(after.some(({ conns }) => conns === 0))
  await victim.until(() => victim.is_closed, 'its connection is cut')
})

test('subscribers are counted in the whole mesh', async () => {
  const [one, two] = await mesh()
  const near = await login(one, 'a'), far = await login(two, 'a')
  far.send('SUB a.b 1\r\nSUB a.* q 2\r\n')
  await far.flush()
  near.send('SUB a.> 1\r\nSUB n.* n\r\n')
  await near.flush()
  const [first, second] = [one, two].map(({ server }) => server.identity.server_id)
  await wait_for_interest(await login(one, 'sys'), `$SYS._INBOX.${second}.x`)
  await wait_for_interest(await login(two, 'sys'), `$SYS._INBOX.${first}.x`)
  const count = async (text: string) => {
    near.send(`PUB $SYS.DEBUG.SUBSCRIBERS n.1 ${text.length}\r\n${text}\r\n`)
    return (await near.expect(/MSG n\.1 n \d+\r\n(\d+)\r\n/))[1]
  }
  assert.equal([await count('a.b'), await count('a.b q'), await count('none')], ['3', '1', '0'])
})

test('the end of a member is told to the others', async () => {
  const [one, two] = await mesh()
  const client = await asker(one)
  client.send('SUB $SYS.SERVER.*.SHUTDOWN e\r\n')
  await client.flush()
  await wait_for_interest(await login(two, 'sys'), '$SYS.SERVER.x.SHUTDOWN')
  await two.server.stop()
  assert.is((await answers(client, 1))[0].id, two.server.identity.server_id)
})

test('requests are answered again after the thread that takes them has died', async () => {
  const one = await start_server(options)
  await one.server.terminate_worker(0)
  await one.wait_log(/Worker 0 was restarted/)
  // So many that some are clients of the other thread, which has to wake this one.
  for (let i = 0; i < 8; i++) {
    const client = await asker(one)
    client.send('PUB $SYS.REQ.SERVER.PING.IDZ r.1 0\r\n\r\n')
    assert.is((await answers(client, 1))[0].id, one.server.identity.server_id)
  }
})

test('without a system account nobody answers', async () => {
  const { port } = await start_server({ workers: 0, no_system_account: true })
  const client = await RawClient.connect(port, { connect: { headers: true, no_responders: true } })
  client.send('SUB r 1\r\nPUB $SYS.REQ.USER.INFO r 0\r\n\r\n')
  await client.expect(/HMSG r 1 .*\r\nNATS\/1\.0 503/)
})

test.run()
