// npm run bench -- [--workers 0,1,2] [--runtime node|deno] [--rounds 3] [--scale 1] [--msgs N] [--size BYTES] [--cells REGEX] [--svg FILE]
// Throughput by number of workers: for each number one server on loopback, and per cell the median over rounds. What is needed
// to take the figures again is printed with them.
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { build_dist } from '../build.mjs'
import { command_line } from './arguments.mjs'
import { bar_chart } from './bar_chart.mjs'
import { natsload, node_load, run_load } from './load/generator.mjs'
import { machine } from './machine.mjs'
import { runtime_version, server_command } from './runtimes.mjs'
import { start_servers } from './server_process.mjs'

const cells = [
  { name: '1:1 16 B', pubs: 1, subs: 1, msgs: 2_000_000, size: 16 },
  { name: '4:4 16 B', pubs: 4, subs: 4, msgs: 150_000, size: 16 },
  { name: '1:10 16 B', pubs: 1, subs: 10, msgs: 250_000, size: 16 },
  { name: '1:1 1 KiB', pubs: 1, subs: 1, msgs: 600_000, size: 1024 },
]
const options = command_line({
  workers: '1,2',
  runtime: 'node',
  server: '',
  rounds: '3',
  scale: '1',
  msgs: '',
  size: '',
  cells: '.',
  svg: '',
})

/** The generator to use, and a word about it when it is not the real one. */
function choose_generator() {
  try {
    return natsload()
  } catch (error) {
    console.log(
      `${error.message}\nUsing the load generator in Node instead: it is the limit in the cells of 16 bytes.\n`,
    )
    return node_load()
  }
}

/** The cells asked for, with --msgs, --size and --scale in them. */
function chosen_cells() {
  const chosen = cells.filter(({ name }) => new RegExp(options.cells).test(name))
  return chosen.map((cell) => {
    const msgs = Math.max(1, Math.round(+(options.msgs || cell.msgs) * +options.scale))
    const size = +(options.size || cell.size)
    return {
      ...cell,
      size,
      flags: ['--pubs', cell.pubs, '--subs', cell.subs, '--msgs', msgs, '--size', size].map(String),
    }
  })
}

/** Deliveries per second of one cell, a fresh server each round; the median, or the failure. */
async function measure(generator, command, cell) {
  const rates = []
  for (let round = 0; round < +options.rounds; round++) {
    const servers = await start_servers(command, 1)
    try {
      const result = await run_load(generator, cell.flags, servers)
      if (result.failed) return { failed: result.failed }
      rates.push(result.deliver_rate)
    } finally {
      await servers.stop()
    }
  }
  return { rate: rates.sort((x, y) => x - y)[rates.length >> 1] }
}

async function main() {
  if (options.runtime === 'node' && !options.server) await build_dist({ if_stale: true })
  const base = options.server ? options.server.split(' ') : server_command(options.runtime)
  const counts = options.workers.split(',')
  const commands = counts.map((count) => options.server ? base : [...base, '--workers', count])
  const generator = choose_generator()
  const chosen = chosen_cells()
  console.log(`${machine()}, ${availableParallelism()} usable; ${runtime_version(options.runtime)}`)
  console.log(`median of ${options.rounds} rounds, a fresh server each; the generator runs on the same machine\n`)
  console.log(`${'deliveries per second'.padEnd(22)}${counts.map((count) => `${count} workers`.padStart(14)).join('')}`)
  const series = counts.map((count) => ({ name: `${count} workers`, values: [] }))
  const failures = []
  for (const cell of chosen) {
    let line = cell.name.padEnd(22)
    for (const [i, command] of commands.entries()) {
      const { rate, failed: reason } = await measure(generator, command, cell)
      if (reason) failures.push(`${cell.name}, ${counts[i]} workers: ${reason.slice(0, 200)}`)
      series[i].values.push(rate ?? 0)
      line += (reason ? 'FAILED' : rate.toLocaleString('en-US')).padStart(14)
    }
    console.log(line)
  }
  for (const failure of failures) console.log(`FAILED ${failure}`)
  console.log('\nservers:')
  for (const command of commands) console.log(`  ${command.join(' ')} -a 127.0.0.1 -p PORT`)
  console.log('load:')
  for (const cell of chosen) {
    console.log(`  ${cell.name.padEnd(10)} ${generator.join(' ')} ${cell.flags.join(' ')} --settle 500`)
  }
  if (options.svg) {
    const title = `deliveries per second, ${runtime_version(options.runtime)}`
    writeFileSync(options.svg, bar_chart({ title, note: machine(), groups: chosen.map(({ name }) => name), series }))
    console.log(`\nwrote ${options.svg}`)
  }
  return failures.length ? 1 : 0
}

main().then((code) => process.exit(code), (error) => {
  console.error(error.message)
  process.exit(1)
})
