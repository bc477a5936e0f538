// Where the two runtimes are. Deno is the real binary of the npm package: the shim in node_modules/.bin leaves it running
// when the shim is killed.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))
export const running_deno = process.versions.deno !== undefined

/** The Deno binary to start: this process's own under Deno, else that of node_modules/@deno. Throws when there is none. */
export function deno_binary() {
  if (running_deno) return process.execPath
  const folder = join(root, 'node_modules/@deno')
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const binary = join(folder, name, 'deno')
    if (existsSync(binary) && spawnSync(binary, ['--version']).status === 0) return binary
  }
  throw new Error('No Deno binary in node_modules/@deno: run npm ci (without --omit=dev or --omit=optional)')
}

/** The Node binary to start: this process's own under Node, else the one in PATH. */
export const node_binary = () => running_deno ? 'node' : process.execPath

/** The command that starts the server, as a list: dist under Node, the source under Deno. */
export function server_command(runtime) {
  if (runtime === 'node') return [node_binary(), join(root, 'dist/main.js')]
  if (runtime === 'deno') return [deno_binary(), 'run', '-A', join(root, 'main.ts')]
  throw new Error(`--runtime is node or deno, not ${runtime}`)
}

/** Name and version of a runtime, for the head of a table. */
export function runtime_version(runtime) {
  const binary = runtime === 'deno' ? deno_binary() : node_binary()
  const text = spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout ?? ''
  return runtime === 'deno' ? text.split('\n')[0] : `node ${text.trim()}`
}
