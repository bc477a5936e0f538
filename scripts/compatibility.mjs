// npm run compatibility: tries the clients, tools and servers that are to be had on this machine, and writes what it saw into
// docs/compatibility.md. What is not to be had is told with the reason; nothing is told that was not seen.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command_line } from './arguments.mjs'
import { on_end_signal } from './child_process.mjs'
import { all_clients, steps, try_client } from './compatibility/clients.mjs'
import { peer_steps, try_peer } from './compatibility/peers.mjs'
import { start_secured } from './compatibility/servers.mjs'
import { try_tools } from './compatibility/tools.mjs'
import { machine } from './machine.mjs'
import { root, runtime_version } from './runtimes.mjs'

const usage = `npm run compatibility -- [--only WORD] [--offline] [--print]

Tries clients, tools and nats-servers against this build, and writes docs/compatibility.md.

  --only WORD   clients whose name has it; leaves out tools and servers, and writes nothing
  --offline     fetches nothing: what is not here is not tried
  --print       writes to the standard output instead

Peers: the nats-server in PATH, and the one that NATS_SERVER_NEW names. Tools: PATH, NATS_CLI, NATS_TOP, NATS_EXPORTER, or Go.
`
const options = command_line({ only: '', offline: false, print: false, help: false })
const document = join(root, 'docs/compatibility.md')
const begin = '<!-- compatibility: begin -->', end = '<!-- compatibility: end -->'
const folder = mkdtempSync(join(tmpdir(), 'onehop-compatibility-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
on_end_signal(() => process.exit(130))

async function run() {
  const clients = await clients_part()
  if (options.only !== '') return console.log(clients.text)
  const peers = []
  for (const binary of ['nats-server', process.env.NATS_SERVER_NEW].filter(Boolean)) {
    peers.push(...await try_peer(folder, binary))
  }
  const tools = await try_tools(folder, !options.offline)
  const text = [
    head(),
    '',
    '### Clients',
    '',
    clients.text,
    '',
    '### nats-server in one mesh',
    '',
    peers_text(peers),
    '',
    '### Tools',
    '',
    tools_text(tools),
  ]
    .join('\n')
  if (options.print) return console.log(text)
  const [before, rest] = readFileSync(document, 'utf8').split(begin)
  const [, after] = rest.split(end)
  writeFileSync(document, `${before}${begin}\n${text}\n${end}${after}`)
  console.log(`written: ${document}`)
}

async function clients_part() {
  const secured = await start_secured(join(folder, 'tls'))
  try {
    const rows = []
    for (const client of all_clients(folder).filter(({ name }) => name.includes(options.only))) {
      const is_fetched = /nats 2|nats\.ws|nats\.go|nats-py/.test(client.name)
      const prepare = options.offline && is_fetched ? () => Promise.reject(new Error('--offline')) : client.prepare
      const row = await try_client({ ...client, prepare }, folder, secured)
      console.error(`${row.name} ${row.version}: ${row.results.join(', ')}`)
      rows.push(row)
    }
    return { text: matrix(['client', 'version', ...steps], rows) }
  } finally {
    await secured.stop()
  }
}

function head() {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return `onehop ${version}, ${new Date().toISOString().slice(0, 10)}; ${machine()}; servers on ${
    runtime_version('node')
  }, clients also on ${runtime_version('deno').split(' (')[0]}.`
}

const line = (cells) => `| ${cells.map((cell) => cell === '' ? '–' : cell.replaceAll('|', '\\|')).join(' | ')} |`

/** Rows of steps; whatever is not `ok` is told below. */
function matrix(titles, rows) {
  const remarks = []
  const cell = (row, result, title) => {
    if (result === 'ok') return 'ok'
    const [short, ...why] = result.split(': ')
    const text = `${row.name}, ${title}: ${short}: ${why.join(': ')}`
    const known = remarks.findIndex((each) => each.why === result && each.name === row.name)
    if (known >= 0) return `${short} (${known + 1})`
    remarks.push({ name: row.name, why: result, text })
    return `${short} (${remarks.length})`
  }
  const body = rows.map((row) =>
    line([row.name, row.version, ...row.results.map((result, i) => cell(row, result, titles[i + 2]))])
  )
  const table = [line(titles), `|${'---|'.repeat(titles.length)}`, ...body].join('\n')
  return remarks.length === 0 ? table : `${table}\n\n${remarks.map(({ text }, i) => `${i + 1}. ${text}`).join('\n')}`
}

const peers_text = (rows) => matrix(['mesh', 'version', ...peer_steps], rows)

const tools_text = (rows) =>
  [
    line(['tool', 'version', 'tried', 'result']),
    '|---|---|---|---|',
    ...rows.map(({ name, version, tried, result }) => line([name, version, tried, result])),
  ]
    .join('\n')

if (options.help) process.stdout.write(usage)
else await run()
