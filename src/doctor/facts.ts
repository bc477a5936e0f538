// What was seen when a cluster was asked: plain data, of which everything that is wrong can be told without a socket.
import type { TlsFaultKind } from '../net/tls_fault.ts'
import type { Target } from './target.ts'

/** Why an address gave no answer that counts. `silent`: it takes connections and says nothing, in time. */
export type Trouble = 'refused' | 'timeout' | 'silent' | 'unknown_host' | 'unreachable' | 'closed' | 'garbage' | 'tls'

/** Of a handshake, whether it was good or not. */
export interface TlsFact {
  /** Null: an authority that is known stands behind it, and it is for the name that was dialled. */
  readonly fault: { readonly kind: TlsFaultKind; readonly cause: string } | null
  /** Null: it never came that far. */
  readonly certificate: {
    readonly subject: string
    readonly names: readonly string[]
    readonly from_ms: number
    readonly to_ms: number
  } | null
}

/** What a server says of itself in INFO. */
export interface ServerSaid {
  readonly id: string
  readonly name: string
  readonly version: string
  /** Of our own kind, `onehop/...`, else Go's version. */
  readonly go: string
  readonly cluster: string
  readonly max_payload: number
  readonly connect_urls: readonly string[]
  readonly ws_connect_urls: readonly string[]
  readonly is_lame_duck: boolean
  readonly needs_login: boolean
  readonly needs_tls: boolean
}

/**
 * `none`: it was not tried, as at doors where there is none. `withheld`: the other side has not shown who it is, so it was not
 * told any secret.
 */
export type LoginState = 'none' | 'accepted' | 'refused' | 'withheld'

/** Another member, as one sees it. */
export interface PeerSeen {
  readonly id: string
  readonly name: string
  /** Connections to it. */
  readonly connections: number
  /** Null: not measured. */
  readonly rtt_ms: number | null
  readonly compression: string
}

/** A peer that a server of our own kind looks for in vain. */
export interface PeerMissing {
  readonly name: string
  readonly address: string
  readonly last_error: string
}

export interface MonitorSaid {
  /** What its clock said, and ours in the middle of the question; NaN: it did not say. */
  readonly now_ms: number
  readonly asked_ms: number
  /** Half of what the question took: the clocks are not known better than that. */
  readonly slack_ms: number
  readonly has_cluster: boolean
  readonly pool_size: number
  readonly slow_consumers: number
  /** Null: /routez did not answer. */
  readonly peers: readonly PeerSeen[] | null
  readonly missing: readonly PeerMissing[]
  /** '' : all is well. */
  readonly health: string
  /** Host of its own listener, '' where that does not matter. */
  readonly listens_on: string
}

export interface DialFact {
  readonly target: Target
  /** All who have told of this address. */
  readonly told_by: readonly string[]
  readonly trouble: Trouble | null
  /** In words; '' without a trouble. */
  readonly why: string
  /** What the name stands for. */
  readonly ips: readonly string[]
  /** Null: there was no answer, or none that says who it is. */
  readonly server: ServerSaid | null
  readonly tls: TlsFact | null
  readonly login: LoginState
  /** Why it was refused. */
  readonly login_why: string
  /** From a question to its answer, of what the server had to read; null: not measured. */
  readonly rtt_ms: number | null
  readonly monitor: MonitorSaid | null
}

/** A message was published at each member that let us in, for subscribers at each other one. */
export interface ProbeFact {
  readonly subject: string
  /** Server ids of those who took part. */
  readonly members: readonly string[]
  /** Ids: published at the first, not heard at the second. */
  readonly lost: readonly (readonly [from: string, to: string])[]
  /** Who let us in and not take part, and why. */
  readonly refused: readonly { readonly id: string; readonly why: string }[]
}

export interface Facts {
  readonly now_ms: number
  readonly timeout_ms: number
  /** What there is to log in with. */
  readonly has_credentials: boolean
  readonly dials: readonly DialFact[]
  /** Addresses that were not dialled, since there were too many. */
  readonly left_out: number
  /** Null: it was not wanted, or fewer than two members let us in. */
  readonly probe: ProbeFact | null
}
