// node scripts/scrape_delay.mjs [--connections 10000] [--subscriptions 1000000] [--workers 2] [--seconds 12] [--every-ms 250]
//   [--bound-ms 5] [--runtime node|deno] [--only REGEX]
// What it costs the clients of a large server that its monitor is asked: how late the event loops of the workers were, by their
// own figures, how long a message takes to and fro meanwhile, and how many took longer than the bound. Lines without scrapes, at
// the beginning and at the end, say what the machine does by itself. Where others use it that is much, so what one scrape costs a
// worker is taken from the kernel's count of processor time (Linux), too: what works for less than the bound delays by less.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { build_dist } from '../build.mjs'
import { command_line } from './arguments.mjs'
import { start_process, stop_process } from './child_process.mjs'
import { machine } from './machine.mjs'
import { runtime_version, server_command } from './runtimes.mjs'
import { free_port, sleep, start_servers } from './server_process.mjs'

const options = command_line({
  connections: '10000',
  subscriptions: '1000000',
  workers: '2',
  seconds: '12',
  'every-ms': '250',
  'bound-ms': '5',
  runtime: 'node',
  only: '.',
})
const CROWDS = 2
/** Pairs of connections with messages to and fro. */
const PING_PONGS = 4
/** From here on it is the scrape that makes them late. */
const LATE_PER_SCRAPE = 0.5
const QUIET_SECONDS = 4
/** A figure of the loop is told for so long. */
const LOOP_WINDOW_MS = 21_000

const TARGETS = [
  '/metrics',
  '/varz',
  '/connz',
  '/connz?sort=bytes_to&offset=5000',
  '/connz?subs=1',
  '/subsz?subs=1',
  '/routez?subs=1',
  '/metrics?collect=connz_detailed',
]

/** A child whose lines are waited for one by one. */
function start_child(file, ...args) {
  const child = start_process([
    process.execPath,
    new URL(`load/${file}`, import.meta.url).pathname,
    ...args.map(String),
  ], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return { child, next_line: async () => (await lines.next()).value }
}

async function start_crowds(port) {
  const connections = Math.floor(+options.connections / CROWDS)
  const each = Math.ceil(+options.subscriptions / +options.connections)
  const crowds = Array.from({ length: CROWDS }, (_, n) => start_child('crowd.mjs', port, connections, each, `c${n}`))
  for (const { next_line } of crowds) if (await next_line() !== 'ready') throw new Error('The crowd did not come in')
  return crowds
}

/** Asks again and again; gives how long each answer took. */
async function scrape(base, path, seconds) {
  const took = []
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) {
    const began = performance.now()
    if (path !== '') {
      const response = await fetch(base + path)
      await response.arrayBuffer()
      if (response.status !== 200) throw new Error(`${path}: ${response.status}`)
      took.push(performance.now() - began)
    }
    await sleep(Math.max(0, +options['every-ms'] - (performance.now() - began)))
  }
  return took.sort((a, b) => a - b)
}

/** The longest delay of each worker's loop, in milliseconds. */
async function loop_delays(base) {
  const text = await (await fetch(`${base}/metrics?collect=onehop`)).text()
  const found = [...text.matchAll(/^onehop_worker_loop_delay_seconds\{[^}]*role="(client|route)"\} (\S+)$/gm)]
  return found.map(([, , seconds]) => +seconds * 1000)
}

/** Milliseconds that each thread of a process has run, by its number; the first is the supervisor. Empty: not on Linux. */
function thread_times(pid) {
  const folder = `/proc/${pid}/task`
  if (!existsSync(folder)) return new Map()
  return new Map(
    readdirSync(folder).map((thread) => {
      const [run_ns] = readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ')
      return [thread, +run_ns / 1e6]
    }),
  )
}

/** What a scrape costs the supervisor, and the thread besides it that it costs most, while nothing else happens. */
async function cost(pid, base, path) {
  const spend = async (asked) => {
    const before = thread_times(pid)
    const scrapes = (await scrape(base, asked, QUIET_SECONDS)).length
    const spent = new Map([...thread_times(pid)].map(([thread, ms]) => [thread, ms - (before.get(thread) ?? 0)]))
    return { scrapes, spent }
  }
  const idle = await spend('')
  if (path === '' || idle.spent.size === 0) return { supervisor: 0, worker: 0 }
  const { scrapes, spent } = await spend(path)
  const of = (thread) => Math.max(0, (spent.get(thread) - (idle.spent.get(thread) ?? 0)) / scrapes)
  const others = [...spent.keys()].filter((thread) => thread !== String(pid))
  return { supervisor: of(String(pid)), worker: Math.max(...others.map(of)) }
}

