// Tools that others have made for NATS, against three servers of ours: the command line `nats` (NATS_CLI), nats-top (NATS_TOP) and
// the Prometheus exporter (NATS_EXPORTER), each also from PATH or .cache/tools. Which of them is missing is said, and the tests
// with it are not run. What a dashboard in a browser reads is there in any case.
import * as assert from 'uvu/assert'
import { stop_programs } from '../cluster_process/program.ts'
import { suite } from '../harness.ts'
import { close_clients, RawClient } from '../server/raw_client.ts'
import { parse_metrics } from '../monitor/metrics_parser.ts'
import { test_exporter } from './exporter_cases.ts'
import { test_nats_cli } from './nats_cli_cases.ts'
import { can_run, find_tool, run_tool } from './tool_process.ts'
import { start_cluster, type ToolCluster } from './tool_cluster.ts'

const test = suite('tools/01_existing_tools', 100_000)

let cluster: ToolCluster
test.before(async () => {
  cluster = await start_cluster()
})
test.after.each(close_clients)
test.after(stop_programs)

/** A client of a member that subscribes, and that the server knows to have. */
async function start_client(member: number, subject = 'shown.*'): Promise<RawClient> {
  const connect = { user: 'app', pass: 'app', lang: 'test', version: '1.0', name: 'shown' }
  const client = await RawClient.connect(cluster.members[member].client, { connect })
  await client.send(`SUB ${subject} 1\r\n`)
  await client.flush()
  return client
}

test('a dashboard in a browser finds what it reads: at every member, from any page, of the right kind', async () => {
  const fields: Record<string, Record<string, string>> = {
    'varz': {
      ...{ server_id: 'string', server_name: 'string', version: 'string', uptime: 'string', now: 'string' },
      ...{ cpu: 'number', mem: 'number', connections: 'number', total_connections: 'number', subscriptions: 'number' },
      ...{ slow_consumers: 'number', in_msgs: 'number', out_msgs: 'number', in_bytes: 'number', out_bytes: 'number' },
      ...{ cores: 'number', routes: 'number', remotes: 'number', leafnodes: 'number', slow_consumer_stats: 'object' },
    },
    'jsz?consumers=true&config=true': { disabled: 'boolean', streams: 'number', bytes: 'number', config: 'object' },
    'routez': { num_routes: 'number', routes: 'object' },
    'subsz': { num_subscriptions: 'number', cache_hit_rate: 'number' },
    'connz?sort=cid&limit=10&offset=0&subs=detail&state=all&auth=true': { num_connections: 'number', total: 'number' },
  }
  for (const [index, { http }] of cluster.members.entries()) {
    await start_client(index)
    for (const [path, expected] of Object.entries(fields)) {
      const response = await fetch(`http://127.0.0.1:${http}/${path}`, { headers: { Origin: 'http://elsewhere' } })
      assert.is(response.headers.get('access-control-allow-origin'), '*', path)
      const body: any = await response.json()
      for (const [name, kind] of Object.entries(expected)) assert.is(typeof body[name], kind, `${path} ${name}`)
      if (!path.startsWith('connz')) continue
      const [connection] = body.connections.filter(({ name }: { name: string }) => name === 'shown')
      assert.equal(
        ['cid', 'kind', 'ip', 'port', 'lang', 'version', 'account'].map((name) => typeof connection[name]),
        ['number', 'string', 'string', 'number', 'string', 'string', 'string'],
      )
      assert.match(connection.uptime, /^\d+s$/)
      assert.match(connection.rtt, /^[\d.]+(s|ms|µs)$/)
      assert.ok(Math.abs(Date.parse(connection.last_activity) - Date.now()) < 60_000)
      assert.is(connection.subscriptions_list_detail[0].subject, 'shown.*')
    }
  }
})

test('Prometheus can read every member: all workers answer, and the figures are those of the endpoints', async () => {
  for (const [index, { http, name }] of cluster.members.entries()) {
    await start_client(index)
    const base = `http://127.0.0.1:${http}`
    const response = await fetch(`${base}/metrics?server_id=name`)
    assert.is(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
    const families = parse_metrics(await response.text())
    const values = (wanted: string) =>
      families.find((family) => family.name === wanted)!.samples.map(({ value }) => value)
    assert.ok(families.every(({ samples }) => samples.every(({ labels }) => labels.server_id === name)))
    const varz: any = await (await fetch(`${base}/varz`)).json()
    assert.equal(values('gnatsd_varz_connections'), [varz.connections])
    assert.equal(values('gnatsd_connz_total'), [varz.connections])
    assert.is(values('onehop_worker_connections').reduce((sum, each) => sum + each, 0), varz.connections)
    assert.equal(values('onehop_worker_up'), [1, 1], 'a worker and the supervisor')
    assert.equal(values('onehop_peer_connections'), [1, 1])
    assert.ok(values('onehop_index_used_bytes')[0] < values('onehop_index_capacity_bytes')[0])
  }
})

test('what is there in a folder of its own is found, and the environment comes first', () => {
  assert.is(find_tool('x', 'X_TOOL', { X_TOOL: '/a/b' }), '/a/b')
  assert.is(find_tool('sh', 'X_TOOL', { PATH: '/nowhere:/bin' }), '/bin/sh')
  assert.is(find_tool('no-such-tool-at-all', 'X_TOOL', { PATH: '/bin' }), null)
})

/** Registers the tests of a tool, or says that it is not here. */
function with_tool(name: string, variable: string, register: (path: string) => void): void {
  const path = find_tool(name, variable)
  if (path !== null && can_run(path)) register(path)
  else {console.log(
      `not run: tests with ${name}, which is not in PATH or .cache/tools, and ${variable} does not name one`,
    )}
}

with_tool('nats', 'NATS_CLI', (path) => test_nats_cli(test, path, () => cluster, start_client))
with_tool('prometheus-nats-exporter', 'NATS_EXPORTER', (path) => test_exporter(test, path, () => cluster, start_client))
with_tool('nats-top', 'NATS_TOP', (path) => {
  test('nats-top: a snapshot has the server and its client', async () => {
    await start_client(1)
    const { http } = cluster.members[1]
    const { code, text } = await run_tool([path, '-s', '127.0.0.1', '-m', String(http), '-n', '10', '-o', '-'])
    assert.is(code, 0, text)
    assert.match(text, /NATS server version/)
    assert.match(text, /shown/)
  })
})

test.run()
