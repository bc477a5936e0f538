// npm run compare -- [--ours "node dist/main.js"] [--theirs "nats-server,OTHER"] [--cells REGEX] [--rounds 3] [--scale 1]
//   [--json FILE] [--markdown] [--list]
// Side-by-side load comparison of servers that speak the NATS protocol, cell by cell, in turns (A B A B ...). Ratios above 1 mean
// ours is better, in every column. Several peers, separated by commas: in each round the best of them counts, cell by cell.
import { writeFileSync } from 'node:fs'
import { command_line } from '../arguments.mjs'
import { machine } from '../machine.mjs'
import { start_servers } from '../server_process.mjs'
import { cell_flags, cells, lower_is_better } from './cells.mjs'
import { natsload, run_load } from './generator.mjs'

const options = command_line({
  ours: 'node dist/main.js',
  theirs: 'nats-server',
  cells: '.',
  rounds: '3',
  scale: '1',
  json: '',
  markdown: false,
  list: false,
})
const ours = options.ours.split(' ')
const peers = options.theirs.split(',').map((command) => command.trim().split(' '))
const chosen = cells.filter((cell) => new RegExp(options.cells).test(cell.name))

const median = (numbers) => [...numbers].sort((x, y) => x - y)[numbers.length >> 1]

async function main() {
  if (options.list) {
    for (const cell of chosen) console.log(cell.name, '|', cell.flags)
    return 0
  }
  if (chosen.length === 0) throw new Error(`no cell matches ${options.cells}; --list shows them`)
  const generator = natsload()
  const head = `ours: ${options.ours}   theirs: ${options.theirs}   rounds ${options.rounds}, scale ${options.scale}`
  if (options.markdown) console.log(`${machine()}; ${head}\n\n${markdown_head}`)
  else console.log(head)
  const rows = []
  for (const cell of chosen) {
    rows.push(await compare(generator, cell))
    console.log(options.markdown ? markdown_line(rows.at(-1)) : text_line(rows.at(-1)))
  }
  const failed = rows.filter((row) => row.failed).length
  const good = rows.map((row) => row.ratio).filter((ratio) => ratio > 0)
  const mean = good.length ? Math.exp(good.reduce((sum, ratio) => sum + Math.log(ratio), 0) / good.length) : 0
  const lowest = Math.min(...rows.map((row) => row.ratio))
  if (options.markdown) console.log()
  console.log(`geometric mean of ratios ${mean.toFixed(2)}, lowest ${lowest.toFixed(2)}, failed cells ${failed}`)
  if (options.json) writeFileSync(options.json, JSON.stringify(rows, null, 1))
  return failed ? 1 : 0
}

/** One cell, all rounds: peers first, then ours. The row holds medians over rounds; ratios are taken within each round. */
async function compare(generator, cell) {
  const a = []
  const b = []
  const value = (result) => result[cell.metric]
  const better = (x, y) => lower_is_better(cell.metric) ? value(x) - value(y) : value(y) - value(x)
  for (let round = 0; round < +options.rounds; round++) {
    const theirs = []
    for (const peer of peers) theirs.push(await measure(generator, peer, cell))
    b.push(theirs.filter((result) => !result.failed).sort(better)[0] ?? theirs[0])
    a.push(await measure(generator, ours, cell))
  }
  const failed = a.find((x) => x.failed)?.failed ?? null
  const their_failure = b.find((x) => x.failed)?.failed
  const blank = { cell: cell.name, metric: cell.metric, theirs: 0, ours: 0, ratio: 0, cpu: 0, rss: 0, bytes: null }
  if (failed || their_failure) return { ...blank, failed: failed ?? `theirs: ${their_failure}` }
  const pair = (f) => median(a.map((x, i) => f(x, b[i])))
  const cpu_of = (x) => x.cpu_us_per_msg ?? x.cpu_us_per_req ?? x.cpu_us
  const bytes_of = (x) => x.bytes_per_sub ?? x.bytes_per_conn
  return {
    ...blank,
    theirs: median(b.map(value)),
    ours: median(a.map(value)),
    ratio: pair((x, y) => lower_is_better(cell.metric) ? value(y) / value(x) : value(x) / value(y)),
    cpu: pair((x, y) => cpu_of(y) / cpu_of(x)),
    rss: pair((x, y) => y.rss_mb / x.rss_mb),
    bytes: bytes_of(a[0]) === undefined ? null : { theirs: median(b.map(bytes_of)), ours: median(a.map(bytes_of)) },
    failed,
  }
}

/** One load against fresh servers. A server that does not start is a failed cell, as is a loss or a disconnect. */
async function measure(generator, command, cell) {
  let servers
  try {
    servers = await start_servers(command, cell.servers, cell.config)
    return await run_load(generator, cell_flags(cell, +options.scale), servers)
  } catch (error) {
    return { failed: `${command.join(' ')}: ${error.message}` }
  } finally {
    await servers?.stop()
  }
}

function text_line(row) {
  const number = (value) => String(Math.round(value)).padStart(9)
  const cpu = Number.isFinite(row.cpu) ? row.cpu.toFixed(2) : ' -  '
  const line = `${row.cell.padEnd(22)} ${row.metric.padEnd(13)} theirs ${number(row.theirs)}  ours ${number(row.ours)}`
  return `${line}  ratio ${row.ratio.toFixed(2)}  cpu ${cpu}${bytes_text(row)}${failure_text(row)}`
}

const markdown_head = '| cell | metric | theirs | ours | ratio | cpu | notes |\n|---|---|---:|---:|---:|---:|---|'

function markdown_line(row) {
  const number = (value) => Math.round(value).toLocaleString('en-US')
  const cpu = Number.isFinite(row.cpu) ? row.cpu.toFixed(2) : '-'
  const figures = `${number(row.theirs)} | ${number(row.ours)} | ${row.ratio.toFixed(2)} | ${cpu}`
  return `| ${row.cell} | ${row.metric} | ${figures} | ${`${bytes_text(row)}${failure_text(row)}`.trim()} |`
}

function bytes_text({ bytes }) {
  return bytes ? `  bytes each: theirs ${Math.round(bytes.theirs)}, ours ${Math.round(bytes.ours)}` : ''
}

const failure_text = ({ failed }) => failed ? `  FAILED: ${failed.trim().slice(0, 120)}` : ''

try {
  process.exit(await main())
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
