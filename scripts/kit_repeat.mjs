// node scripts/kit_repeat.mjs [--rounds 200] [--seconds 3]: a test of the test kit, again and again in one process. Each round starts a
// cluster of three, parts and heals it while clients publish, and stops it. Fails at the first round that is wrong, late, or leaves
// something open, and prints how long the rounds took.
import assert from 'node:assert/strict'
import { connect } from '@nats-io/transport-node'
import { build_dist } from '../build.mjs'
import { command_line } from './arguments.mjs'
import { root } from './runtimes.mjs'

const options = command_line({ rounds: '200', seconds: '3' })
await build_dist({ if_stale: true })
const { startCluster } = await import(`${root}/dist/test.js`)

/** What of it keeps a process: sockets, servers, timers. */
const open_resources = () => process.getActiveResourcesInfo().filter((name) => /TCP|Timeout|Pipe|Worker/.test(name))

/** Returns milliseconds. */
async function round(seed) {
  const begin = performance.now()
  const cluster = await startCluster(3, { seed })
  const [a, c] = await Promise.all(['a', 'c'].map((id) => connect({ servers: cluster.member(id).url })))
  const got = []
  let changed = () => {}
  c.subscribe('x', {
    callback(_error, message) {
      got.push(message.string())
      changed()
    },
  })
  await c.flush()
  const publish = async (text) => {
    a.publish('x', text)
    await a.flush()
  }
  const arrives = async (text) => {
    while (!got.includes(text)) await new Promise((resolve) => changed = resolve)
  }
  await cluster.waitForInterest('x', { at: 'a', from: 'c' })
  await publish('before')
  await arrives('before')
  cluster.partition(['a'], ['b', 'c'])
  await cluster.waitForSplit(['a'], ['b', 'c'])
  await cluster.waitForMesh({ members: ['b', 'c'] })
  await publish('meanwhile')
  cluster.heal()
  await cluster.waitForMesh()
  await cluster.waitForInterest('x', { at: 'a', from: 'c' })
  await publish('behind')
  await arrives('behind')
  assert.deepEqual(got, ['before', 'behind'])
  await Promise.all([a.close(), c.close()])
  await cluster.stop()
  return performance.now() - begin
}

const times = []
const before = open_resources()
for (let seed = 1; seed <= +options.rounds; seed++) {
  const ms = await round(seed)
  times.push(ms)
  if (ms > +options.seconds * 1000) throw new Error(`round ${seed} took ${Math.round(ms)} ms`)
}
// What was closed is reported as open for a turn or two.
for (let turn = 0; turn < 50 && open_resources().length > before.length; turn++) {
  await new Promise((resolve) => setImmediate(resolve))
}
assert.deepEqual(open_resources(), before, 'nothing is left open')
times.sort((one, other) => one - other)
const [min, median, max] = [times[0], times[times.length >> 1], times.at(-1)].map((ms) => `${Math.round(ms)} ms`)
console.log(`${times.length} rounds: min ${min}, median ${median}, max ${max}`)
console.log(`\n${times.length} passed, 0 failed`)
