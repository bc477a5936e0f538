// The members of a mesh as child processes, and a question to each of them again and again: whom does it have a route to?
import type { Clock } from '../base/clock.ts'
import { MemberProcess } from './member_process.ts'
import { type MemberPlan, pairs_of } from './mesh_plan.ts'
import { MeshView, type RouteView } from './mesh_view.ts'
import { ask_for_routes, type RouteQuestion } from './route_question.ts'

/** Between two questions to one member. */
const FORMING_PAUSE_MS = 50
const WATCH_PAUSE_MS = 1_000

export interface LocalMember {
  readonly plan: MemberPlan
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly question: RouteQuestion
}

/** What happens to the mesh, in its order. */
export interface MeshEvents {
  /** It answers for the first time, or again. */
  answers(name: string): void
  /** Those are in another state than before. */
  routes_changed(routes: readonly RouteView[]): void
  line(name: string, text: string): void
  ended(name: string, how: string): void
}

export class LocalMesh {
  readonly view: MeshView
  readonly #clock: Clock
  readonly #events: MeshEvents
  readonly #members: readonly LocalMember[]
  readonly #processes: Map<string, MemberProcess> = new Map()
  readonly #pauses: Set<() => void> = new Set()
  #pause_ms = FORMING_PAUSE_MS
  #is_stopping = false

  constructor(members: readonly LocalMember[], clock: Clock, events: MeshEvents) {
    this.#members = members
    this.#clock = clock
    this.#events = events
    this.view = new MeshView(pairs_of(members.map(({ plan }) => plan)), clock.now_ms())
  }

  /** A mesh of one is whole when it answers. */
  get is_whole(): boolean {
    return this.view.missing.length === 0 && this.#members.every(({ plan: { name } }) => this.view.answers(name))
  }

  /** What their ends have told. */
  get gone(): readonly string[] {
    return [...this.#processes].filter(([, process]) => process.is_gone).map(([name]) => name)
  }

  start(): void {
    for (const member of this.#members) {
      const { plan: { name }, command, environment } = member
      const process = new MemberProcess({
        command,
        environment,
        line: (text) => this.#events.line(name, text),
        ended: (how) => {
          if (!this.#is_stopping) this.#events.ended(name, how)
        },
      })
      this.#processes.set(name, process)
      void this.#watch(member)
    }
  }

  /** It is whole: who looks now is in no hurry. */
  slow_down(): void {
    this.#pause_ms = WATCH_PAUSE_MS
  }

  last_lines(name: string, count: number): readonly string[] {
    return this.#processes.get(name)?.last_lines(count) ?? []
  }

  /** Ends all members, and resolves when they are gone, to the names of those that had to be killed. */
  async stop(): Promise<string[]> {
    this.#is_stopping = true
    for (const resume of this.#pauses) resume()
    const went = await Promise.all([...this.#processes].map(async ([name, process]) => ({
      name,
      well: await process.stop(this.#clock),
    })))
    return went.filter(({ well }) => !well).map(({ name }) => name)
  }

  /** Also of one that has ended: somebody may start it again by hand. */
  async #watch({ plan: { name }, question }: LocalMember): Promise<void> {
    while (!this.#is_stopping) {
      const peers = await ask_for_routes(question, this.#clock)
      if (this.#is_stopping) return
      const answered = this.view.answers(name)
      const changed = this.view.tell(name, peers, this.#clock.now_ms())
      if (peers !== null && !answered) this.#events.answers(name)
      if (changed.length > 0) this.#events.routes_changed(changed)
      await this.#pause()
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const resume = () => {
        timer.cancel()
        this.#pauses.delete(resume)
        resolve()
      }
      const timer = this.#clock.after(this.#pause_ms, resume)
      this.#pauses.add(resume)
    })
  }
}
