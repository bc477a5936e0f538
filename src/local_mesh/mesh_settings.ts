// What the configuration that all members share says, as far as it matters to who starts and watches them.
import { readFileSync } from 'node:fs'
import { load, PROGRAM } from '../config/load.ts'
import type { Options } from '../config/options.ts'
import { MeshError } from './mesh_error.ts'
import { member_environment, type MemberPlan } from './mesh_plan.ts'

export interface MeshSettings {
  /** '': nobody has said one. */
  readonly cluster_name: string
  readonly says_workers: boolean
  /** The file has a websocket block of its own, whose port is the member's. */
  readonly has_websocket: boolean
  /** The schemes of URLs. */
  readonly client_scheme: 'nats' | 'tls'
  readonly websocket_scheme: 'ws' | 'wss'
  /** Of monitoring: `user:password`, '' if nobody has to give one. */
  readonly login: string
  /** In front of all paths of monitoring, without a slash at its end. */
  readonly base_path: string
}

const FILES = { read: (path: string) => readFileSync(path, 'utf8'), help: () => '', help_tls: () => '' }

/** `argv`: file and flags that all members get. `member`: one of them, for what a file reads of its environment. */
export function read_mesh_settings(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  member: MemberPlan,
): MeshSettings {
  const loaded = load(argv, { ...environment, ...member_environment(member) }, FILES)
  if (loaded.kind === 'print') throw new MeshError(loaded.stderr.replaceAll(`${PROGRAM}: `, '').trimEnd())
  if (loaded.kind === 'signal') throw new MeshError('a mesh can not be sent signals; its servers can')
  return settings_of(loaded.options, member)
}

function settings_of(options: Options, member: MemberPlan): MeshSettings {
  const { websocket, http_user, http_password, http_base_path, https_port, cluster, tls, workers } = options
  if (https_port !== 0) throw new MeshError('https: a mesh is watched over plain HTTP on the loopback; leave it out')
  if (/^\$2[aby]\$/.test(http_password)) {
    throw new MeshError('http_password: a mesh is watched by HTTP, and a hash does not tell the password; leave it out')
  }
  if (websocket.port !== 0 && websocket.port !== member.ports.websocket) {
    throw new MeshError('websocket: all servers would listen on one port; say "port: $ONEHOP_WEBSOCKET_PORT" there')
  }
  return {
    cluster_name: cluster.name,
    says_workers: workers !== undefined,
    has_websocket: websocket.port !== 0,
    client_scheme: tls === null ? 'nats' : 'tls',
    websocket_scheme: websocket.port !== 0 && websocket.tls !== null ? 'wss' : 'ws',
    login: http_user === '' ? '' : `${http_user}:${http_password}`,
    base_path: http_base_path.replace(/\/+$/, ''),
  }
}