const share = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
const shown = (ms) => ms.toFixed(ms < 10 ? 2 : 1).padStart(7)

async function measure(pid, base, ping_pong, path) {
  const { supervisor, worker } = await cost(pid, base, path)
  ping_pong.child.stdin.write('go\n')
  await ping_pong.next_line()
  // What was late before is forgotten: two windows pass.
  for (let passed = 0; passed < LOOP_WINDOW_MS; passed += 3000) {
    await loop_delays(base)
    await sleep(3000)
  }
  ping_pong.child.stdin.write('go\n')
  await ping_pong.next_line()
  const began = performance.now()
  const took = await scrape(base, path, +options.seconds)
  ping_pong.child.stdin.write('rest\n')
  const trips = JSON.parse(await ping_pong.next_line())
  const seconds = (performance.now() - began) / 1000
  const delays = await loop_delays(base)
  const late = trips.filter((ms) => ms > +options['bound-ms']).length
  const columns = [
    share(took, 0.5),
    took.at(-1) ?? 0,
    supervisor,
    worker,
    ...delays,
    share(trips, 0.5),
    share(trips, 0.99),
    trips.at(-1),
  ]
  const line = `${String(took.length).padStart(7)} ${columns.map(shown).join(' ')} ${String(late).padStart(6)}`
  console.log(`${(path || '(none)').padEnd(34)} ${line}`)
  return { path, scrapes: took.length, late_per_second: late / seconds, seconds, worker }
}

async function main() {
  if (options.runtime === 'node') await build_dist({ if_stale: true })
  const monitor = await free_port()
  const command = [...server_command(options.runtime), '--workers', options.workers, '-m', String(monitor)]
  const servers = await start_servers(command, 1)
  const base = `http://127.0.0.1:${monitor}`
  let crowds = [], ping_pong
  try {
    console.log(`${machine()}; ${runtime_version(options.runtime)}; ${options.workers} workers`)
    const began = performance.now()
    crowds = await start_crowds(servers.ports[0])
    const { connections, subscriptions, mem } = await (await fetch(`${base}/varz`)).json()
    const seconds = ((performance.now() - began) / 1000).toFixed(0)
    console.log(`${connections} connections, ${subscriptions} subscriptions, ${mem >> 20} MiB, in ${seconds} s\n`)
    ping_pong = start_child('ping_pong.mjs', servers.ports[0], 1, PING_PONGS)
    const workers = Array.from({ length: +options.workers }, (_, n) => `loop ${n}`.padStart(7))
    const head = ['scrapes', 'p50', 'max', 'cpu sup', 'cpu wor', ...workers, 'pp p50', 'pp p99', 'pp max'].map((each) =>
      each.padStart(7)
    )
    console.log(`${'scraped, all in ms'.padEnd(34)} ${head.join(' ')}   late`)
    const results = []
    for (const path of ['', ...TARGETS.filter((each) => new RegExp(options.only).test(each)), '']) {
      results.push(await measure(servers.pids[0], base, ping_pong, path))
    }
    judge(results)
  } finally {
    await Promise.all([...crowds, ping_pong].filter(Boolean).map(({ child }) => stop_process(child)))
    await servers.stop()
  }
}

/** How many messages each scrape made late, beyond those that are late without. */
function judge(results) {
  const controls = results.filter(({ path }) => path === '')
  const usual = controls.reduce((sum, { late_per_second }) => sum + late_per_second, 0) / controls.length
  console.log(
    `\nmessages later than ${options['bound-ms']} ms: ${usual.toFixed(2)} a second without scrapes; with every scrape`,
  )
  for (const { path, scrapes, late_per_second, seconds, worker } of results) {
    if (path === '') continue
    const more = (late_per_second - usual) * seconds / scrapes
    console.log(
      `  ${path.padEnd(34)} ${Math.max(0, more).toFixed(2)} more, and ${
        worker.toFixed(2)
      } ms of work for the busiest worker`,
    )
    if (more >= LATE_PER_SCRAPE && worker >= +options['bound-ms']) process.exitCode = 1
  }
}

await main()
