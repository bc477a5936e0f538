// Who is measured: this server with one number of workers, or another server.
import { output_of } from './child_program.ts'
import type { BenchSettings } from './bench_settings.ts'
import { type OwnProgram, start_command } from './own_program.ts'

export interface Contender {
  /** `2 workers` or `nats-server 2.9.10`. */
  readonly name: string
  /** null: not ours. */
  readonly workers: number | null
  readonly command: readonly string[]
}

export const workers_name = (workers: number): string => workers === 1 ? '1 worker' : `${workers} workers`

/** The command of our server. Another runtime than our own is looked for in PATH. */
export function server_command({ server, runtime }: BenchSettings, own: OwnProgram): readonly string[] {
  if (server !== null) return server
  const wanted = runtime ?? own.runtime
  return start_command(wanted, wanted === own.runtime ? own.binary : wanted, own.script)
}

/** Ours by number of workers, and the others. Throws when one that was asked for is not there. */
export async function all_contenders(settings: BenchSettings, server: readonly string[]): Promise<Contender[]> {
  const ours = settings.workers.map((workers) => ({
    ...{ name: workers_name(workers), workers, command: [...server, '--workers', String(workers)] },
  }))
  const others: Contender[] = []
  for (const path of settings.against ?? ['nats-server']) {
    const said = await output_of([path, '--version'])
    if (said === null && settings.against === null) continue
    if (said === null) throw new Error(`--against: ${path} --version fails; is it there?`)
    others.push({ name: version_name(said), workers: null, command: [path] })
  }
  return [...ours, ...others]
}

/** `nats-server: v2.9.10` as `nats-server 2.9.10`; `v20.20.2`, which Node says, as `Node 20.20.2`. */
export function version_name(said: string): string {
  const [line] = said.split('\n')
  const node = /^v(\d[\w.-]*)$/.exec(line)
  if (node !== null) return `Node ${node[1]}`
  return line.replace(/:? v?(?=\d)/, ' ').replace(/^deno/, 'Deno').replace(/ \(.*$/, '')
}
