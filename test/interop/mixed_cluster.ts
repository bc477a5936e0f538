// Clusters of our processes and nats-servers: start, stop and restart of members, and what all of them must agree on.
import * as assert from 'uvu/assert'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ports_of, type Program, start_command, start_program } from '../cluster_process/program.ts'
import { wait_for_interest } from '../server/embedded.ts'
import { payload_of, RawClient } from '../server/raw_client.ts'

/** A start of ours takes its time beside others under load, and so does a mesh with retries of a second. */
const START_MS_MAX = 30_000
const MESH_MS_MAX = 20_000
const POLL_MS = 20

/** Ours, with several connections to each peer. */
export const POOLED = Symbol('pooled')
/** The binary of a nats-server; null: ours. */
export type Kind = string | null | typeof POOLED

/** Places of a pool, ours and the newer nats-servers'; one connection more is that of the system account. */
const POOL_SIZE = 3
const POOL_CONNECTIONS = POOL_SIZE + 1
const directory = mkdtempSync(join(tmpdir(), 'onehop-interop-'))
const pool_file = join(directory, 'pool.conf')
writeFileSync(pool_file, `cluster { pool_size: ${POOL_SIZE} }\n`)
process.on('exit', () => rmSync(directory, { recursive: true }))

interface Member {
  kind: Kind
  name: string
  program: Program
  ports: { client: number; cluster: number; http: number }
}

/** What a binary says of its version; undefined if it can not be started. */
export function version_of(binary: string): string | undefined {
  const { error, stdout } = spawnSync(binary, ['--version'], { encoding: 'utf8', timeout: 10_000 })
  return error ? undefined : / v(\d\S*)/.exec(stdout)?.[1]
}

/** Starts a server on ports of its own choice, or again on those that it had. */
export async function start_member(
  kind: Kind,
  name: string,
  seed: number | undefined,
  ports = { client: -1, cluster: -1, http: -1 },
): Promise<Member> {
  const flags = [
    ...['-a', '127.0.0.1', '-p', String(ports.client), '-m', String(ports.http), '-n', name],
    ...['--cluster', `nats://127.0.0.1:${ports.cluster}`, '--cluster_name', 'mixed'],
    ...(seed === undefined ? [] : ['--routes', `nats://127.0.0.1:${seed}`]),
  ]
  const program = typeof kind === 'string'
    ? start_command([kind, ...flags])
    : start_program([...(kind === POOLED ? ['-c', pool_file] : []), ...flags])
  await program.wait_line(/Server is ready$/, START_MS_MAX)
  const [, http] = await program.wait_line(/Starting http monitor on .*:(\d+)$/)
  return { kind, name, program, ports: { ...await ports_of(program), http: Number(http) } }
}

export class MixedCluster {
  members: Member[] = []

