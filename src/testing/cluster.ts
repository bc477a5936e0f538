// A cluster inside a test, and what can be done to it.
import { ClientPaces } from './client_paces.ts'
import type {
  ClusterMember,
  ClusterOptions,
  InterestWait,
  MemberId,
  MeshWait,
  PartitionOptions,
  SlowClient,
} from './cluster_options.ts'
import { FaultPlan, type Faults } from './faults.ts'
import { Member } from './member.ts'
import { missing_interest, missing_routes, standing_routes } from './missing.ts'
import { type ClusterTime, real_time, VirtualTime } from './virtual_time.ts'
import { DEADLINE_MS, wait_until } from './wait_until.ts'

const DEFAULT_ACCOUNT = '$G'

/** Starts a cluster of `count` servers in this process. Resolves when each of them has a route to all others. */
export async function startCluster(count = 3, options: ClusterOptions = {}): Promise<Cluster> {
  const cluster = new Cluster(count, options)
  try {
    await cluster.start()
  } catch (error) {
    await cluster.stop()
    throw error
  }
  return cluster
}

/** Several servers of one cluster in one process, whose connections can be made to fail on purpose. */
export class Cluster implements AsyncDisposable {
  /** What all chance in it follows from. */
  readonly seed: number
  #members: Member[]
  #plan: FaultPlan
  #time: ClusterTime
  #paces = new ClientPaces()

