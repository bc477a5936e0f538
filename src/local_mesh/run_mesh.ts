// A local mesh from its start to its end.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../base/clock.ts'
import { check_ports, type PortMachine } from './free_ports.ts'
import { LocalMesh } from './local_mesh.ts'
import { KEPT_LINES } from './member_process.ts'
import { member_command, type OwnProgram, shell_line } from './member_command.ts'
import { type DisplayTerminal, MeshDisplay } from './mesh_display.ts'
import { missing_text, seconds } from './mesh_lines.ts'
import { plan_members } from './mesh_plan.ts'
import { read_mesh_settings } from './mesh_settings.ts'
import { open_page, opener } from './open_page.ts'
import { make_paint } from './paint.ts'
import { PlannedMesh, type PlanRequest } from './planned_mesh.ts'

export interface MeshRequest extends PlanRequest {
  readonly count: number
  readonly port_base: number
  /** '': the one that runs here. */
  readonly runtime: string
  readonly opens_page: boolean
  readonly exits_when_formed: boolean
  /** After which something must be wrong. */
  readonly wait_ms: number
}

export interface MeshSurroundings {
  readonly terminal: DisplayTerminal & { write_error(text: string): void }
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly machine: PortMachine
  readonly program: OwnProgram
  /** Called when there is something to end. */
  interrupted(): AbortSignal
}

