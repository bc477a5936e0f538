// npm run demo: three servers started with the command lines of the NATS clustering page find each other from one seed; the
// official client publishes on each of them, and a subscriber of the first receives every message once.
//   [--port-base 4222] [--once] [--runtime node|deno] [--server "COMMAND"]
import net from 'node:net'
import { connect } from '@nats-io/transport-node'
import { build_dist } from '../build.mjs'
import { command_line } from './arguments.mjs'
import { on_end_signal, start_process, stop_process } from './child_process.mjs'
import { server_command } from './runtimes.mjs'
import { is_free, sleep, wait_for_port } from './server_process.mjs'

const options = command_line({ 'port-base': '4222', once: false, runtime: 'node', server: '' })
const names = ['A', 'B', 'C']
const mesh_seconds = 20
const message_seconds = 10

/** Client and cluster ports of the three, as the page has them for base 4222. */
function chosen_ports() {
  const base = Number(options['port-base'])
  if (!Number.isInteger(base) || base < 1 || base + 2026 > 65535) {
    throw new Error(`--port-base is a number from 1 to ${65535 - 2026}, not ${options['port-base']}`)
  }
  return ports_of(base)
}

const ports_of = (base) => names.map((name, i) => ({ name, client: base + 1000 * i, cluster: base + 26 + 1000 * i }))

/** Throws with every port that is taken, and a base that is free. */
async function check_ports(ports) {
  const taken = []
  for (const { name, client, cluster } of ports) {
    if (!await is_free(client)) taken.push(`port ${client} (clients of ${name}) is taken`)
    if (!await is_free(cluster)) taken.push(`port ${cluster} (cluster of ${name}) is taken`)
  }
  if (taken.length === 0) return
  const way_out = `Free it, or choose other ports: npm run demo -- --port-base ${await free_base()}`
  throw new Error(`${taken.join('\n')}\n${way_out}`)
}

/** A base whose six ports are free now. */
async function free_base() {
  for (const base of [14222, 24222, 34222, 44222, 54222]) {
    const free = await Promise.all(ports_of(base).flatMap(({ client, cluster }) => [is_free(client), is_free(cluster)]))
    if (free.every(Boolean)) return base
  }
  return 'N'
}

/** The page's own flags. */
function flags_of({ client, cluster }, seed) {
  const routes = seed === cluster ? [] : ['-routes', `nats://localhost:${seed}`]
  return ['-p', String(client), '-cluster', `nats://localhost:${cluster}`, ...routes, '--cluster_name', 'test-cluster']
}

/** Starts one server; its log is shown while the mesh forms, and kept for the case that it fails. */
function start_server(command, name, flags, show) {
  const child = start_process([...command, ...flags])
  const log = []
  for (const stream of [child.stdout, child.stderr]) {
    let rest = ''
    stream.setEncoding('utf8').on('data', (data) => {
      const lines = (rest + data).split('\n')
      rest = lines.pop()
      for (const line of lines) {
        log.push(line)
        if (log.length > 200) log.shift()
        if (show.on && /Listening for|Server is ready|oute connection/.test(line)) console.log(`${name}  ${line}`)
      }
    })
  }
  return { name, child, log }
}

/** The first INFO of the server on port, parsed. */
function read_info(port) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1')
    let text = ''
    socket.on('data', (data) => {
      text += data
      if (!text.includes('\r\n')) return
      socket.destroy()
      try {
        resolve(JSON.parse(text.slice(text.indexOf('{'), text.indexOf('\r\n'))))
      } catch (error) {
        reject(error)
      }
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`no INFO on port ${port}`)))
  })
}

/** Resolves when every server tells its clients of all three. A machine with several addresses has more than three entries, so
 * ports are what counts. */
async function wait_for_mesh(ports) {
  const deadline = performance.now() + mesh_seconds * 1000
  const missing = async ({ client }) => {
    const { connect_urls = [] } = await read_info(client)
    return ports.filter((other) => !connect_urls.some((url) => url.endsWith(`:${other.client}`))).map(({ name }) =>
      name
    )
  }
  for (;;) {
    const gaps = await Promise.all(ports.map(async (port) => ({ name: port.name, missing: await missing(port) })))
    const open = gaps.filter((gap) => gap.missing.length)
    if (open.length === 0) return
    if (performance.now() > deadline) {
      throw new Error(
        `no full mesh within ${mesh_seconds} s: ${open.map((gap) => `${gap.name} misses ${gap.missing}`).join(', ')}`,
      )
    }
    await sleep(50)
  }
}

