// The servers of one measurement: fresh ones on ports that the system gives, as processes of their own, on loopback.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { ChildProgram, pause } from './child_program.ts'
import { LoadConnection } from './load_connection.ts'

const START_MS = 20_000
const LOOK_MS = 10
const PROBE = 'bench.probe'

interface StartedServer {
  readonly program: ChildProgram
  readonly port: number
  readonly route_port: number
}

export interface TestServers {
  readonly ports: readonly number[]
  readonly pids: readonly number[]
  stop(): Promise<void>
}

/** The configuration of one server: it writes its ports into a folder. seed_port: that of another one's routes, 0 for none. */
export function server_configuration(folder: string, is_cluster: boolean, seed_port: number): string {
  const routes = seed_port === 0 ? '' : `routes: ["nats-route://127.0.0.1:${seed_port}"]`
  const cluster = is_cluster ? `cluster { name: bench, listen: "127.0.0.1:-1", ${routes} }\n` : ''
  return `listen: "127.0.0.1:-1"\nports_file_dir: ${JSON.stringify(folder)}\n${cluster}`
}

/** The port of the first URL of a kind in the text of a ports file; 0 if it is not there, or the file is not whole. */
export function port_in(text: string, kind: string): number {
  try {
    return Number(/:(\d+)$/.exec(JSON.parse(text)[kind]?.[0] ?? '')?.[1] ?? 0)
  } catch {
    return 0
  }
}

/** Starts count servers of one command (a list), two of them as a mesh that passes messages on. Throws with the reason. */
export async function start_test_servers(
  command: readonly string[],
  count: number,
  clock: Clock,
): Promise<TestServers> {
  const folder = mkdtempSync(join(tmpdir(), 'onehop-bench-'))
  const started: StartedServer[] = []
  const stop = async () => {
    await Promise.all(started.map(({ program }) => program.stop(clock)))
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    for (let i = 0; i < count; i++) {
      started.push(await start_one(command, join(folder, `server-${i}`), count > 1, started[0]?.route_port ?? 0, clock))
    }
    if (count > 1) await passes_on(started[0].port, started[count - 1].port, clock)
    return { ports: started.map(({ port }) => port), pids: started.map(({ program }) => program.pid), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function start_one(
  command: readonly string[],
  prefix: string,
  is_cluster: boolean,
  seed_port: number,
  clock: Clock,
): Promise<StartedServer> {
  const folder = mkdtempSync(prefix)
  const file = `${prefix}.conf`
  writeFileSync(file, server_configuration(folder, is_cluster, seed_port))
  const program = new ChildProgram([...command, '-c', file])
  let end: string | null = null
  program.ended.then((text) => end = text)
  const deadline_ms = clock.now_ms() + START_MS
  while (end === null && clock.now_ms() < deadline_ms) {
    const name = readdirSync(folder)[0]
    const text = name === undefined ? '' : readFileSync(join(folder, name), 'utf8')
    const port = port_in(text, 'nats')
    const route_port = port_in(text, 'cluster')
    if (port > 0 && (route_port > 0 || !is_cluster)) return { program, port, route_port }
    await pause(clock, LOOK_MS)
  }
  await program.stop(clock)
  throw new Error(`${command.join(' ')} did not start: ${end ?? `no ports within ${START_MS / 1000} s`}`)
}

/** Resolves when what is published at one port comes to the other. */
async function passes_on(from: number, to: number, clock: Clock): Promise<void> {
  let has_come = false
  let fault: string | null = null
  const on_fault = (text: string) => fault = text
  const ear = new LoadConnection({
    ...{ port: to, first: `SUB ${PROBE} 1\r\n`, frame_bytes: `MSG ${PROBE} 1 0\r\n\r\n`.length, on_fault },
    on_messages: () => has_come = true,
  })
  const mouth = new LoadConnection({ port: from, first: '', frame_bytes: 1, on_messages() {}, on_fault })
  try {
    await Promise.race([Promise.all([ear.opened(), mouth.opened()]), pause(clock, START_MS)])
    const deadline_ms = clock.now_ms() + START_MS
    while (!has_come) {
      if (fault !== null) throw new Error(`while the mesh formed: ${fault}`)
      if (clock.now_ms() > deadline_ms) throw new Error(`no mesh within ${START_MS / 1000} s`)
      mouth.write(Buffer.from(`PUB ${PROBE} 0\r\n\r\n`))
      await pause(clock, LOOK_MS)
    }
  } finally {
    for (const connection of [ear, mouth]) connection.close()
  }
}
