// What route actors tell the supervisor. Plain data: it crosses threads, packed.
import type { CloseReason } from '../base/errors.ts'
import type { ConnectFields } from '../wire/connect.ts'
import type { RouteShare } from '../broker/route_share.ts'
import type { RouteInfo } from '../wire/info.ts'
import type { SubjectPermission } from '../wire/json_fields.ts'

export type RouteEvent =
  | { kind: 'accepted'; rid: number; slot: number; remote_address: string }
  | { kind: 'dial_connected'; job: number; rid: number; slot: number; remote_address: string }
  /** `is_told`: the log has it already. */
  | { kind: 'dial_failed'; job: number; error: string; is_told?: boolean }
  /** The actor reads on when it is told `proceed`. */
  | { kind: 'connect_received'; rid: number; connect: ConnectFields }
  | { kind: 'info_received'; rid: number; info: RouteInfo; remote_ip: string }
  /** Bytes came after a probe. */
  | { kind: 'alive'; rid: number }
  | { kind: 'closed'; rid: number; reason: CloseReason }

/** What the supervisor tells a route actor. */
export type RouteCommand =
  /** The event was dealt with, and what came of it was sent before: read on. */
  | { kind: 'proceed' }
  | {
    kind: 'register'
    remote_id: string
    remote_name: string
    solicited: boolean
    explicit: boolean
    headers: boolean
    lnocu: boolean
    /** The peer knows traces of messages. */
    traces: boolean
    own_kind: boolean
    share: RouteShare
  }
  /** PING the peer, and tell when bytes come. */
  | { kind: 'probe' }
  /** Our own INFO again, with something new in it. */
  | { kind: 'announce'; news: Pick<RouteInfo, 'ldm' | 'onehop'> }
  /** The peer lets in more than before, maybe: it has to be told of such interest. */
  | { kind: 'export_changed'; before: SubjectPermission; now: SubjectPermission }
  | { kind: 'set_role'; solicited: boolean; explicit: boolean }
  | { kind: 'close'; reason: CloseReason; text: string | null }
  | { kind: 'send_info'; info: RouteInfo; gossip: boolean }
  | { kind: 'log'; level: 'info' | 'warn' | 'error' | 'debug'; text: string }
