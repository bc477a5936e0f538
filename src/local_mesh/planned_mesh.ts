// The mesh as it is to be: what each member is started with, and where it can be reached then.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LocalMember } from './local_mesh.ts'
import { member_arguments, member_configuration, member_environment, type MemberPlan } from './mesh_plan.ts'
import type { MeshSettings } from './mesh_settings.ts'

const DEFAULT_HOST = '127.0.0.1'
const DEFAULT_CLUSTER = 'local'
/** All members share this machine: one thread for clients in each. */
const DEFAULT_WORKERS = '1'
const ANY_HOST = new Set(['0.0.0.0', '::', '[::]'])

export interface PlanRequest {
  /** '': there is none; else its full path. */
  readonly config_file: string
  /** '': loopback. */
  readonly host: string
  /** Flags of the server's own that all members get. */
  readonly passed: readonly string[]
}

export class PlannedMesh {
  readonly cluster_name: string
  readonly members: readonly MemberPlan[]
  readonly #request: PlanRequest
  readonly #settings: MeshSettings
  readonly #command: readonly string[]
  readonly #folder: string
  readonly #shown_host: string

  constructor(
    request: PlanRequest,
    settings: MeshSettings,
    members: readonly MemberPlan[],
    command: readonly string[],
    folder: string,
  ) {
    this.#request = request
    this.#settings = settings
    this.members = members
    this.#command = command
    this.#folder = folder
    this.cluster_name = settings.cluster_name || DEFAULT_CLUSTER
    const host = request.host || DEFAULT_HOST
    this.#shown_host = ANY_HOST.has(host) ? DEFAULT_HOST : host
  }

  client_url({ ports }: MemberPlan): string {
    return `${this.#settings.client_scheme}://${this.#shown_host}:${ports.client}`
  }

  websocket_url({ ports }: MemberPlan): string {
    return `${this.#settings.websocket_scheme}://${this.#shown_host}:${ports.websocket}`
  }

  monitor_url({ ports }: MemberPlan): string {
    return `http://${this.#shown_host}:${ports.monitor}${this.#settings.base_path}`
  }

  /** With the member's file, which is written. */
  local_member(member: MemberPlan, environment: Readonly<Record<string, string | undefined>>): LocalMember {
    const { config_file, passed } = this.#request
    const { has_websocket, says_workers, login } = this.#settings
    const host = this.#request.host || DEFAULT_HOST
    const own_file = join(this.#folder, `${member.name}.conf`)
    writeFileSync(own_file, member_configuration(member, config_file, host, has_websocket))
    const argv = member_arguments({
      ...{ member, seed: this.members[0], config_file: own_file, host, cluster_name: this.cluster_name },
      passed: says_workers ? passed : [...passed, '--workers', DEFAULT_WORKERS],
    })
    return {
      plan: member,
      command: [...this.#command, ...argv],
      environment: { ...environment, ...member_environment(member) },
      question: { url: this.monitor_url(member), login },
    }
  }
}
