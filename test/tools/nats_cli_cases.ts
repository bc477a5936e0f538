// The command line `nats` against three servers of ours: each command is judged by what it prints and by its exit code.
import * as assert from 'uvu/assert'
import type { Test } from 'uvu'
import type { RawClient } from '../server/raw_client.ts'
import { run_tool, type ToolRun } from './tool_process.ts'
import type { ToolCluster } from './tool_cluster.ts'

type StartClient = (member: number, subject?: string) => Promise<RawClient>

const NAMES = ['n1', 'n2', 'n3']

export function test_nats_cli(test: Test, path: string, cluster: () => ToolCluster, start_client: StartClient): void {
  const run = (user: 'system' | 'app', words: string, more: { until?: RegExp; member?: number; last?: string } = {}) =>
    run_tool(
      [
        path,
        '--no-context',
        '-s',
        cluster().url(user, more.member ?? 0),
        ...words.split(' '),
        ...more.last ? [more.last] : [],
      ],
      more.until === undefined ? {} : { until: more.until },
    )
  const succeeds = async (user: 'system' | 'app', words: string): Promise<string> => {
    const { code, text } = await run(user, words)
    assert.is(code, 0, `nats ${words}: ${text}`)
    return text
  }
  test_messages(test, run, succeeds)
  test_reports(test, succeeds, start_client)
  test_checks(test, run, succeeds, cluster)
  test_requests(test, run, succeeds, cluster, start_client)
}

type Run = (
  user: 'system' | 'app',
  words: string,
  more?: { until?: RegExp; member?: number; last?: string },
) => Promise<ToolRun>
type Succeeds = (user: 'system' | 'app', words: string) => Promise<string>

