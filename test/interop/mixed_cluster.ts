// Clusters of our processes and nats-servers: start, stop and restart of members, and what all of them must agree on.
import * as assert from 'uvu/assert'
import { spawnSync } from 'node:child_process'
import { ports_of, type Program, start_command, start_program } from '../cluster_process/program.ts'
import { wait_for_interest } from '../server/embedded.ts'
import { payload_of, RawClient } from '../server/raw_client.ts'

/** A start of ours takes its time beside others under load, and so does a mesh with retries of a second. */
const START_MS_MAX = 30_000
const MESH_MS_MAX = 20_000
const POLL_MS = 20

/** The binary of a nats-server; null: ours. */
export type Kind = string | null

interface Member {
  kind: Kind
  name: string
  program: Program
  ports: { client: number; cluster: number; http: number }
}

/** What a binary says of its version; undefined if it can not be started. */
export function version_of(binary: string): string | undefined {
  const { error, stdout } = spawnSync(binary, ['--version'], { encoding: 'utf8', timeout: 10_000 })
  return error ? undefined : /v(\S+)/.exec(stdout)?.[1]
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
  const program = kind === null ? start_program(flags) : start_command([kind, ...flags])
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
  const end = performance.now() + MESH_MS_MAX
  for (;;) {
    const peers = await peers_of(http_port)
    if (peers.join() === ids.join()) return
    if (performance.now() > end) throw new Error(`${http_port} has routes to ${peers}, not to ${ids}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}
