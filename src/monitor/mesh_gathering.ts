// What all members say of themselves, for the page of the mesh. They are asked over the system account: so it works from any
// member, through firewalls, where only one has a monitoring port, and with nats-servers among them.
import { Buffer } from 'node:buffer'
import type { Clock } from '../base/clock.ts'
import { MESH_MEMBERS_MAX } from '../base/limits.ts'
import { rfc3339 } from '../base/go_time.ts'
import { is_own_kind, mesh_fields, route_sums, varz_fields } from './member_fields.ts'
import type { SystemInbox } from './system_inbox.ts'

/** However many look at the page, the members are asked once in that time. */
export const GATHERING_INTERVAL_MS = 1_000
/** Who is silent for so long is left out. */
const ANSWER_MS = 500

export const MESH_QUESTIONS = Object.freeze(['VARZ', 'ROUTEZ', 'MESHZ'] as const)
export type MeshQuestion = typeof MESH_QUESTIONS[number]

export interface GatheringContext {
  readonly clock: Clock
  readonly server_id: string
  /** Null: there is no system account, so nobody else can be asked. */
  readonly inbox: Pick<SystemInbox, 'ask'> | null
  /** What this member says itself. */
  readonly own: Readonly<Record<MeshQuestion, () => Promise<object>>>
  /** Servers that this one has routes to. */
  peers(): number
}

/** As the page gets it. */
export interface Mesh {
  now: string
  /** Who has asked. */
  server_id: string
  /** Only this member, where there is no system account. */
  reach: 'mesh' | 'member'
  /** How many should have answered, this one among them. */
  expected: number
  took_ms: number
  members: Member[]
}

export interface Member {
  id: string
  varz: object
  /** Null: it did not say. */
  routes: object[] | null
  /** Null: it is a nats-server, or did not say. */
  mesh: object | null
}

/** What one member has answered, by question. */
type Answers = Partial<Record<MeshQuestion, Record<string, unknown>>>

export class MeshGathering {
  #context: GatheringContext
  #last: { at_ms: number; mesh: Promise<Mesh> } | null = null
  /** Members that left the last question of our own kind without an answer: they are not waited for again. */
  #mute: ReadonlySet<string> = new Set()

  constructor(context: GatheringContext) {
    this.#context = context
  }

  /** What is known now, or was a moment ago. */
  mesh(): Promise<Mesh> {
    const at_ms = this.#context.clock.now_ms()
    if (this.#last === null || at_ms - this.#last.at_ms >= GATHERING_INTERVAL_MS) {
      this.#last = { at_ms, mesh: this.#gather(at_ms) }
    }
    return this.#last.mesh
  }

  async #gather(began_ms: number): Promise<Mesh> {
    const { clock, server_id, inbox, peers } = this.#context
    const expected = inbox === null ? 1 : Math.min(peers() + 1, MESH_MEMBERS_MAX)
    const found = new Map<string, Answers>([[server_id, {}]])
    const others = inbox === null || expected === 1 ? null : this.#ask_others(inbox, expected - 1, found)
    found.set(server_id, await this.#own_answers())
    await others
    this.#mute = new Set([...found].filter(([, { MESHZ }]) => MESHZ === undefined).map(([id]) => id))
    return {
      now: rfc3339(clock.wall_ms()),
      server_id,
      reach: inbox === null ? 'member' : 'mesh',
      expected,
      took_ms: Math.round((clock.now_ms() - began_ms) * 10) / 10,
      members: [...found].flatMap(([id, answers]) => member_of(id, answers)),
    }
  }

  /** Resolves when so many have answered all that they can, and after a while in any case. */
  #ask_others(inbox: Pick<SystemInbox, 'ask'>, count: number, found: Map<string, Answers>): Promise<void> {
    const { server_id } = this.#context
    return new Promise((resolve) => {
      const take = (question: MeshQuestion, payload: Uint8Array): boolean => {
        note_answer(found, question, payload)
        const others = [...found].filter(([id]) => id !== server_id)
        if (this.#is_whole(others, count)) resolve()
        return others.filter(([, answers]) => answers[question] !== undefined).length >= count
      }
      const asked = MESH_QUESTIONS.map((question) =>
        inbox.ask(`$SYS.REQ.SERVER.PING.${question}`, Buffer.alloc(0), ANSWER_MS, (payload) => take(question, payload))
      )
      void Promise.all(asked).then(() => resolve())
    })
  }

  /** What this member says, it does not have to be asked over the mesh. */
  async #own_answers(): Promise<Answers> {
    const { own } = this.#context
    const [VARZ, ROUTEZ, MESHZ] = await Promise.all(MESH_QUESTIONS.map((question) => own[question]()))
    return { VARZ, ROUTEZ, MESHZ } as Answers
  }

  /** A nats-server does not answer what it does not know. */
  #is_whole(found: readonly (readonly [id: string, answers: Answers])[], count: number): boolean {
    if (found.length < count) return false
    return found.every(([id, { VARZ, ROUTEZ, MESHZ }]) =>
      VARZ !== undefined && ROUTEZ !== undefined && (MESHZ !== undefined || this.#mute.has(id) || !is_own_kind(VARZ))
    )
  }
}

/** One with {server, data} around it. What is no such thing, or comes beyond the limit, does not count. */
function note_answer(found: Map<string, Answers>, question: MeshQuestion, payload: Uint8Array): void {
  const { server, data } = parse(payload)
  const id = (server as { id?: unknown } | undefined)?.id
  if (typeof id !== 'string' || typeof data !== 'object' || data === null) return
  if (!found.has(id) && found.size >= MESH_MEMBERS_MAX) return
  found.set(id, { ...found.get(id), [question]: data as Record<string, unknown> })
}

function parse(payload: Uint8Array): { server?: unknown; data?: unknown } {
  try {
    return JSON.parse(Buffer.from(payload).toString()) ?? {}
  } catch {
    return {}
  }
}

/** Who did not say what it is can not be shown. */
function member_of(id: string, { VARZ, ROUTEZ, MESHZ }: Answers): Member[] {
  if (VARZ === undefined) return []
  return [{
    id,
    varz: varz_fields(VARZ),
    routes: ROUTEZ === undefined ? null : route_sums(ROUTEZ),
    mesh: MESHZ === undefined ? null : mesh_fields(MESHZ),
  }]
}