function test_messages(test: Test, run: Run, succeeds: Succeeds): void {
  test('nats: what is published at one member is got at another, with its headers', async () => {
    const got = run('app', 'sub news.* --count 2', { member: 2 })
    await repeat(() => run('app', 'pub news.a hello -H color:red'), got)
    const { code, text } = await got
    assert.is(code, 0, text)
    assert.match(text, /\[#2\] Received on "news\.a"\s+color: red\s+hello/i)
  })

  test('nats: a request is answered from another member, and one without responders is told so', async () => {
    const replying = run('app', 'reply help --count 1', { member: 1, last: 'I am {{Request}}' })
    const asked = await first(() => run('app', 'request help --timeout 2s', { last: 'me' }), /I am me/)
    assert.is(asked.code, 0, asked.text)
    assert.match((await replying).text, /Received on subject "help"/)
    assert.match((await run('app', 'request nobody x')).text, /No responders are available/)
  })

  test('nats: its benchmark gets every message', async () => {
    const got = run('app', 'bench sub load --msgs 2000 --no-progress', { member: 1 })
    await repeat(() => run('app', 'bench pub load --msgs 2000 --size 16 --no-progress'), got)
    const { code, text } = await got
    assert.is(code, 0, text)
    assert.match(text, /NATS Core NATS subscriber stats: [\d,]+ msgs\/sec/)
  })

  test('nats: an account is told, and the time to and fro', async () => {
    const info = await succeeds('app', 'account info')
    for (const line of [/User: app/, /Account: APP/, /Connected Cluster: tools/, /Connected Server Name: n1/]) {
      assert.match(info, line)
    }
    assert.match(await succeeds('app', 'rtt --json'), /"rtt"|rtt/i)
    assert.match(await succeeds('app', 'account report connections'), /NATS CLI Version/)
  })
}

function test_reports(test: Test, succeeds: Succeeds, start_client: StartClient): void {
  test('nats: lists and pings name every member once', async () => {
    const list = JSON.parse(await succeeds('system', 'server list --json'))
    const servers = list.map(({ server }: { server: { name: string } }) => server.name).sort()
    assert.equal(servers, NAMES)
    for (const { statsz } of list) assert.equal([statsz.active_servers, statsz.routes.length], [3, 2])
    const ping = await succeeds('system', 'server ping 3')
    for (const name of NAMES) assert.match(ping, new RegExp(`^${name}\\s+rtt=`, 'm'))
    assert.match(ping, /3 replies/)
  })

  test('nats: a server is shown by its name', async () => {
    const text = await succeeds('system', 'server info n2')
    for (const line of [/Server information for n2/, /Auth Required: true/, /Name: tools/, /Connections: \d/]) {
      assert.match(text, line)
    }
  })

  test('nats: reports count clients, accounts and routes of the whole mesh', async () => {
    for (const member of [0, 1, 2]) await start_client(member, `report.${member}`)
    const connections = JSON.parse(await succeeds('system', 'server report connections --json'))
    const shown = connections.filter(({ name }: { name: string }) => name === 'shown')
    assert.equal(shown.map(({ account, subscriptions }: any) => [account, subscriptions]), Array(3).fill(['APP', 1]))
    const accounts = await succeeds('system', 'server report accounts')
    assert.match(accounts, /APP\s+│ 3\s/)
    const routes = await succeeds('system', 'server report routes')
    assert.is(routes.match(/rid:\d/g)?.length, 6, routes)
    for (const name of NAMES) assert.ok(routes.match(new RegExp(`│ ${name} `, 'g'))!.length >= 3, routes)
    assert.match(await succeeds('system', 'server report health'), /ok: 3 \/ err: 0/)
    for (const what of ['cpu', 'mem', 'gateways', 'leafnodes', 'jetstream']) {
      await succeeds('system', `server report ${what}`)
    }
  })
}

function test_checks(test: Test, run: Run, succeeds: Succeeds, cluster: () => ToolCluster): void {
  test('nats: checks are well with what is there, and critical with what is not', async () => {
    assert.match(await succeeds('app', 'server check connection'), /^OK /)
    assert.match(await succeeds('system', 'server check server --name n3'), /^OK n3/)
    const wrong = await run('system', 'server check server --name n9 --timeout 1s')
    assert.is(wrong.code, 2, wrong.text)
    assert.match(wrong.text, /CRITICAL/)
  })

  test('nats: an audit of the cluster finds no fault', async () => {
    const file = `${cluster().folder}/audit.zip`
    await succeeds('system', `audit gather --no-progress --output ${file}`)
    const text = await succeeds('system', `audit analyze ${file}`)
    assert.match(text, /FAIL: 0/)
    assert.match(text, /WARN: 0/)
  })
}

function test_requests(
  test: Test,
  run: Run,
  succeeds: Succeeds,
  cluster: () => ToolCluster,
  start_client: StartClient,
): void {
  test('nats: every kind of request is answered by each member', async () => {
    const kinds = ['variables', 'connections', 'subscriptions', 'routes', 'gateways', 'leafnodes', 'accounts']
    for (const kind of [...kinds, 'jetstream', 'jetstream-health', 'raft', 'ipqueue']) {
      const text = await succeeds('system', `server request ${kind}`)
      const lines = text.trim().split('\n').map((line) => JSON.parse(line))
      assert.equal(lines.map(({ server }) => server.name).sort(), NAMES, kind)
      assert.ok(lines.every(({ data, error }) => data !== undefined && error === undefined), text)
    }
    const one = JSON.parse(await succeeds('system', 'server request variables --name n2'))
    assert.is(one.data.server_name, 'n2')
    assert.match((await run('app', 'server request variables --timeout 1s')).text, /system privileges/)
  })

  test('nats: a client is ended, and an account shown', async () => {
    const client = await start_client(2, 'kicked')
    const { http } = cluster().members[2]
    const { server_id, connections }: any = await (await fetch(`http://127.0.0.1:${http}/connz?sort=start`)).json()
    const { cid } = connections.at(-1)
    await succeeds('system', `server request kick ${cid} ${server_id}`)
    await client.closed
    const account = await succeeds('system', 'server account info APP')
    assert.match(account, /Tag: APP/)
  })
}

/** Does it again and again until the other has ended: that the other has begun can not be seen. */
async function repeat(act: () => Promise<unknown>, other: Promise<unknown>): Promise<void> {
  let ended = false
  void other.finally(() => ended = true)
  while (!ended) await act()
}

/** Runs it until it says something: whom it needs may not be there yet. */
async function first(act: () => Promise<ToolRun>, text: RegExp): Promise<ToolRun> {
  for (let tries = 0; tries < 20; tries++) {
    const run = await act()
    if (text.test(run.text)) return run
  }
  throw new Error(`Never said ${text}`)
}
