// One mesh of onehop and nats-server, in both roles: the `nats-server` in PATH (2.9 on Debian), and the newer one that the
// environment variable NATS_SERVER_NEW names. Which of them is missing is said, and the tests with it are not run.
import * as assert from 'uvu/assert'
import { stop_programs } from '../cluster_process/program.ts'
import { suite } from '../harness.ts'
import { close_clients, RawClient } from '../server/raw_client.ts'
import {
  ask,
  type Kind,
  MixedCluster,
  peers_of,
  POOLED,
  start_member,
  version_of,
  wait_for_urls,
} from './mixed_cluster.ts'

const test = suite('interop/01_mixed_mesh', 100_000)
test.after.each(async () => {
  close_clients()
  await stop_programs()
})

const MESSAGES = 25
/** It has come back by then: 2.9 after a second, newer ones at once and over and over. */
const REFUSALS = 2
const OURS: Kind = null

/** A cluster is whole, is so again after two members went and came back, and passes each message on once all the time. */
function test_cluster(name: string, kinds: Kind[], pooled: Kind = POOLED): void {
  test(name, async () => {
    const cluster = await MixedCluster.start(kinds)
    await cluster.full_pools(pooled)
    await cluster.exchange(MESSAGES)
    // One that dials the seed when it comes back, and the seed itself, for which the others look.
    for (const [index, signal] of [[kinds.length - 1, 'SIGKILL'], [0, 'SIGTERM']] as const) {
      await cluster.stop(index, signal)
      await cluster.restart(index)
      await cluster.full_pools(pooled)
      await cluster.exchange(MESSAGES)
    }
  })
}

test_cluster('five of ours, as a measure for the others', Array(5).fill(OURS))
test_cluster('four of ours, all with pools', Array(4).fill(POOLED))
test_cluster('four of ours, two with pools', [OURS, POOLED, OURS, POOLED])

for (const [variable, binary] of [['PATH', 'nats-server'], ['NATS_SERVER_NEW', process.env.NATS_SERVER_NEW]]) {
  const version = binary && version_of(binary)
  if (!binary || !version) {
    // scripts/test.mjs passes such lines on.
    console.log(
      `not run: mixed meshes with the nats-server of ${variable}: ${binary ? `no ${binary}` : 'it is not set'}`,
    )
    continue
  }
  const theirs: Kind = binary
  test_cluster(`three, ours the seed, one of ${version}`, [OURS, theirs, OURS])
  test_cluster(`three, ${version} the seed, one of ours`, [theirs, OURS, theirs])
  test_cluster(`five, ours the seed, three of ${version}`, [OURS, theirs, theirs, OURS, theirs])
  test_cluster(`five, ${version} the seed, three of ours`, [theirs, OURS, OURS, theirs, OURS])
  test_cluster(`five, ours the seed and the last one, three of ${version} between`, [
    OURS,
    theirs,
    theirs,
    theirs,
    OURS,
  ])
  const [major, minor] = version.split('.').map(Number)
  const pooled = major > 2 || minor >= 10 ? theirs : POOLED
  test_cluster(`three with pools, ours the seed, one of ${version}`, [POOLED, theirs, POOLED], pooled)
  test_cluster(`four with pools, ${version} the seed, two of ours, one of them without`, [
    theirs,
    POOLED,
    theirs,
    OURS,
  ], pooled)

  test(`${version} with the name of one of ours is refused, and the mesh stays as it is`, async () => {
    const cluster = await MixedCluster.start([OURS, theirs])
    const [{ program, ports }, other] = cluster.members
    const client = await RawClient.connect(ports.client)
    const before = await peers_of(ports.http)
    const twin = await start_member(theirs, 'm0', ports.cluster)
    await program.wait_line(/Remote server has a duplicate name: "m0"/)
    const refusals = () => program.lines.filter((line) => /closed: Duplicate Server Name/.test(line)).length
    while (refusals() < REFUSALS) await client.flush()
    assert.equal(await peers_of(ports.http), before)
    const urls = [ports.client, other.ports.client].map((port) => `127.0.0.1:${port}`).sort()
    for (const port of [ports.client, other.ports.client]) {
      const { info } = await RawClient.open(port)
      assert.equal(info.connect_urls.toSorted(), urls)
    }
    twin.program.child.kill('SIGTERM')
    await twin.program.ended
    await wait_for_urls(ports.client, urls)
    await cluster.exchange(1)
    assert.is((await ask(ports.http, 'routez')).num_routes, 1)
  })
}

test.run()
