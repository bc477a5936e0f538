// The Prometheus exporter of NATS against a server of ours: what it makes of the monitor, /metrics makes of it, too.
import { spawn } from 'node:child_process'
import { type AddressInfo, createServer } from 'node:net'
import * as assert from 'uvu/assert'
import type { Test } from 'uvu'
import type { RawClient } from '../server/raw_client.ts'
import { parse_metrics, type ParsedFamily, sample_map } from '../monitor/metrics_parser.ts'
import type { ToolCluster } from './tool_cluster.ts'

const FLAGS = [
  ...['-varz', '-connz_detailed', '-routez', '-subz', '-accstatz', '-healthz', '-leafz', '-gatewayz'],
  '-use_internal_server_id',
]
const COLLECT = 'varz,connz_detailed,routez,subsz,accstatz,healthz,leafz,gatewayz'
/** Of the exporter's own process. */
const NOT_OF_SERVERS = /^(go|process|promhttp)_/
/** What is another one at every look. */
const MOVING =
  /_(mem|cpu|uptime|idle|last_activity|rtt|start|pending_bytes|route_rtt_seconds|route_uptime_seconds|num_matches|cache_hit_rate)$|http_req_stats|_(in|out|sent|received)_/
/** Older exporters show no single routes. */
const OF_SOME_VERSIONS = /_routez_route_/

export function test_exporter(
  test: Test,
  path: string,
  cluster: () => ToolCluster,
  start_client: (member: number) => Promise<RawClient>,
): void {
  test('the exporter: names, types, labels and what stands still are those of /metrics', async () => {
    await start_client(0)
    const { http } = cluster().members[0]
    const port = await free_port()
    const child = spawn(path, ['-a', '127.0.0.1', '-p', String(port), ...FLAGS, `http://127.0.0.1:${http}`], {
      stdio: 'ignore',
    })
    try {
      const theirs = await scrape(`http://127.0.0.1:${port}/metrics`)
      const ours = await scrape(`http://127.0.0.1:${http}/metrics?collect=${COLLECT}`)
      const names = (families: ParsedFamily[]) =>
        families.filter(({ name }) => !/http_req_stats/.test(name) && !OF_SOME_VERSIONS.test(name))
          .map(({ name, type }) => `${name} ${type}`).sort()
      assert.equal(names(ours), names(theirs))
      assert.equal(label_names(ours), label_names(theirs))
      const known = sample_map(ours.filter(({ name }) => !MOVING.test(name)))
      for (const [sample, value] of sample_map(theirs.filter(({ name }) => !MOVING.test(name)))) {
        assert.is(known.get(sample), value, sample)
      }
    } finally {
      child.kill('SIGKILL')
    }
  })
}

/** By name: the names of its labels, of each kind of sample that it has. */
const label_names = (families: ParsedFamily[]): [string, string[]][] =>
  families.filter(({ name }) => !/http_req_stats/.test(name) && !OF_SOME_VERSIONS.test(name)).map((
    { name, samples },
  ): [string, string[]] => [
    name,
    [...new Set(samples.map(({ labels }) => Object.keys(labels).sort().join(' ')))].sort(),
  ]).sort()

async function scrape(url: string): Promise<ParsedFamily[]> {
  for (let tries = 0; tries < 200; tries++) {
    const text = await fetch(url).then((response) => response.text(), () => '')
    const families = parse_metrics(text).filter(({ name }) => !NOT_OF_SERVERS.test(name))
    if (families.length > 0) return families
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${url} does not answer`)
}

/** One that nobody listens on now. */
const free_port = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
