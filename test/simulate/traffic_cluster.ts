// A cluster of simulated servers with clients that subscribe and publish while the network fails: no message may come twice or
// make a second hop, and in the end everybody knows exactly what the others want.
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import { type Random, seeded_random } from '../../src/base/prng.ts'
import { interest_key_hash, InterestDigest } from '../../src/broker/interest_digest.ts'
import { AGAIN } from '../../src/broker/one_hop.ts'
import { Agenda } from './agenda.ts'
import { Network } from './network.ts'
import { matches, SUBJECTS, TrafficClient } from './traffic_client.ts'
import { RouteEnd } from './traffic_ends.ts'
import { ACCOUNTS, type ServerPlan, TrafficServer, type World } from './traffic_server.ts'

const CLIENTS_PER_SERVER = 3
export const POOL_SIZE = 3
/** Those of the two accounts that have one of their own: ACC and the system account. */
const ACCOUNT_CONNECTIONS = 2
const HISTORY_MAX = 600

export class TrafficCluster implements World {
  now_ms = 0
  readonly random: Random
  readonly network: Network
  readonly servers: (TrafficServer | null)[]
  readonly history: string[] = []
  readonly #plans: readonly ServerPlan[]
  readonly #lives: number[]
  readonly #agenda = new Agenda()
  #clients: TrafficClient[] = []
  #last_message = 0
  /** Who got what, so far: a subscription or a queue group, and the message. */
  readonly #deliveries = new Set<string>()
  #failure: Error | null = null

  constructor(plans: readonly ServerPlan[], latency_ms_max: number, seed: number) {
    this.#plans = plans
    this.random = seeded_random(seed)
    this.network = new Network(this, this.random, plans.length, latency_ms_max)
    this.servers = plans.map(() => null)
    this.#lives = plans.map(() => 0)
  }

