// What whoever starts a mesh sees: first how it forms, drawn in place on a terminal and as lines elsewhere, then one log of all.
import type { Clock } from '../base/clock.ts'
import { LiveBlock } from './live_block.ts'
import { type MemberLook, mesh_lines, missing_text, route_line, seconds } from './mesh_lines.ts'
import type { RouteView } from './mesh_view.ts'
import { member_colour, type Paint } from './paint.ts'

/** Lines of a member that fails, shown with its end. */
const LAST_LINES = 12

export interface DisplayTerminal {
  write(text: string): void
  readonly is_terminal: boolean
  readonly columns: number
}

export interface DisplayContext {
  readonly terminal: DisplayTerminal
  readonly paint: Paint
  readonly clock: Clock
  /** In the order of their names. */
  readonly members: readonly { readonly name: string; readonly url: string }[]
  /** The routes as they are. */
  routes(): readonly RouteView[]
  last_lines(name: string, count: number): readonly string[]
  /** For a shell: how to start a member again. */
  command_line(name: string): string
}

export class MeshDisplay {
  readonly #context: DisplayContext
  /** Null: nothing can be drawn again. */
  readonly #block: LiveBlock | null
  readonly #started_ms: number
  #members: readonly MemberLook[]
  #is_forming = true
  #logs = false
  /** What was said last of missing routes. */
  #told = ''

  constructor(context: DisplayContext) {
    this.#context = context
    const { terminal, clock, members } = context
    this.#block = terminal.is_terminal ? new LiveBlock((text) => terminal.write(text), () => terminal.columns) : null
    this.#started_ms = clock.now_ms()
    this.#members = members.map((member) => ({ ...member, ready_after_ms: null, end: '' }))
  }

  get age_ms(): number {
    return this.#context.clock.now_ms() - this.#started_ms
  }

  /** The first drawing. */
  begin(): void {
    if (this.#block !== null) this.#draw()
  }

  /** What is drawn stays as it is; from now on there is a log, if one is wanted. */
  end_forming(logs: boolean): void {
    this.#is_forming = false
    this.#logs = logs
    this.#told = this.#context.routes().every(({ state }) => state === 'up') ? 'whole again' : ''
    this.#block?.leave()
    this.write('')
  }

  answers(name: string): void {
    const age_ms = this.age_ms
    this.#members = this.#members.map((member) =>
      member.name === name ? { ...member, ready_after_ms: member.ready_after_ms ?? age_ms, end: '' } : member
    )
    if (!this.#is_forming) this.say(`${name} answers`)
    else if (this.#block !== null) this.#draw()
    else this.write(`${name}  ${this.#url_of(name)} ready after ${seconds(age_ms)}`)
  }

  routes_changed(changed: readonly RouteView[]): void {
    if (this.#is_forming && this.#block !== null) return this.#draw()
    if (!this.#is_forming) return this.#tell_missing()
    // That one side has it already is for those who see it move.
    const whole = changed.filter(({ state }) => state === 'up')
    for (const route of whole) this.write(route_line(route, this.#started_ms))
  }

  /** Until the mesh has formed lines are only kept, by who reads them. */
  line(name: string, text: string): void {
    if (!this.#logs) return
    const { paint, members } = this.#context
    this.write(`${paint(`${name} |`, member_colour(members.findIndex((member) => member.name === name)))} ${text}`)
  }

  ended(name: string, how: string): void {
    this.#members = this.#members.map((member) => member.name === name ? { ...member, end: how } : member)
    if (!this.#is_forming) {
      this.say(`${name} ${how}; the others go on. To start it again:`)
      return this.write(`  ${this.#context.command_line(name)}`)
    }
    if (this.#block !== null) this.#draw()
    else this.write(`${name}  ${how}`)
    // Below what is drawn; the next drawing is a new one.
    this.#block?.leave()
    for (const text of this.#context.last_lines(name, LAST_LINES)) this.write(`${name} | ${text}`)
  }

  /** A line of our own among those of the members. */
  say(text: string): void {
    this.write(this.#context.paint(`mesh: ${text}`, 'bold'))
  }

  write(line: string): void {
    this.#context.terminal.write(`${line}\n`)
  }

  /** Both sides of a route see its end at different times: it is told once. */
  #tell_missing(): void {
    const missing = this.#context.routes().filter(({ state }) => state !== 'up')
    const text = missing.length === 0 ? 'whole again' : `no route ${missing_text(missing)}`
    if (text !== this.#told) this.say(text)
    this.#told = text
  }

  #draw(): void {
    const { terminal, paint, routes } = this.#context
    const look = { members: this.#members, routes: routes(), started_ms: this.#started_ms }
    this.#block?.draw(mesh_lines(look, terminal.columns, paint))
  }

  #url_of(name: string): string {
    return this.#members.find((member) => member.name === name)?.url ?? ''
  }
}