  /** Starts nothing yet: see `startCluster`. */
  constructor(count: number, options: ClusterOptions = {}) {
    const { seed = 1, clock = 'real', configuration = {}, names = [], log } = options
    this.seed = seed
    this.#plan = new FaultPlan(seed)
    this.#time = clock === 'virtual' ? new VirtualTime() : real_time()
    const configure = typeof configuration === 'function' ? configuration : () => configuration
    const context = {
      time: this.#time,
      plan: this.#plan,
      member_at: (port: number) => this.#members.find(({ cluster_port }) => cluster_port === port)?.name,
      pace_of: (client: SlowClient) => this.#paces.of(client),
    }
    this.#members = Array.from({ length: count }, (_, i) => {
      const name = names[i] ?? default_name(i)
      return new Member(name, {
        ...context,
        configuration: configure(name),
        peer_ports: () => this.#members.filter((each) => each.name !== name).map(({ cluster_port }) => cluster_port),
        log: (level, text) => log?.(name, level, text),
      })
    })
    if (clock === 'virtual') this.#disturb(this.#members)
    const twice = this.#members.find(({ name }, i) => this.#members.findIndex((each) => each.name === name) < i)
    if (twice !== undefined) throw new Error(`two servers would be called ${twice.name}`)
  }

  /** In the order of their start. */
  get servers(): readonly ClusterMember[] {
    return this.#members
  }

  /** Where clients connect, of all servers. */
  get urls(): string[] {
    return this.#members.map(({ url }) => url)
  }

  /** One server, by number or name. Throws if there is none. */
  member(id: MemberId): ClusterMember {
    return this.#member(id)
  }

  // ---- Servers come and go

  /** Starts what is stopped, and waits for the mesh. */
  async start(): Promise<void> {
    for (const member of this.#members) await this.#drive(member.start())
    await this.waitForMesh()
  }

  /** Ends a server as SIGKILL does: its connections end without a word, and nothing more is heard of it. */
  async kill(id: MemberId): Promise<void> {
    this.#disturb([this.#member(id)])
    await this.#drive(this.#member(id).kill())
  }

  /** Lets a server's clients go elsewhere, and ends it then. Resolves when it has ended. */
  async lameDuck(id: MemberId): Promise<void> {
    await this.#drive(this.#member(id).lame_duck())
  }

  /** Starts a server again, with the same name and the same ports; one that runs is shut down before. */
  async restart(id: MemberId): Promise<void> {
    const member = this.#member(id)
    await this.#drive(member.stop())
    await this.#drive(member.start())
  }

  /** Makes a server stand still as SIGSTOP does: nothing goes in or out, no timer fires, and nothing is lost. */
  freeze(id: MemberId): void {
    this.#disturb([this.#member(id)])
    this.#member(id).freeze()
  }

  /** Lets it go on. */
  thaw(id: MemberId): void {
    this.#member(id).thaw()
  }

  // ---- Connections between them

  /** Parts the servers of two sides. Clients go on as before, each with its server. */
  partition(side: readonly MemberId[], other: readonly MemberId[], options: PartitionOptions = {}): void {
    const { oneWay = false, silent = false } = options
    const fault: Partial<Faults> = silent || oneWay ? { lost: true } : { cut: true }
    this.#set(side, other, fault)
    if (!oneWay) this.#set(other, side, fault)
  }

  /** What one server sends to another takes so long, and up to `jitterMs` longer. The order stays. */
  delay(from: MemberId, to: MemberId, ms: number, jitterMs = 0): void {
    this.#set([from], [to], { delay_ms: ms, jitter_ms: jitterMs })
  }

  /** Of the messages from one server to another that share (0 to 1) is lost; nothing else is. */
  drop(from: MemberId, to: MemberId, share: number): void {
    if (!(share >= 0 && share <= 1)) throw new Error(`a share is a number from 0 to 1, not ${share}`)
    this.#set([from], [to], { drop_share: share })
  }

  /**
   * Lets clients read that slowly, 0 for not at all, Infinity for as fast as they can: by the name they give themselves, or as the
   * function says. Also those that connect later.
   */
  slow(client: string | ((client: SlowClient) => boolean), bytesPerSecond: number): void {
    this.#disturb(this.#members)
    this.#paces.set(client, bytesPerSecond)
    this.#renew()
  }

  /** Ends partitions, delays, losses and slowness. What stands still or has ended stays as it is. */
  heal(): void {
    this.#plan.heal()
    this.#paces.clear()
    this.#renew()
  }

  // ---- Waiting

  /** Resolves when each server that runs has a route to all others. */
  async waitForMesh(wait: MeshWait | number = {}): Promise<void> {
    const { deadline = DEADLINE_MS, members } = typeof wait === 'number' ? { deadline: wait } : wait
    const asked = members === undefined ? this.#members : members.map((id) => this.#member(id))
    await wait_until(this.#time, deadline, 'the mesh is not whole', () => missing_routes(asked.filter(runs)))
  }

  /** Resolves when there is no route between two sides any more: a silent partition is noticed after some seconds. */
  async waitForSplit(side: readonly MemberId[], other: readonly MemberId[], deadline = DEADLINE_MS): Promise<void> {
    const [here, there] = [side, other].map((ids) => ids.map((id) => this.#member(id)))
    await wait_until(this.#time, deadline, 'the mesh is not parted', () => standing_routes(here, there))
  }

  /** Resolves when a message on that subject finds a taker from wherever it is published. */
  async waitForInterest(subject: string, wait: InterestWait = {}): Promise<void> {
    const { deadline = DEADLINE_MS, at, from, account = DEFAULT_ACCOUNT } = wait
    const ids = at === undefined ? this.#members.filter(runs).map(({ name }) => name) : [at].flat()
    const asked = (ids as MemberId[]).map((id) => this.#member(id))
    const source = from === undefined ? null : this.#member(from)
    const missing = () => missing_interest(asked, source, subject, account)
    await wait_until(this.#time, deadline, `interest in ${subject}`, missing)
  }

  /** Lets time pass. With a virtual clock all timers of the servers fire in their order, and what they send arrives in between. */
  advance(ms: number): Promise<void> {
    return this.#time.pass(ms)
  }

  /** Ends one server in good order; without a number or name all of them, and then the cluster is over. */
  async stop(id?: MemberId): Promise<void> {
    if (id !== undefined) return await this.#drive(this.#member(id).stop())
    this.heal()
    this.#time.flow()
    await Promise.all(this.#members.map((member) => member.stop()))
    this.#time.stop()
  }

  /** `await using cluster = await startCluster(3)` ends it with the block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  #member(id: MemberId): Member {
    const member = typeof id === 'number' ? this.#members[id] : this.#members.find(({ name }) => name === id)
    if (member !== undefined) return member
    throw new Error(`there is no member ${id}; there are ${this.#members.map(({ name }) => name).join(', ')}`)
  }

  /** Throws if one of them has workers, which nobody can come between. */
  #disturb(members: readonly Member[]): void {
    const name = members.find(({ has_workers }) => has_workers)?.name
    if (name !== undefined) throw new Error(`${name} has workers: only a server that has none can be disturbed`)
  }

  #set(from: readonly MemberId[], to: readonly MemberId[], faults: Partial<Faults>): void {
    const names = (ids: readonly MemberId[]) => ids.map((id) => this.#member(id).name)
    this.#disturb([...from, ...to].map((id) => this.#member(id)))
    this.#plan.set(names(from), names(to), faults)
    this.#renew()
  }

  #renew(): void {
    for (const member of this.#members) member.renew()
  }

  /** Moves virtual time on until the work is done. */
  async #drive(work: Promise<void>): Promise<void> {
    let is_done = !this.#time.is_virtual
    const end = () => void (is_done = true)
    work.then(end, end)
    while (!is_done) await this.#time.pass(DRIVE_MS)
    await work
  }
}

/** Little: whoever ends a server does not mean to wait. */
const DRIVE_MS = 5

const runs = ({ state }: Member): boolean => state === 'running'

/** a to z, then z26 and so on. */
const default_name = (i: number): string => i < 26 ? String.fromCharCode(97 + i) : `z${i}`
