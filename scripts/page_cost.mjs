// node scripts/page_cost.mjs [--members 3] [--clients 200] [--rounds 8] [--seconds 10]: what one viewer of the page of the mesh costs. The member
// that is asked runs in this process, so that the time of its event loop can be read; the others, and the viewer, are processes.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
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
/** Of a clock tick in /proc. */
const TICK_MS = 10

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

/** Milliseconds of processor time that a process has used. */
function used_ms(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

/** What happens during a piece of work: the asked member's event loop, the processors of this process and of the others. */
async function measure(pids, work) {
  const before = pids.map(used_ms)
  const loop = performance.eventLoopUtilization()
  const cpu = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(cpu)
  return {
    result,
    loop_ms: performance.eventLoopUtilization(loop).active,
    own_ms: (user + system) / 1000,
    other_ms: pids.reduce((sum, pid, i) => sum + used_ms(pid) - before[i], 0) / Math.max(1, pids.length),
  }
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
  console.log('for each answer, the median of the rounds and their range:')
  console.log(`the event loop of the supervisor that is asked: ${each('loop_ms')}`)
  console.log(`processor time of its process: ${each('own_ms')}`)
  console.log(`processor time of every other member: ${each('other_ms')}`)
}
