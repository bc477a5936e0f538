// From a few addresses to everything that a cluster tells of: each address is dialled once, many at a time, and what is heard there
// leads on.
import { type Random, random_word } from '../base/prng.ts'
import { type ClientSight, dial_client } from './client_dial.ts'
import { has_credentials } from './credentials.ts'
import type { DialTools } from './dial.ts'
import type { DialFact, Facts, ServerSaid } from './facts.ts'
import { by_text } from './members.ts'
import { dial_monitor } from './monitor_dial.ts'
import { probe } from './probe.ts'
import { dial_route } from './route_dial.ts'
import { ask_system } from './system_ask.ts'
import { COMMAND_LINE, type Target, target_key, told_target } from './target.ts'

const MONITOR_PORT = 8222
const DIALS_AT_A_TIME = 64
/** A made-up cluster could go on for ever. */
const DIALS_MAX = 1024

export interface Survey {
  readonly given: readonly Target[]
  readonly tools: DialTools
  readonly random: Random
  readonly wants_probe: boolean
  /** Called whenever something was begun or has ended. */
  progress(state: Progress): void
  readonly interrupted: AbortSignal
}

export interface Progress {
  readonly dialled: number
  readonly known: number
  /** Servers that have said who they are. */
  readonly members: number
  /** Of the address that was begun last. */
  readonly doing: string
}

export async function survey(about: Survey): Promise<Facts> {
  const { tools } = about
  const walk = new Walk(about)
  await walk.run()
  await walk.ask_system()
  const open = walk.open_channels()
  try {
    if (about.wants_probe && open.length > 1 && !about.interrupted.aborted) walk.tell('a message from each to each')
    return {
      now_ms: tools.clock.wall_ms(),
      timeout_ms: tools.timeout_ms,
      has_credentials: has_credentials(tools.credentials),
      dials: walk.facts(),
      left_out: walk.left_out,
      probe: about.wants_probe && open.length > 1 && !about.interrupted.aborted
        ? await probe(open, random_word(about.random, 12), tools.clock, tools.timeout_ms)
        : null,
    }
  } finally {
    walk.end()
  }
}

class Walk {
  left_out = 0
  readonly #about: Survey
  /** By key: who has told of it, in the order in which it was heard of. */
  readonly #told = new Map<string, string[]>()
  readonly #waiting: Target[] = []
  readonly #facts = new Map<string, DialFact>()
  readonly #sights: ClientSight[] = []
  #under_way = 0
  #doing = ''

  constructor(about: Survey) {
    this.#about = about
    for (const target of about.given) this.#add(target)
  }

