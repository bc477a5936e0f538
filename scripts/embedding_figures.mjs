// npm run embedding:figures [-- --starts 20]: what a server inside a program costs. The time from Server.start to the first message
// that a client has got, with everything in one thread, by a socket and inside the process; and the memory of one more server.
import { join } from 'node:path'
import { connect as connect_tcp } from '@nats-io/transport-node'
import { build_dist } from '../build.mjs'
import { command_line } from './arguments.mjs'
import { machine } from './machine.mjs'
import { root } from './runtimes.mjs'

const options = command_line({ starts: '20' })
const starts = Number(options.starts)
if (!Number.isInteger(starts) || starts < 1) throw new Error('--starts takes a whole number above 0')
await build_dist({ if_stale: true })
const { Server } = await import(join(root, 'dist/mod.js'))
const { connect } = await import(join(root, 'dist/connect.js'))

/** Milliseconds from the start to the server, and to the first message. The server stays. */
async function first_message(connect_to) {
  const began = performance.now()
  const server = await Server.start()
  const started_ms = performance.now() - began
  const client = await connect_to(server)
  const subscription = client.subscribe('first', { max: 1 })
  client.publish('first')
  for await (const _ of subscription);
  const delivered_ms = performance.now() - began
  await client.close()
  return { server, started_ms, delivered_ms }
}

const ways = {
  'by a socket': (server) => connect_tcp({ servers: server.url }),
  'inside the process': (server) => connect(server),
}
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
const shown = (values) =>
  `median ${median(values).toFixed(1)} ms (${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)})`

console.log(`${machine()}\n`)
for (const [way, connect_to] of Object.entries(ways)) {
  const times = []
  for (let i = 0; i <= starts; i++) {
    const { server, ...found } = await first_message(connect_to)
    await server.stop()
    times.push(found)
  }
  const [first, ...others] = times
  console.log(`start to first message, ${way}: the first in this process ${first.delivered_ms.toFixed(1)} ms,`)
  console.log(`  the next ${starts}: ${shown(others.map(({ delivered_ms }) => delivered_ms))}`)
  console.log(`  of that Server.start: ${shown(others.map(({ started_ms }) => started_ms))}`)
}

/** MiB in use once what nobody needs is gone. */
async function memory_mib() {
  for (let i = 0; i < 3; i++) {
    globalThis.gc()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage()
  return { rss, heap: heapUsed, buffers: arrayBuffers }
}

if (globalThis.gc === undefined) console.log('\nmemory: not measured, start node with --expose-gc')
else {
  const servers = [await Server.start()]
  const before = await memory_mib()
  for (let i = 0; i < 10; i++) servers.push(await Server.start())
  const after = await memory_mib()
  const each = (name) => `${((after[name] - before[name]) / 10 / 2 ** 20).toFixed(2)} MiB`
  console.log(`\nmemory of one more server (mean of ten): resident ${each('rss')}, heap ${each('heap')}`)
  await Promise.all(servers.map((server) => server.stop()))
}