  /** Lets time pass until end_ms. Throws what went wrong in it. */
  async run(end_ms: number): Promise<void> {
    for (;;) {
      const entry = this.#agenda.take(end_ms)
      if (!entry) break
      this.now_ms = entry.at_ms
      entry.run()
      // What the servers leave to the end of a task.
      await null
      if (this.#failure !== null) throw this.#failure
    }
    this.now_ms = end_ms
  }

  at(at_ms: number, run: () => void): void {
    this.#agenda.add(Math.max(at_ms, this.now_ms), run)
  }

  note(who: string, text: string): void {
    this.history.push(`${this.now_ms.toFixed(1)} ${who} ${text}`)
    if (this.history.length > HISTORY_MAX) this.history.splice(0, HISTORY_MAX / 2)
  }

  // ---- Servers and what happens to them

  start(index: number): void {
    if (this.servers[index] !== null) return
    const server = this.servers[index] = new TrafficServer(this, this.#plans[index], ++this.#lives[index])
    for (let i = 0; i < CLIENTS_PER_SERVER; i++) {
      const account = ACCOUNTS[i % ACCOUNTS.length]
      const name = `client ${i} of ${server.id}`
      const client = new TrafficClient(name, index, account, server.connect_client(account))
      client.on_message = (who, sid, payload) => this.#got(who, sid, payload)
      this.#clients.push(client)
    }
  }

  /** The server is gone without a word; its kernel tells the peers that the connections ended. */
  crash(index: number): void {
    const server = this.servers[index]
    if (server === null) return
    this.note(server.id, 'crashes')
    server.is_alive = false
    this.servers[index] = null
    for (const end of server.ends) end.destroy()
    this.#clients = this.#clients.filter((client) => client.server !== index)
  }

  /** Breaks one connection of the server in the middle; with half_open only one side learns of it. */
  cut(index: number, half_open: boolean): void {
    const ends = this.servers[index]?.ends.filter((end) => end.open && end.other?.open) ?? []
    if (ends.length === 0) return
    const end = ends[this.random.below(ends.length)], { other } = end
    this.note(this.servers[index]!.id, `loses a connection to ${end.peer}${half_open ? ', which does not know' : ''}`)
    end.other = other!.other = null
    end.break(new Error('reset'))
    if (!half_open) other!.break(new Error('reset'))
  }

  block(from: number, to: number): void {
    this.note('network', `lets nothing from ${from} to ${to}`)
    this.network.block(from, to)
  }

  connect(from: TrafficServer, address: string, done: (end: RouteEnd | null) => void): void {
    const to = this.#plans.findIndex((plan) => plan.address === address)
    const host = from.plan.index
    this.at(this.now_ms + this.network.latency_ms(host), () => {
      if (!from.is_alive || !this.network.is_whole(host, to)) return
      const target = this.servers[to]
      if (target === null) return done(null)
      const here = this.#end(from, to, address), there = this.#end(target, host, from.plan.address)
      here.other = there
      there.other = here
      target.accept(there)
      done(here)
    })
  }

  #end(server: TrafficServer, peer: number, address: string): RouteEnd {
    const later = (f: () => void) => server.later(f)
    const sent = (host: number, text: string) => this.#sent(host, text)
    return new RouteEnd({ network: this.network, random: this.random, later, sent }, server.plan.index, peer, address)
  }

  // ---- Clients and what they get

  /** One of the clients does something. */
  stir(): void {
    if (this.#clients.length === 0) return
    const client = this.#clients[this.random.below(this.#clients.length)]
    if (this.random.below(3) === 0) client.change(this.random)
    else this.#publish(client, SUBJECTS[this.random.below(SUBJECTS.length)])
  }

  /** Clients that have no subscription make one. */
  everybody_subscribes(): void {
    for (const client of this.#clients) if (client.wanted.size === 0) client.change(this.random)
  }

  #publish(client: TrafficClient, subject: string): string {
    const payload = `<${client.server}.${++this.#last_message}>`
    client.publish(subject, payload)
    return payload
  }

  #got(client: TrafficClient, sid: number, payload: string): void {
    const wanted = client.wanted.get(sid)
    if (wanted === undefined) return
    const key = `${client.taker(sid, wanted)}: ${payload}`
    if (this.#deliveries.has(key)) this.#fail(`comes twice: ${key}`)
    this.#deliveries.add(key)
  }

  /** Looks at what goes over routes: each message is one of the server's own clients. */
  #sent(host: number, text: string): void {
    for (const [, args, from] of text.matchAll(/MSG ([^\r\n]*)\r\n<(\d+)\./g)) {
      // A queue group's message goes on if its last member here has just gone.
      if (Number(from) !== host && !args.includes(AGAIN_TEXT)) {
        this.#fail(`${host} forwards a message of ${from}: ${args}`)
      }
    }
  }

  /** Every server sends on every subject in every account, and everybody who wants it gets it, once. */
  async everything_arrives(): Promise<void> {
    const sent: { client: TrafficClient; subject: string; payload: string }[] = []
    for (const client of this.#clients) {
      for (const subject of SUBJECTS) sent.push({ client, subject, payload: this.#publish(client, subject) })
    }
    await this.run(this.now_ms + 1_000)
    for (const { client, subject, payload } of sent) {
      for (const who of this.#takers(client.account, subject)) {
        if (!this.#deliveries.has(`${who}: ${payload}`)) {
          throw new Error(`${payload} on ${subject} did not come to ${who}`)
        }
      }
    }
  }

  /** Who gets a message: subscriptions, and queue groups. */
  #takers(account: string, subject: string): Set<string> {
    const takers = new Set<string>()
    for (const client of this.#clients) {
      if (client.account !== account) continue
      for (const [sid, wanted] of client.wanted) {
        if (matches(wanted.subject, subject)) takers.add(client.taker(sid, wanted))
      }
    }
    return takers
  }

  #fail(text: string): void {
    this.#failure ??= new Error(text)
  }

  // ---- What everybody has to agree on

  /** Undefined if every two servers have exactly the connections that they should have; else why not. */
  disconnection(): string | undefined {
    for (const one of this.servers) {
      for (const other of this.servers) {
        if (one === other || one === null || other === null) continue
        const count = one.routes.filter(({ remote_id }) => remote_id === other.id).length
        const is_pool = one.plan.pool_size > 0 && other.plan.pool_size > 0
        if (count !== (is_pool ? POOL_SIZE + ACCOUNT_CONNECTIONS : 1)) return `${one.id} has ${count} to ${other.id}`
        const open = one.ends.filter((end) => end.open && end.peer === other.plan.index)
        if (open.length !== count) return `${one.id} has ${open.length} ends to ${other.id}, and ${count} routes`
        if (open.some((end) => !end.other?.open)) return `${one.id} has a half-open connection to ${other.id}`
      }
    }
    return undefined
  }

  /** Undefined if each server knows exactly what the clients of each other one want; else what is wrong. */
  misunderstanding(): string | undefined {
    for (const one of this.servers) {
      for (const other of this.servers) {
        if (one === other || one === null || other === null) continue
        for (const [number, account] of ACCOUNTS.entries()) {
          const known = one.routes.filter(({ remote_id }) => remote_id === other.id)
            .map(({ route }) => route.interest.digest(number).text).filter((text) => text !== NOTHING)
          const wanted = this.#wanted(other.plan.index, account)
          if (known.join() !== (wanted === NOTHING ? '' : wanted)) {
            return `${one.id} does not know what ${other.id} wants in ${account}`
          }
        }
      }
    }
    return undefined
  }

  /** How much each server knows of what each other one wants: a number for each two. */
  known_interest(): Map<string, number> {
    const known = new Map<string, number>()
    for (const one of this.servers) {
      for (const { route, remote_id } of one?.routes ?? []) {
        const key = `${one!.id} of ${remote_id}`
        known.set(key, (known.get(key) ?? 0) + route.interest.count)
      }
    }
    return known
  }

  /** The digest of what the clients of a server want. */
  #wanted(index: number, account: string): string {
    const counts = new Map<string, number>()
    for (const client of this.#clients) {
      if (client.server !== index || client.account !== account) continue
      for (const { subject, queue } of client.wanted.values()) {
        const key = `${subject} ${queue}`
        counts.set(key, queue === '' ? 1 : (counts.get(key) ?? 0) + 1)
      }
    }
    const digest = new InterestDigest()
    for (const [key, weight] of counts) {
      const [subject, queue] = key.split(' ')
      const bytes = latin1_bytes(subject + queue)
      digest.add(interest_key_hash(bytes, 0, subject.length, subject.length, bytes.length), weight)
    }
    return digest.text
  }
}

const AGAIN_TEXT = ` ${latin1_text(AGAIN)} `
const NOTHING = new InterestDigest().text
