// This program as a command: processes of the load and servers are started as it was.
import type { Runtime } from './bench_settings.ts'

export interface OwnProgram {
  readonly runtime: Runtime
  readonly binary: string
  /** The file that was started. */
  readonly script: string
}

export function own_program(): OwnProgram {
  const runtime = process.versions.deno === undefined ? 'node' : 'deno'
  return { runtime, binary: process.execPath, script: process.argv[1] ?? '' }
}

/** Where Deno keeps packages: a file in there finds what it imports only if Deno was asked for the package. */
const DENO_CACHE = /[/\\]npm[/\\][^/\\]+[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)[/\\](\d[^/\\]*)[/\\]dist[/\\]main\.js$/

/** What starts a program on a runtime: with Deno, with all permissions. */
export function start_command(runtime: Runtime, binary: string, script: string): string[] {
  if (runtime === 'node') return [binary, script]
  const cached = DENO_CACHE.exec(script)
  const what = cached === null ? script : `npm:${cached[1].replace('\\', '/')}@${cached[2]}`
  return [binary, 'run', '-A', what]
}
