// The verdicts of the corpus of configurations are still those of the nats-server that NATS_SERVER_NEW names.
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { corpus_folder, environment, type Verdict, verdicts } from '../config/corpus_rig.ts'
import { suite } from '../harness.ts'
import { version_of } from './mixed_cluster.ts'

const test = suite('interop/04_corpus', 120_000)

const JOBS = 2
const RUNS_MAX = 8
const binary = process.env.NATS_SERVER_NEW
const version = binary ? version_of(binary) : undefined

const is_same_version = version !== undefined && verdicts.version.endsWith(`v${version}`)

// scripts/test.mjs passes such lines on.
if (!is_same_version) {
  const reason = version
    ? `its verdicts are of ${verdicts.version}, and NATS_SERVER_NEW is ${version}`
    : 'NATS_SERVER_NEW is not set'
  console.log(`not run: the corpus of configurations: ${reason}`)
}

test('a corpus is there to be compared with', () => assert.ok(Object.keys(verdicts.files).length > 0))

if (binary && is_same_version) {
  test(`${version} says of every file what is written down`, async () => {
    // A copy, because nats-server makes the folders of account resolvers.
    const folder = mkdtempSync(join(tmpdir(), 'corpus-'))
    try {
      cpSync(corpus_folder, folder, { recursive: true })
      const waiting = Object.entries(verdicts.files), faults: string[] = []
      const work = async () => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          const [name, verdict] = next
          const said = await known_of(binary, name, folder, verdict)
          if (!is_same(said, verdict)) faults.push(`${name}: ${said.exit} ${said.stderr}`)
        }
      }
      await Promise.all(Array.from({ length: JOBS }, work))
      assert.equal(faults, [])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
}

/** One that is written down, if it comes within some runs: of a refusal one of several texts comes, by lot, and some of them hardly ever. */
async function known_of(command: string, name: string, cwd: string, verdict: Verdict): Promise<Said> {
  let said = await run(command, name, cwd)
  for (let more = RUNS_MAX - 1; more > 0 && said.exit === 1 && !is_same(said, verdict); more--) {
    said = await run(command, name, cwd)
  }
  return said
}

interface Said {
  readonly exit: number | null
  readonly stderr: string
}

function run(command: string, name: string, cwd: string): Promise<Said> {
  const child = spawn(command, ['-t', '-c', name], {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => stderr += text)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exit) => resolve({ exit, stderr }))
  })
}

function is_same({ exit, stderr }: Said, verdict: Verdict): boolean {
  if ('digest' in verdict) return exit === 0 && stderr.includes(verdict.digest)
  const lines = stderr.replace(/^nats-server: /, '').split('\n').filter((line) => line !== '').sort()
  return exit === 1 && verdict.messages.includes(lines.join('\n'))
}

test.run()
