// node scripts/start_figures.mjs [flags]: how long a server takes to be ready and what it holds while nobody uses it, above the
// bare runtime, in turns. With the bounds that the project keeps; beyond one the exit code is 1.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { build_dist } from '../build.mjs'
import { command_line } from './arguments.mjs'
import { start_process, stop_process } from './child_process.mjs'
import { deno_binary, node_binary, runtime_version, server_command } from './runtimes.mjs'
import { sleep } from './server_process.mjs'

const usage = `node scripts/start_figures.mjs [flags]

  --rounds N     starts of each kind, in turns (default: 10)
  --runtime R    node or deno (default: node)
  --no-bounds    only show the figures
`
const options = command_line({ rounds: '10', runtime: 'node', 'no-bounds': false, help: false })
/** By then the runtime has given back what the start needed only once. */
const IDLE_MS = 10_000
const SETTLE_MS = 1_000
const READY_MS_MAX = 20_000

/** Milliseconds and megabytes that a kind may take above the bare runtime, on a machine where that takes so long; slower ones have more. */
const BARE_MS = 56
const kinds = [
  { name: '2 workers', flags: ['--workers', '2'], ms: 150, mb: 55 },
  { name: 'no workers', flags: ['--workers', '0'], ms: 60, mb: Infinity },
]

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]
const resident_mb = (pid) => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024

const bare_command = (text) => options.runtime === 'deno' ? [deno_binary(), 'eval', text] : [node_binary(), '-e', text]

/** Milliseconds until the bare runtime has done nothing and ended. */
async function bare_ms() {
  const [binary, ...args] = bare_command('0')
  const began = performance.now()
  const child = spawn(binary, args, { stdio: 'ignore' })
  await new Promise((resolve) => child.on('exit', resolve))
  return performance.now() - began
}

/** A server, and the milliseconds until its log said that it is ready. */
async function started(flags) {
  const command = [...server_command(options.runtime), '-a', '127.0.0.1', '-p', '-1', ...flags]
  const began = performance.now()
  const child = start_process(command, { stdio: ['ignore', 'ignore', 'pipe'] })
  const ms = await new Promise((resolve, reject) => {
    let text = ''
    const late = setTimeout(() => reject(new Error(`not ready within ${READY_MS_MAX} ms: ${text}`)), READY_MS_MAX)
    child.stderr.on('data', (chunk) => {
      text += chunk
      if (!text.includes('Server is ready')) return
      clearTimeout(late)
      resolve(performance.now() - began)
    })
  })
  return { child, ms }
}

/** Each kind once: one start after the other, then all idle at the same time. */
async function round() {
  const figures = [{ name: 'bare', ms: await bare_ms() }]
  const children = [start_process(bare_command('setTimeout(() => {}, 60000)'), { stdio: 'ignore' })]
  for (const { name, flags } of kinds) {
    const { child, ms } = await started(flags)
    figures.push({ name, ms })
    children.push(child)
    // What a start does behind its line would slow down the next one.
    await sleep(SETTLE_MS)
  }
  await sleep(IDLE_MS)
  for (const [i, child] of children.entries()) {
    figures[i].mb = resident_mb(child.pid)
    await stop_process(child)
  }
  return figures
}

async function main() {
  if (options.help) return void process.stdout.write(usage)
  if (options.runtime === 'node') await build_dist({ if_stale: true })
  const runs = []
  for (let i = 0; i < Number(options.rounds); i++) {
    runs.push(await round())
    process.stderr.write(`round ${i + 1} of ${options.rounds}\n`)
  }
  const middle = (name, what) => median(runs.map((figures) => figures.find((each) => each.name === name)[what]))
  console.log(`${runtime_version(options.runtime)}, medians of ${options.rounds} in turns`)
  console.log(`bare runtime   ${middle('bare', 'ms').toFixed(0)} ms, ${middle('bare', 'mb').toFixed(0)} MB`)
  let failed = 0
  for (const { name, ms, mb } of kinds) {
    const above = { ms: middle(name, 'ms') - middle('bare', 'ms'), mb: middle(name, 'mb') - middle('bare', 'mb') }
    const ms_max = Math.round(ms * Math.max(1, middle('bare', 'ms') / BARE_MS))
    const within = options['no-bounds'] || above.ms <= ms_max && above.mb <= mb
    if (!within) failed++
    const bounds = options['no-bounds'] ? '' : ` (at most ${ms_max} ms${mb === Infinity ? '' : `, ${mb} MB`})`
    console.log(
      `${name.padEnd(14)} +${above.ms.toFixed(0)} ms, +${above.mb.toFixed(0)} MB${bounds}${within ? '' : '  FAIL'}`,
    )
  }
  console.log(`\n${kinds.length - failed} passed, ${failed} failed`)
  process.exitCode = failed === 0 ? 0 : 1
}

await main()