/** Publishes probes on every server until one arrives: routes keep the order, so interest in hello is everywhere by then. */
async function wait_for_interest(subscriber, publishers) {
  for (const [i, publisher] of publishers.entries()) {
    const subject = `demo.ready.${i}`
    const arrived = new Promise((resolve) => subscriber.subscribe(subject, { max: 1, callback: resolve }))
    const deadline = performance.now() + message_seconds * 1000
    let done = false
    arrived.then(() => done = true)
    while (!done) {
      if (performance.now() > deadline) {
        throw new Error(`the interest of A did not reach ${names[i]} within ${message_seconds} s`)
      }
      publisher.publish(subject)
      await Promise.race([arrived, sleep(50)])
    }
  }
}

/** The part with clients; returns what was received. Each message is awaited before the next, so that the order is the page's. */
async function exchange(ports) {
  const received = []
  const clients = []
  const open = async (...servers) => {
    clients.push(await connect({ servers, timeout: message_seconds * 1000, reconnect: false }))
    return clients.at(-1)
  }
  const urls = ports.map(({ client }) => `nats://127.0.0.1:${client}`)
  try {
    const subscriber = await open(urls[0])
    const show = (_, message) => {
      received.push(message.string())
      console.log(`[#${received.length}] Received on "${message.subject}"\n${message.string()}\n`)
    }
    subscriber.subscribe('hello', { callback: show })
    await subscriber.flush()
    const publishers = []
    for (const url of urls) publishers.push(await open(url))
    publishers.push(await open(...urls))
    await wait_for_interest(subscriber, publishers)
    console.log(`\nSubscribing on hello at ${urls[0]}`)
    const texts = [...ports.map(({ client }) => `world_${client}`), 'whole_world']
    for (const [i, publisher] of publishers.entries()) {
      console.log(`Published "${texts[i]}" at ${urls[i] ?? urls.join(',')}`)
      publisher.publish('hello', texts[i])
      await publisher.flush()
      for (let waited = 0; received.length <= i && waited < message_seconds * 1000; waited += 10) await sleep(10)
    }
    // A message that comes twice would come about now.
    await sleep(500)
    return { received, expected: texts }
  } finally {
    await Promise.all(clients.map((client) => client.close()))
  }
}

const servers = []
const stop_all = () => Promise.all(servers.map(({ child }) => stop_process(child)))

/** Starts the three and returns their ports; a server that ends by itself later ends the demo. */
async function start_mesh() {
  const ports = chosen_ports()
  await check_ports(ports)
  if (options.runtime === 'node' && !options.server) await build_dist({ if_stale: true })
  const command = options.server ? options.server.split(' ') : server_command(options.runtime)
  const show = { on: true }
  for (const port of ports) {
    const flags = flags_of(port, ports[0].cluster)
    console.log(`${port.name}: ${command.join(' ')} ${flags.join(' ')}`)
    servers.push(start_server(command, port.name, flags, show))
    await wait_for_port(port.client, servers.at(-1).child)
  }
  await wait_for_mesh(ports)
  show.on = false
  console.log('\nFull mesh: each of the three names all three to its clients.')
  return ports
}

async function main() {
  on_end_signal(async () => {
    await stop_all()
    process.exit(0)
  })
  const { received, expected } = await exchange(await start_mesh())
  const complete = received.length === expected.length && expected.every((text, i) => received[i] === text)
  if (!complete) {
    throw new Error(`expected ${expected.join(', ')} once each, received ${received.join(', ') || 'nothing'}`)
  }
  console.log('All four messages came, once each.')
  if (options.once) return
  console.log('The cluster is running. Ctrl-C ends it.')
  const first_end = servers.map(({ name, child }) => new Promise((resolve) => child.once('exit', () => resolve(name))))
  throw new Error(`${await Promise.race(first_end)} ended by itself`)
}

try {
  await main()
  await stop_all()
  process.exit(0)
} catch (error) {
  console.error(`\n${error.message}`)
  for (const { name, log } of servers) if (log.length) console.error(`\nlog of ${name}:\n${log.slice(-20).join('\n')}`)
  await stop_all()
  process.exit(1)
}
