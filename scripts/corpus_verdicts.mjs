// node scripts/corpus_verdicts.mjs NATS_SERVER: what `-t` of a nats-server says of each file of test/config/corpus, written to
// verdicts.json there. The test of the configuration compares with it. nats-server goes through maps by lot and stops at the
// first mistake of a block, so a file is tried several times, and every text that came is kept.
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command_line } from './arguments.mjs'
import { root } from './runtimes.mjs'

const usage = `node scripts/corpus_verdicts.mjs [flags] NATS_SERVER

  --runs N   how often a file is tried that is refused (default: 12)
  --jobs N   at a time (default: 2)
`
const corpus = join(root, 'test/config/corpus')
const options = command_line({ runs: '12', jobs: '2', help: false })
const [binary] = options.rest
if (options.help || binary === undefined) {
  process.stdout.write(usage)
  process.exit(options.help ? 0 : 2)
}

// A copy, because nats-server makes the folders of account resolvers.
const folder = mkdtempSync(join(tmpdir(), 'corpus-'))
try {
  cpSync(corpus, folder, { recursive: true })
  const environment = JSON.parse(readFileSync(join(folder, 'environment.json'), 'utf8'))
  const names = readdirSync(folder).filter((name) => name.endsWith('.conf')).sort()
  const files = {}
  const waiting = [...names]
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      files[name] = await judge(name, environment)
    }
  }
  await Promise.all(Array.from({ length: Number(options.jobs) }, work))
  const sorted = Object.fromEntries(names.map((name) => [name, files[name]]))
  const version = spawnSync(binary, ['-v'], { encoding: 'utf8' }).stdout.trim()
  writeFileSync(join(corpus, 'verdicts.json'), `${JSON.stringify({ version, files: sorted }, null, 2)}\n`)
  const accepted = names.filter((name) => 'digest' in files[name]).length
  console.log(`${version}: ${names.length} files, ${accepted} accepted, ${names.length - accepted} refused`)
} finally {
  rmSync(folder, { recursive: true })
}

/** { digest } of a file that is accepted, or all { messages } that it was refused with. */
async function judge(name, environment) {
  const messages = new Set()
  for (let run = 0; run < Number(options.runs); run++) {
    const { status, stderr } = await test(name, environment)
    if (status === 0) {
      if (messages.size > 0) throw new Error(`${name} is refused by lot: ${[...messages].join(' | ')}`)
      return { digest: /\((sha256:[0-9a-f]{64})\)/.exec(stderr)[1] }
    }
    if (status !== 1) throw new Error(`${name}: ended with ${status}: ${stderr.slice(0, 200)}`)
    messages.add(stderr.replace(/^nats-server: /, '').split('\n').filter((line) => line !== '').sort().join('\n'))
  }
  return { messages: [...messages].sort() }
}

function test(name, environment) {
  const child = spawn(binary, ['-t', '-c', name], {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text) => stderr += text)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, stderr }))
  })
}
