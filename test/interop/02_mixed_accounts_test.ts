// Imports and exports between a member of ours and a nats-server: requests and streams both ways, with one configuration for both.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ports_of, start_command, start_program, stop_programs } from '../cluster_process/program.ts'
import { suite } from '../harness.ts'
import { wait_for_interest, wait_for_mesh } from '../server/embedded.ts'
import { close_clients, RawClient } from '../server/raw_client.ts'

const test = suite('interop/02_mixed_accounts', 60_000)
test.after.each(async () => {
  close_clients()
  await stop_programs()
})

const directory = mkdtempSync(join(tmpdir(), 'onehop-accounts-'))
const config = join(directory, 'accounts.conf')
process.on('exit', () => rmSync(directory, { recursive: true }))
writeFileSync(
  config,
  `no_auth_user: a
accounts {
  A {
    users: [ { user: a, password: a } ]
    exports: [ { stream: "news.>" }, { service: "ask.*", response_type: stream } ]
  }
  B {
    users: [ { user: b, password: b } ]
    imports: [
      { stream: { account: A, subject: "news.>" }, prefix: a }
      { service: { account: A, subject: "ask.*" }, to: "q.$1" }
    ]
  }
}
`,
)

/** Null: ours. */
async function start(binary: string | null, seed: number | null): Promise<{ client: number; cluster: number }> {
  const flags = [
    '-c',
    config,
    '-a',
    '127.0.0.1',
    '-p',
    '-1',
    '--cluster',
    'nats://127.0.0.1:-1',
    '--cluster_name',
    'mixed',
  ]
  if (seed !== null) flags.push('--routes', `nats://127.0.0.1:${seed}`)
  const program = binary === null ? start_program(flags) : start_command([binary, ...flags])
  await program.wait_line(/Server is ready$/, 30_000)
  return await ports_of(program)
}

const login = (port: number, user: string) => RawClient.connect(port, { connect: { user, pass: user } })

/** The exporter's clients are at one member, the importer's at the other. */
async function exchange(exporting: number, importing: number): Promise<void> {
  const exporter = await login(exporting, 'a'), importer = await login(importing, 'b')
  importer.send('SUB a.news.* 1\r\nSUB r.> 7\r\n')
  exporter.send('SUB ask.* 2\r\n')
  await Promise.all([importer.flush(), exporter.flush()])
  await wait_for_interest(await login(exporting, 'a'), 'news.x')
  exporter.send('PUB news.today 2\r\nhi\r\n')
  await importer.expect(/MSG a\.news\.today 1 2\r\nhi\r\n/)
  await wait_for_interest(await login(importing, 'a'), 'ask.x')
  importer.send('PUB q.who r.1 1\r\n?\r\n')
  const [, reply] = await exporter.expect(
    /HMSG ask\.who 2 (_R_\.\S+) \d+ \d+\r\nNATS\/1\.0\r\n.*"acc":"B".*\r\n\r\n\?\r\n/,
  )
  exporter.send(`PUB ${reply} 2\r\nme\r\nPUB ${reply} 0\r\n\r\n`)
  await importer.expect(/MSG r\.1 7 2\r\nme\r\nMSG r\.1 7 0\r\n\r\n/)
}

for (const [variable, binary] of [['PATH', 'nats-server'], ['NATS_SERVER_NEW', process.env.NATS_SERVER_NEW]]) {
  const is_there = binary && spawnSync(binary, ['--version'], { timeout: 10_000 }).status === 0
  if (!binary || !is_there) {
    console.log(`not run: accounts across ours and the nats-server of ${variable}`)
    continue
  }
  test(`ours and ${binary}, both ways`, async () => {
    const ours = await start(null, null)
    const theirs = await start(binary, ours.cluster)
    await Promise.all([wait_for_mesh(ours.client, 2), wait_for_mesh(theirs.client, 2)])
    await exchange(ours.client, theirs.client)
    await exchange(theirs.client, ours.client)
  })
}

test('two of ours, as a measure for the others', async () => {
  const one = await start(null, null), two = await start(null, one.cluster)
  await Promise.all([wait_for_mesh(one.client, 2), wait_for_mesh(two.client, 2)])
  await exchange(one.client, two.client)
})

test.run()
