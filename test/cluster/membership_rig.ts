// A membership under test, and short words for what is done to it and what it answers.
import { CloseReason } from '../../src/base/errors.ts'
import { seeded_random } from '../../src/base/prng.ts'
import {
  Membership,
  type MembershipAction,
  type MembershipConfig,
  type MembershipEvent,
  type RouteConnect,
} from '../../src/cluster/membership.ts'
import { parse_route_url, type RouteUrl } from '../../src/cluster/route_url.ts'
import type { RouteInfo } from '../../src/wire/info.ts'

export const url = (text: string) => parse_route_url(`nats-route://${text}`) as RouteUrl

export function info(server_id: string, more: Partial<RouteInfo> = {}): RouteInfo {
  return {
    server_id,
    server_name: `name of ${server_id}`,
    version: '2.9.10',
    proto: 2,
    go: 'go',
    host: '127.0.0.1',
    port: 7000,
    headers: true,
    max_payload: 1048576,
    cluster: 'conf',
    lnoc: true,
    ...more,
  }
}

/** The configuration of a server T in the cluster conf that dials nobody, but for what `more` says. */
export function membership_config(more: Partial<MembershipConfig> = {}): MembershipConfig {
  return {
    server_id: 'T',
    server_name: 'name of T',
    cluster_name: 'conf',
    cluster_name_dynamic: false,
    routes: [],
    own_urls: ['own:4222'],
    no_advertise: false,
    connect_retries: 0,
    connect_backoff: false,
    connect_error_reports: 3600,
    reconnect_error_reports: 1,
    cluster_port: 6222,
    local_addresses: ['127.0.0.1'],
    ...more,
  }
}

export class Rig {
  readonly membership: Membership
  readonly logs: string[] = []
  #rid = 0

  constructor(more: Partial<MembershipConfig> = {}) {
    this.membership = new Membership(membership_config(more), seeded_random(1))
  }

  /** Tells an event; log lines are put aside, and so is what goes with every connection. */
  tell(event: MembershipEvent): MembershipAction[] {
    return this.tell_all(event).filter((action) => action.kind !== 'log' && !is_routine(action))
  }

  /** The same with nothing left out. */
  tell_all(event: MembershipEvent): MembershipAction[] {
    const actions = this.membership.handle(event, 1234)
    for (const action of actions) if (action.kind === 'log') this.logs.push(`${action.level} ${action.text}`)
    return actions
  }

  /** The same, each answer as a short text: its kind and what matters of it. */
  said(event: MembershipEvent): string[] {
    return this.tell(event).map(short)
  }

  accept(): number {
    this.tell({ kind: 'accepted', rid: ++this.#rid, remote_address: '127.0.0.1' })
    return this.#rid
  }

  dialled(job: number): number {
    this.tell({ kind: 'dial_connected', job, rid: ++this.#rid, remote_address: '127.0.0.1' })
    return this.#rid
  }

  connect(rid: number, connect: RouteConnect = {}): string[] {
    return this.said({ kind: 'connect_received', rid, connect: { cluster: 'conf', ...connect } })
  }

  info(rid: number, server_id: string, more: Partial<RouteInfo> = {}): string[] {
    return this.said({ kind: 'info_received', rid, info: info(server_id, more), remote_ip: '127.0.0.1' })
  }

  /** A peer that dialled us and is registered. */
  join(server_id: string, more: Partial<RouteInfo> = {}): number {
    const rid = this.accept()
    const { cluster = 'conf', cluster_dynamic = false } = more
    this.connect(rid, { name: server_id, cluster, cluster_dynamic })
    this.info(rid, server_id, more)
    return rid
  }

  closed(rid: number): string[] {
    return this.said({ kind: 'closed', rid, reason: CloseReason.client_closed })
  }

  timer(job: number): string[] {
    return this.said({ kind: 'timer', key: `dial:${job}` })
  }

  get peers(): string[] {
    return this.membership.peers().map((peer) => {
      return `${peer.rid} ${peer.remote_id}${peer.solicited ? ' solicited' : ''}${peer.explicit ? ' explicit' : ''}`
    })
  }
}

function is_routine(action: MembershipAction): boolean {
  if (action.kind === 'set_timer' || action.kind === 'cancel_timer') {
    return /^(handshake:|settle:|roll_call)/.test(action.key)
  }
  return action.kind === 'proceed'
}

function short(action: MembershipAction): string {
  switch (action.kind) {
    case 'dial':
      return `dial ${action.job} ${action.name}${action.explicit ? ' explicit' : ''}`
    case 'set_timer':
      return `pause ${action.key} ${Math.floor(action.delay_ms / 100) * 100}`
    case 'close':
      return `close ${action.rid} ${action.reason}${action.refusal ? `: ${action.refusal.text}` : ''}`
    case 'register':
      return `register ${action.rid} ${action.remote_id}`
    case 'set_role':
      return `role ${action.rid} ${action.solicited ? 'solicited' : 'accepted'} ${
        action.explicit ? 'explicit' : 'implicit'
      }`
    case 'announce':
      return `announce ${action.rid} ${action.news.ldm ? 'ldm' : action.news.onehop}`
    case 'probe':
      return `probe ${action.rid}`
    case 'send_info':
      return `tell ${action.rid} of ${action.info.server_id} at ${action.info.ip}`
    case 'set_connect_urls':
      return `urls ${action.urls}`
    case 'tell_lame_duck':
      return `lame_duck ${action.urls}`
    case 'set_cluster_name':
      return `name ${action.name}${action.dynamic ? ' dynamic' : ''}`
    default:
      return action.kind
  }
}