  /** The first one is the seed of all others. */
  static async start(kinds: Kind[]): Promise<MixedCluster> {
    const cluster = new MixedCluster()
    for (const [i, kind] of kinds.entries()) {
      cluster.members.push(await start_member(kind, `m${i}`, cluster.#seed_of(i)))
    }
    await cluster.whole()
    return cluster
  }

  /** Ends a member, in order or not, and resolves when all others know that it has gone. */
  async stop(index: number, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const [gone] = this.members.splice(index, 1)
    gone.program.child.kill(signal)
    await gone.program.ended
    await this.whole()
    this.members.splice(index, 0, gone)
  }

  /** Starts a stopped member as it was. */
  async restart(index: number): Promise<void> {
    const { kind, name, ports } = this.members[index]
    this.members[index] = await start_member(kind, name, this.#seed_of(index), ports)
    await this.whole()
  }

  /** Resolves when each member tells its clients of exactly all members, and has routes to exactly all others. */
  async whole(): Promise<void> {
    const urls = this.members.map(({ ports }) => `127.0.0.1:${ports.client}`).sort()
    await Promise.all(this.members.map(({ ports }) => wait_for_urls(ports.client, urls)))
    const ids = await Promise.all(
      this.members.map(async ({ ports }) => String((await ask(ports.http, 'varz')).server_id)),
    )
    await Promise.all(
      this.members.map(({ ports }, i) => wait_for_peers(ports.http, ids.filter((_, j) => j !== i).sort())),
    )
  }

  /** Resolves when those of ours that have pools have all their connections, to each other and to the nats-servers of a kind. */
  async full_pools(pooled: Kind = POOLED): Promise<void> {
    const has_pool = ({ kind }: Member) => kind === POOLED || kind === pooled
    for (const member of this.members) {
      if (member.kind !== POOLED) continue
      const others = this.members.filter((each) => each !== member)
      const connections = others.reduce((sum, other) => sum + (has_pool(other) ? POOL_CONNECTIONS : 1), 0)
      await wait_for(
        async () => (await ask(member.ports.http, 'routez')).num_routes,
        (count) => count === connections,
        (count) => `${member.name} has ${count} connections to others, not ${connections}`,
      )
    }
  }

  /** Each member sends to each, every message comes once, and one for a queue group comes once in the whole cluster. */
  async exchange(messages: number): Promise<void> {
    const clients = await Promise.all(this.members.map(({ ports }, i) => MemberClient.start(ports.client, i)))
    for (const { client } of clients) {
      for (const { ready } of clients) await wait_for_interest(client, ready, MESH_MS_MAX)
    }
    const expected: string[] = []
    for (const [i, { client }] of clients.entries()) {
      const mine = Array.from({ length: messages }, (_, n) => `${i}.${n}`)
      expected.push(...mine)
      const text = ['all', 'jobs'].flatMap((subject) => mine.map((each) => publish(subject, each)))
      // Between two servers there is one order: whatever comes twice or goes round has come before these.
      await client.send(text.join('') + clients.map(({ ready }) => publish(ready, 'last')).join(''))
    }
    expected.sort()
    for (const { client, lasts, all } of clients) {
      await client.until(() => lasts.count === clients.length, 'the last message of each member', MESH_MS_MAX)
      assert.equal(all.sort(), expected, 'a plain subscription')
    }
    assert.equal(clients.flatMap(({ jobs }) => jobs).sort(), expected, 'the queue group as a whole')
    for (const { client } of clients) client.close()
  }

  #seed_of(index: number): number | undefined {
    return index === 0 ? undefined : this.members[0].ports.cluster
  }
}

/** A client of a member: a plain subscription, one in a queue group, and a subject that tells when both are known. */
class MemberClient {
  readonly all: string[] = []
  readonly jobs: string[] = []
  readonly lasts = { count: 0 }
  readonly client: RawClient
  readonly ready: string

  private constructor(client: RawClient, ready: string) {
    this.client = client
    this.ready = ready
  }

  static async start(port: number, index: number): Promise<MemberClient> {
    const own = new MemberClient(await RawClient.connect(port, { connect: { protocol: 1 } }), `ready.${index}`)
    own.client.read_messages((message) => {
      if (message.subject === 'all') own.all.push(payload_of(message))
      else if (message.subject === 'jobs') own.jobs.push(payload_of(message))
      else if (payload_of(message) === 'last') own.lasts.count++
    })
    await own.client.send(`SUB all 1\r\nSUB jobs workers 2\r\nSUB ${own.ready} 3\r\n`)
    await own.client.flush()
    return own
  }
}

const publish = (subject: string, payload: string) => `PUB ${subject} ${payload.length}\r\n${payload}\r\n`

/** Resolves when a client there is told of exactly these servers. */
export async function wait_for_urls(port: number, urls: string[]): Promise<void> {
  const client = await RawClient.connect(port, { connect: { protocol: 1 } })
  let told: string[] = client.info.connect_urls ?? []
  while (told.toSorted().join() !== urls.join()) {
    const [, json] = await client.expect(/INFO (\{.*\}) ?\r\n/, MESH_MS_MAX).catch((error) => {
      throw new Error(`${port} tells of ${told}, not of ${urls}: ${error.message}`)
    })
    told = JSON.parse(json).connect_urls ?? []
  }
  client.close()
}

export async function ask(port: number, path: string): Promise<Record<string, any>> {
  const response = await fetch(`http://127.0.0.1:${port}/${path}`, { signal: AbortSignal.timeout(5_000) })
  return await response.json() as Record<string, any>
}

/** Ids of the servers to which that one has routes; two nats-servers from 2.10 on have several to each other. */
export async function peers_of(http_port: number): Promise<string[]> {
  const { routes } = await ask(http_port, 'routez')
  return [...new Set((routes ?? []).map((route: { remote_id: string }) => route.remote_id))].sort() as string[]
}

/** Nobody tells when a route is there: it is asked for again and again. */
async function wait_for_peers(http_port: number, ids: string[]): Promise<void> {
  await wait_for(
    () => peers_of(http_port),
    (peers) => peers.join() === ids.join(),
    (peers) => `${http_port} has routes to ${peers}, not to ${ids}`,
  )
}

async function wait_for<T>(look: () => Promise<T>, is_right: (seen: T) => boolean, complaint: (seen: T) => string) {
  const end = performance.now() + MESH_MS_MAX
  for (;;) {
    const seen = await look()
    if (is_right(seen)) return
    if (performance.now() > end) throw new Error(complaint(seen))
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
