// The load generator as a function: builds natsload.c once with gcc.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run_process } from '../child_process.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const source = join(here, 'natsload.c')

/** The command of natsload, as a list. Throws with what to install when it can not be built. */
export function natsload() {
  if (process.platform !== 'linux') throw new Error('natsload needs Linux (epoll and /proc)')
  const hash = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 16)
  const out = join(tmpdir(), `natsload-${hash}`)
  if (existsSync(out)) return [out]
  const half = `${out}.${process.pid}`
  const { status, error, stderr } = spawnSync('gcc', ['-O2', '-Wall', '-o', half, source], { encoding: 'utf8' })
  if (error?.code === 'ENOENT') {
    throw new Error('gcc is missing. Debian, Ubuntu: apt-get install gcc libc6-dev; Fedora: dnf install gcc')
  }
  if (status !== 0) throw new Error(`gcc could not build ${source}:\n${stderr ?? error?.message}`)
  renameSync(half, out)
  return [out]
}

/** Runs one load against servers of start_servers: publishers on the first, subscribers on the last. Gives the generator's
 * JSON and `failed`: null, or why the figures do not count (loss, a cut connection, no end). */
export async function run_load(generator, flags, servers) {
  const address = ['--pub-addr', `127.0.0.1:${servers.ports[0]}`, '--sub-addr', `127.0.0.1:${servers.ports.at(-1)}`]
  const settle = flags.includes('--settle') ? [] : ['--settle', '500']
  const command = [...generator, ...flags, ...address, '--pid', servers.pids.join(','), '--timeout', '60', ...settle]
  const { code, output, timed_out } = await run_process(command, { seconds: 100 })
  const json = output.split('\n').find((line) => line.startsWith('{'))
  const other = output.split('\n').filter((line) => line && line !== json).join(' ')
  if (timed_out) return { failed: 'no end within 100 s' }
  if (!json) return { failed: other || `no output, exit code ${code}` }
  return { ...JSON.parse(json), failed: code ? other || `exit code ${code}` : null }
}
