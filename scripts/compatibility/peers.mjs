// One mesh of onehop and a nats-server, in both roles: who was there first, and who dialled.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { connect } from '@nats-io/transport-node'
import { run_process } from '../child_process.mjs'
import { node_binary, root } from '../runtimes.mjs'
import { member_config, new_ports, start } from './servers.mjs'
import { until_mesh } from './clients.mjs'

export const peer_steps = [
  'mesh of 3',
  'each hears each',
  'queue once',
  'request over one hop',
  'onehop doctor: no error',
]

/** What a binary says of its version; null if it can not be started. */
export function server_version(binary) {
  const { error, stdout } = spawnSync(binary, ['--version'], { encoding: 'utf8', timeout: 10_000 })
  return error ? null : / v(\d\S*)/.exec(stdout)?.[1] ?? null
}

/** Rows { name, version, results } for that binary, one for each role. */
export async function try_peer(folder, binary) {
  const version = server_version(binary)
  const roles = [['onehop is the seed', [null, [binary], [binary]]], ['nats-server is the seed', [
    [binary],
    null,
    null,
  ]]]
  const rows = []
  for (const [role, commands] of roles) {
    const name = `nats-server, ${role}`
    if (version === null) rows.push({ name, version: '', results: peer_steps.map(() => `not tried: no ${binary}`) })
    else rows.push({ name, version, results: await try_mesh(folder, commands) })
  }
  return rows
}

async function try_mesh(folder, commands) {
  const members = []
  const connections = []
  const results = []
  const step = async (run) => {
    try {
      await run()
      results.push('ok')
    } catch (error) {
      results.push(`failed: ${error.message}`)
    }
  }
  try {
    await step(async () => {
      for (const [index, command] of commands.entries()) {
        const ports = await new_ports()
        const config = member_config(`peer${index}`, ports, members[0]?.ports.route)
        members.push({ ports, ...await start(folder, `peer${index}`, config, command) })
      }
      for (const { ports } of members) await until_mesh(ports.http, members.length - 1)
    })
    await step(async () => {
      for (const { ports } of members) {
        connections.push(await connect({ servers: `127.0.0.1:${ports.client}`, ignoreClusterUpdates: true }))
      }
      await each_hears_each(connections)
    })
    await step(() => queue_once(connections))
    await step(() => request_over_a_hop(connections))
    await step(async () => {
      const urls = members.map(({ ports }) => `http://127.0.0.1:${ports.http}`)
      const { code, output } = await run_process([node_binary(), join(root, 'dist/main.js'), 'doctor', ...urls], {
        seconds: 30,
      })
      if (code !== 0) throw new Error(output.split('\n')[0])
    })
    return results
  } finally {
    await Promise.all(connections.map((connection) => connection.close()))
    await Promise.all(members.map((member) => member.stop()))
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** A message from each, heard at each, and no more than once. */
async function each_hears_each(connections) {
  const heard = connections.map(() => [])
  for (const [index, connection] of connections.entries()) {
    connection.subscribe('peers.*', { callback: (_error, { subject }) => heard[index].push(subject) })
    await connection.flush()
  }
  await pause(500)
  for (const [index, connection] of connections.entries()) connection.publish(`peers.${index}`)
  await pause(500)
  const wanted = connections.map((_, index) => `peers.${index}`).join()
  const wrong = heard.findIndex((subjects) => subjects.sort().join() !== wanted)
  if (wrong >= 0) throw new Error(`member ${wrong} heard ${heard[wrong].join(' ') || 'nothing'}`)
}

async function queue_once(connections) {
  let count = 0
  for (const connection of connections) {
    connection.subscribe('shared', { queue: 'q', callback: () => count++ })
    await connection.flush()
  }
  await pause(500)
  for (const connection of connections) for (let i = 0; i < 100; i++) connection.publish('shared')
  await pause(700)
  if (count !== 100 * connections.length) throw new Error(`${count} of ${100 * connections.length} were taken`)
}

async function request_over_a_hop(connections) {
  const [first] = connections, last = connections.at(-1)
  for (const [asker, answerer, subject] of [[first, last, 'to.last'], [last, first, 'to.first']]) {
    answerer.subscribe(subject, { callback: (_error, message) => message.respond('answer') })
    await answerer.flush()
    await pause(500)
    if ((await asker.request(subject, 'q', { timeout: 3_000 })).string() !== 'answer') throw new Error('another answer')
  }
}
