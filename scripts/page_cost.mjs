// node scripts/page_cost.mjs [--members 3] [--clients 200] [--rounds 8] [--seconds 10]: what one viewer of the page of the mesh costs. The member
// that is asked runs in this process, so that its threads can be told apart; the others, and the viewer, are processes. Linux only.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from '@nats-io/transport-node'
import { build_dist } from '../build.mjs'
import { command_line } from './arguments.mjs'
import { MeshRig } from './page/mesh_rig.mjs'
import { sleep } from './server_process.mjs'

const options = command_line({ members: '3', clients: '200', rounds: '8', seconds: '10' })
const [members, clients, rounds, seconds] = ['members', 'clients', 'rounds', 'seconds'].map((name) =>
  Number(options[name])
)
/** As the page asks. */
const POLL_MS = 1_050

const viewer_code = `
const [url, seconds] = process.argv.slice(1)
let answers = 0, bytes = 0, plain = 0, took = 0
const end = performance.now() + seconds * 1000
while (performance.now() < end) {
  const began = performance.now()
  const response = await fetch(url)
  const text = await response.text()
  answers++
  plain += text.length
  bytes += Number(response.headers.get('content-length'))
  took += JSON.parse(text).took_ms
  await new Promise((resolve) => setTimeout(resolve, ${POLL_MS} - (performance.now() - began)))
}
console.log(JSON.stringify({ answers, bytes: bytes / answers, plain: plain / answers, took: took / answers }))
`

/** Milliseconds for which a thread had a processor: what else the machine does is not in it. */
function thread_ms(pid, thread) {
  return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6
}

const process_ms = (pid) => readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => sum + thread_ms(pid, thread), 0)

/** What happens during a piece of work, in milliseconds of processor time. */
async function measure(pids, work) {
  // The first thread of this process is the supervisor that is asked.
  const now = () => ({
    supervisor: thread_ms(process.pid, process.pid),
    asked: process_ms(process.pid),
    other: pids.reduce((sum, pid) => sum + process_ms(pid), 0) / Math.max(1, pids.length),
  })
  const before = now()
  const result = await work()
  const after = now()
  return { result, ...Object.fromEntries(Object.keys(after).map((name) => [name, after[name] - before[name]])) }
}

function view(url) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', viewer_code, url, String(seconds)])
  let output = ''
  child.stdout.on('data', (data) => output += data)
  child.stderr.pipe(process.stderr)
  return new Promise((resolve) => child.once('close', () => resolve(JSON.parse(output))))
}

await build_dist({ if_stale: true })
const { Server, default_options } = await import('../dist/mod.js')
const rig = new MeshRig()
const open = []
const asked = await start_asked()
try {
  const url = `http://127.0.0.1:${asked.ports.monitor.port}/dashboard/mesh`
  const pids = []
  for (let i = 1; i < members; i++) {
    const { client } = await rig.start(`m${i}`, { routes: [asked.ports.cluster.port] })
    pids.push(rig.pid(`m${i}`))
    for (let n = 0; n < clients; n++) open.push(await connect({ servers: `127.0.0.1:${client}` }))
  }
  await sleep(5_000)
  await view(url)
  // By turns, since a machine has better and worse minutes.
  const idle = [], seen = []
  for (let i = 0; i < rounds; i++) {
    idle.push(await measure(pids, () => sleep(seconds * 1000)))
    seen.push(await measure(pids, () => view(url)))
  }
  print(idle, seen)
} finally {
  for (const client of open) void client.close()
  await asked.stop()
  await rig.stop()
}
process.exit(0)

async function start_asked() {
  const chosen = {
    ...default_options(),
    host: '127.0.0.1',
    port: -1,
    http_port: -1,
    http_host: '127.0.0.1',
    workers: 1,
  }
  Object.assign(chosen.cluster, { host: '127.0.0.1', port: -1, name: 'test-mesh' })
  return await Server.start(chosen, { write_log() {} })
}

function print(idle, seen) {
  const answers = seen.reduce((sum, { result }) => sum + result.answers, 0)
  const mean = (name) => seen.reduce((sum, { result }) => sum + result[name], 0) / seen.length
  // The middle one of the rounds: what else the machine did in one of them does not count.
  const each = (name) => {
    const costs = seen.map((round, i) => (round[name] - idle[i][name]) / round.result.answers).sort((a, b) => a - b)
    return `${costs[Math.floor(costs.length / 2)].toFixed(1)} ms (${costs[0].toFixed(1)} to ${costs.at(-1).toFixed(1)})`
  }
  console.log(
    `${members} members, ${clients} clients on each but the one that is asked, ${rounds} rounds of ${seconds} s`,
  )
  console.log(
    `answers: ${(answers / seconds / rounds).toFixed(2)} per second; gathered in ${mean('took').toFixed(1)} ms`,
  )
  console.log(`bytes of one: ${Math.round(mean('bytes'))} compressed, ${Math.round(mean('plain'))} plain`)
  console.log('processor time for each answer, the median of the rounds and their range:')
  console.log(`the supervisor of the member that is asked, on its event loop: ${each('supervisor')}`)
  console.log(`all threads of that member: ${each('asked')}`)
  console.log(`all threads of another member: ${each('other')}`)
}