  /** What was given comes first; the rest has an order that does not depend on who answered first. */
  facts(): DialFact[] {
    const keys = [...this.#facts.keys()]
    const rank = (key: string) =>
      this.#told.get(key)?.includes(COMMAND_LINE) ? [...this.#told.keys()].indexOf(key) : DIALS_MAX
    keys.sort((a, b) => rank(a) - rank(b) || by_text(a, b))
    return keys.map((key) => {
      const fact = this.#facts.get(key)!
      return { ...fact, told_by: [...this.#told.get(key) ?? fact.told_by].sort(by_text) }
    })
  }

  /** One for each server that let us in. */
  open_channels() {
    const found = new Map<string, NonNullable<ClientSight['channel']>>()
    for (const { fact: { server }, channel } of this.#sights) {
      if (server !== null && channel !== null && !found.has(server.id)) found.set(server.id, channel)
    }
    return [...found].map(([id, channel]) => ({ id, channel }))
  }

  end(): void {
    for (const { channel } of this.#sights) channel?.end()
  }

  /** Until nothing is left to dial, or nobody waits for it any more. */
  run(): Promise<void> {
    return new Promise((resolve) => {
      this.#about.interrupted.addEventListener('abort', () => resolve(), { once: true })
      const go_on = () => {
        const is_over = this.#about.interrupted.aborted
        while (!is_over && this.#under_way < DIALS_AT_A_TIME) {
          const target = this.#waiting.shift()
          if (target === undefined) break
          this.#under_way++
          void this.#dial(target).finally(() => {
            this.#under_way--
            go_on()
          })
        }
        if (this.#under_way > 0) return
        if (!is_over && this.#guess()) return go_on()
        resolve()
      }
      go_on()
    })
  }

  /** Where one connection is in the system account, all servers of the cluster answer a message. */
  async ask_system(): Promise<void> {
    const { tools, random, interrupted } = this.#about
    const [first] = this.open_channels()
    if (first === undefined || interrupted.aborted) return
    this.tell('the system account')
    const { facts, targets } = await ask_system(first.channel, random_word(random, 12), tools.clock, tools.timeout_ms)
    for (const fact of facts) this.#facts.set(`system ${fact.server!.id}`, fact)
    for (const target of targets) this.#add(target)
    await this.run()
  }

  tell(doing = this.#doing): void {
    this.#doing = doing
    const ids = new Set([...this.#facts.values()].map(({ server }) => server?.id).filter((id) => id !== undefined))
    this.#about.progress({ dialled: this.#facts.size, known: this.#told.size, members: ids.size, doing })
  }

  #add(target: Target): void {
    const key = target_key(target)
    const told = this.#told.get(key)
    if (told !== undefined) {
      if (!told.includes(target.told_by)) told.push(target.told_by)
      return
    }
    if (this.#told.size >= DIALS_MAX) return void this.left_out++
    this.#told.set(key, [target.told_by])
    this.#waiting.push(target)
  }

  async #dial(target: Target): Promise<void> {
    this.tell(target_key(target))
    const { tools } = this.#about
    let fact: DialFact
    if (target.door === 'monitor') {
      const sight = await dial_monitor(target, tools)
      fact = sight.fact
      // A guess may have led to a server that has nothing to do with these.
      if (target.is_guess && !this.#is_known(fact.server)) return
      for (const each of sight.targets) this.#add(each)
    } else if (target.door === 'route') fact = await dial_route(target, tools)
    else {
      const sight = await dial_client(target, tools)
      this.#sights.push(sight)
      fact = sight.fact
    }
    this.#facts.set(target_key(target), fact)
    if (fact.server !== null) this.#follow(fact, target)
    this.tell()
  }

  /** A WebSocket is told of WebSockets in the field that has clients' addresses elsewhere. */
  #follow({ server }: DialFact, { door, tls }: Target): void {
    if (server === null || door === 'monitor') return
    const told_by = `server "${server.name}"`
    const plain = door === 'websocket' ? 'websocket' : 'client'
    const needs_tls = door === 'websocket' || door === 'client' ? tls : false
    for (const text of server.connect_urls) {
      const target = told_target(text, { door: plain, tls: needs_tls, told_by })
      if (target !== null) this.#add(target)
    }
    // Whether these want TLS nobody says: a server does so unless it was told not to.
    for (const text of server.ws_connect_urls) {
      const target = told_target(text, { door: 'websocket', tls: this.#websocket_tls(), told_by })
      if (target !== null) this.#add(target)
    }
  }

  #is_known(server: ServerSaid | null): boolean {
    return [...this.#facts.values()].some((fact) => fact.server !== null && fact.server.id === server?.id)
  }

  #websocket_tls(): boolean {
    const given = this.#about.given.find(({ door }) => door === 'websocket')
    if (given !== undefined) return given.tls
    return [...this.#facts.values()].some(({ tls, target }) => tls !== null && target.door !== 'monitor')
  }

  /** Monitoring is told of by nobody: it may be at the usual port, or where another member has it. */
  #guess(): boolean {
    const facts = [...this.#facts.values()]
    const asked = facts.filter(({ target, monitor }) => target.door === 'monitor' && monitor !== null)
    const known = new Set(facts.filter(({ monitor }) => monitor !== null).map(({ server }) => server?.id))
    const ways = [{ port: MONITOR_PORT, tls: false }, ...asked.map(({ target: { port, tls } }) => ({ port, tls }))]
    const before = this.#waiting.length
    for (const { server, target: { host, door } } of facts) {
      if (server === null || known.has(server.id) || door === 'system') continue
      for (const way of ways) {
        this.#add({ door: 'monitor', host, ...way, told_by: `server "${server.name}"`, is_guess: true })
      }
    }
    return this.#waiting.length > before
  }
}
