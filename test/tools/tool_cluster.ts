// Three servers of ours with monitoring, a user of the system account and one of another account.
import { dirname } from 'node:path'
import { config_file, ports_of, type Program, start_program } from '../cluster_process/program.ts'

export interface ToolMember {
  name: string
  program: Program
  client: number
  http: number
}

export interface ToolCluster {
  members: ToolMember[]
  /** For files of tools; it goes with the programs. */
  folder: string
  /** As tools take it, with a user in it. */
  url(user: 'system' | 'app', member?: number): string
}

const CONFIG = `
  workers: 1
  accounts {
    $SYS { users: [{ user: system, password: system }] }
    APP { users: [{ user: app, password: app }] }
  }`
const START_MS_MAX = 30_000

export async function start_cluster(): Promise<ToolCluster> {
  const members: ToolMember[] = []
  const file = config_file(CONFIG)
  let seed: number | undefined
  for (const name of ['n1', 'n2', 'n3']) {
    const program = start_program([
      ...['-c', file, '-n', name, '-a', '127.0.0.1', '-p', '-1', '-m', '-1'],
      ...['--cluster', 'nats://127.0.0.1:-1', '--cluster_name', 'tools'],
      ...(seed === undefined ? [] : ['--routes', `nats://127.0.0.1:${seed}`]),
    ])
    await program.wait_line(/Server is ready$/, START_MS_MAX)
    const { client, cluster } = await ports_of(program)
    const [, http] = await program.wait_line(/Starting http monitor on .*:(\d+)$/)
    members.push({ name, program, client, http: Number(http) })
    seed ??= cluster
  }
  return {
    members,
    folder: dirname(file),
    url: (user, member = 0) => `nats://${user}:${user}@127.0.0.1:${members[member].client}`,
  }
}
