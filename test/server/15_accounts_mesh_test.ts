// Imports and exports where importer and exporter are clients of different members, on workers of their own.
import { suite } from '../harness.ts'
import type { TestServer } from './embedded.ts'
import { start_mesh, stop_all, wait_for_interest } from './embedded.ts'
import { RawClient } from './raw_client.ts'

const test = suite('server/15_accounts_mesh', 30_000)
test.after.each(stop_all)

const limits = { max_connections: -1, max_subscriptions: -1, max_payload: -1 }
const rest = { response_threshold_ms: 5000, account_token_position: 0 }
const user = (name: string) => ({ user: name, password: name, nkey: '', account: name })

/** B has a stream and a service of A; the mapping shows that the exporter's own mappings count. */
const accounts = [
  {
    ...{ name: 'A', users: [user('A')], limits },
    mappings: [{ source: 'ask.old', destinations: [{ subject: 'ask.new', weight: 100 }] }],
    exports: [
      { kind: 'stream' as const, subject: 'news.>', response_type: 'single' as const, ...rest },
      { kind: 'service' as const, subject: 'ask.*', response_type: 'stream' as const, ...rest },
    ],
  },
  {
    ...{ name: 'B', users: [user('B')], limits },
    imports: [
      { kind: 'stream' as const, account: 'A', subject: 'news.>', local: 'a.news.>', share: false },
      { kind: 'service' as const, account: 'A', subject: 'ask.*', local: 'ask.*', share: false },
    ],
  },
]

const options = { workers: 2, accounts, no_auth_user: 'A' }
const mesh = () => start_mesh([options, options])

const login = ({ port }: TestServer, name: string) => RawClient.connect(port, { connect: { user: name, pass: name } })

test('a stream crosses the mesh to importers on both members', async () => {
  const [one, two] = await mesh()
  const publisher = await login(one, 'A')
  const near = await login(one, 'B'), far = await login(two, 'B')
  far.send('SUB a.news.* 1\r\n')
  await far.flush()
  await wait_for_interest(publisher, 'news.x')
  near.send('SUB a.news.* 1\r\n')
  await near.flush()
  publisher.send('PUB news.today 2\r\nhi\r\n')
  for (const client of [near, far]) await client.expect(/MSG a\.news\.today 1 2\r\nhi\r\n/)
})

test('a request crosses the mesh, and all its answers come back', async () => {
  const [one, two] = await mesh()
  const responder = await login(two, 'A'), requester = await login(one, 'B')
  responder.send('SUB ask.new q 1\r\n')
  await responder.flush()
  await wait_for_interest(await login(one, 'A'), 'ask.new')
  requester.send('SUB r.1 7\r\n')
  await requester.flush()
  requester.send('PUB ask.old r.1 3\r\nwho\r\n')
  const [, reply] = await responder.expect(
    /HMSG ask\.new 1 (_R_\.\w{6}\.\w{6}) \d+ \d+\r\nNATS\/1\.0\r\n.*"acc":"B".*\r\n\r\nwho\r\n/,
  )
  responder.send(`PUB ${reply} 2\r\nme\r\nPUB ${reply} 0\r\n\r\n`)
  await requester.expect(/MSG r\.1 7 2\r\nme\r\nMSG r\.1 7 0\r\n\r\n/)
})

test('nobody anywhere is said at once', async () => {
  const [one] = await mesh()
  const requester = await login(one, 'B')
  requester.send('SUB r 7\r\nPUB ask.x r 0\r\n\r\n')
  await requester.expect(/HMSG r 7 \d+ \d+\r\nNATS\/1\.0 503\r\nNats-Subject: ask\.x\r\n/)
})

test.run()