/** Resolves to the exit status, when all members are gone. Rejects with a MeshError if there is nothing to start. */
export async function run_mesh(request: MeshRequest, surroundings: MeshSurroundings): Promise<number> {
  const { count, port_base, config_file, passed } = request
  const members = plan_members(count, port_base)
  const command = member_command(request.runtime, surroundings.program)
  const shared = config_file === '' ? passed : ['-c', config_file, ...passed]
  const settings = read_mesh_settings(shared, surroundings.environment, members[0])
  await check_ports(members, surroundings.machine)
  const folder = mkdtempSync(join(tmpdir(), 'onehop-mesh-'))
  try {
    const planned = new PlannedMesh(request, settings, members, command, folder)
    return await new MeshRun(planned, request, surroundings).run()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Where a server may say why it has no route. */
const COMPLAINT = /\[(ERR|FTL)\]/
const COMPLAINTS_SHOWN = 3

/** How the forming went. */
type Outcome = 'whole' | 'late' | 'failed' | 'interrupted'

class MeshRun {
  readonly #planned: PlannedMesh
  readonly #request: MeshRequest
  readonly #surroundings: MeshSurroundings
  readonly #display: MeshDisplay
  readonly #mesh: LocalMesh
  /** Looks whether what is waited for has come. */
  #look: () => void = () => {}

  constructor(planned: PlannedMesh, request: MeshRequest, surroundings: MeshSurroundings) {
    const { terminal, environment, clock } = surroundings
    this.#planned = planned
    this.#request = request
    this.#surroundings = surroundings
    this.#display = new MeshDisplay({
      ...{ terminal, clock, paint: make_paint(terminal.is_terminal, environment) },
      members: planned.members.map((member) => ({ name: member.name, url: planned.client_url(member) })),
      routes: () => this.#mesh.view.routes,
      last_lines: (name, count) => this.#mesh.last_lines(name, count),
      command_line: (name) => shell_line(members.find(({ plan }) => plan.name === name)?.command ?? []),
    })
    const members = planned.members.map((member) => planned.local_member(member, environment))
    this.#mesh = new LocalMesh(members, clock, {
      answers: (name) => this.#saw(() => this.#display.answers(name)),
      routes_changed: (routes) => this.#saw(() => this.#display.routes_changed(routes)),
      line: (name, text) => this.#display.line(name, text),
      ended: (name, how) => this.#saw(() => this.#display.ended(name, how)),
    })
  }

  async run(): Promise<number> {
    const { exits_when_formed } = this.#request
    const interrupted = this.#surroundings.interrupted()
    interrupted.addEventListener('abort', () => this.#look(), { once: true })
    this.#begin()
    const outcome = await this.#forming(interrupted)
    const is_over = outcome === 'failed' || outcome === 'interrupted' || exits_when_formed
    this.#display.end_forming(!is_over)
    this.#mesh.slow_down()
    if (outcome === 'whole') this.#display.say(`whole after ${seconds(this.#display.age_ms)}`)
    if (outcome === 'late') this.#tell_late()
    if (outcome === 'whole' || !is_over) await this.#tell_addresses()
    if (outcome === 'failed') this.#surroundings.terminal.write_error('onehop mesh: a server could not be started\n')
    if (!is_over) await this.#until(() => interrupted.aborted || this.#all_gone())
    const died = this.#mesh.gone.length
    await this.#stop()
    const is_good = died === 0 && (!exits_when_formed || outcome === 'whole')
    return is_good ? 0 : 1
  }

  #begin(): void {
    const { members, cluster_name } = this.#planned
    this.#display.write(`${members.length} server${members.length === 1 ? '' : 's'}, cluster "${cluster_name}"\n`)
    this.#display.begin()
    this.#mesh.start()
  }

  async #forming(interrupted: AbortSignal): Promise<Outcome> {
    let is_late = false
    const timer = this.#surroundings.clock.after(this.#request.wait_ms, () => {
      is_late = true
      this.#look()
    })
    const has_ended = () => this.#mesh.gone.length > 0
    await this.#until(() => this.#mesh.is_whole || is_late || has_ended() || interrupted.aborted)
    timer.cancel()
    if (interrupted.aborted) return 'interrupted'
    return has_ended() ? 'failed' : this.#mesh.is_whole ? 'whole' : 'late'
  }

  async #tell_addresses(): Promise<void> {
    const { members } = this.#planned
    const display = this.#display
    const page = `${this.#planned.monitor_url(members[0])}/dashboard`
    display.write('')
    display.write(`  clients    ${members.map((member) => this.#planned.client_url(member)).join(',')}`)
    display.write(`  WebSocket  ${members.map((member) => this.#planned.websocket_url(member)).join(',')}`)
    display.write(`  the page   ${page}`)
    display.write('')
    if (this.#request.exits_when_formed) return
    if (this.#request.opens_page) {
      const { clock } = this.#surroundings
      const why = await open_page(opener(process.platform, page), clock)
      if (why !== '') display.say(`the page could not be opened: ${why}; open it yourself: ${page}`)
    }
    display.say('Ctrl-C ends all; what they log from now on:')
  }

  #tell_late(): void {
    const { view } = this.#mesh
    const silent = this.#planned.members.map(({ name }) => name).filter((name) => !view.answers(name))
    const missing = [
      ...(silent.length > 0 ? [`no answer from ${silent.join(', ')}`] : []),
      ...(view.missing.length > 0 ? [`no route ${missing_text(view.missing)}`] : []),
    ]
    const text = `not whole within ${this.#request.wait_ms / 1000} s: ${missing.join('; ')}`
    this.#surroundings.terminal.write_error(`onehop mesh: ${text}\n`)
    for (const { name } of this.#planned.members) {
      const complaints = this.#mesh.last_lines(name, KEPT_LINES).filter((line) => COMPLAINT.test(line))
      for (const line of complaints.slice(-COMPLAINTS_SHOWN)) this.#display.write(`${name} | ${line}`)
    }
  }

  async #stop(): Promise<void> {
    const killed = await this.#mesh.stop()
    if (killed.length > 0) this.#display.say(`${killed.join(', ')} did not end and had to be killed`)
    this.#display.say('all servers have ended')
  }

  #all_gone(): boolean {
    return this.#mesh.gone.length === this.#planned.members.length
  }

  #saw(tell: () => void): void {
    tell()
    this.#look()
  }

  #until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#look = () => {
        if (holds()) resolve()
      }
      this.#look()
    })
  }
}
