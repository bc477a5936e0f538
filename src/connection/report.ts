// What a connection tells of itself when monitoring asks. Plain data: it crosses threads.

export interface SubscriptionReport {
  account: string
  subject: string
  queue?: string
  sid: string
  messages: number
  max?: number
  cid: number
}

/** Counts and times that clients and routes share. Times are milliseconds since 1970. */
export interface TrafficReport {
  cid: number
  ip: string
  port: number
  start_ms: number
  last_activity_ms: number
  /** Undefined until a PONG came. */
  rtt_us?: number
  pending_bytes: number
  in_messages: number
  out_messages: number
  in_bytes: number
  out_bytes: number
  subscriptions: number
  /** Present when asked for. */
  subscriptions_list?: SubscriptionReport[]
}

export interface ClientReport extends TrafficReport {
  name?: string
  lang?: string
  version?: string
  account: string
  authorized_user?: string
  /** How often a publisher was held back because of it or it was held back. */
  stalls: number
  /** Set once it ended. */
  stop_ms?: number
  reason?: string
}

export interface RouteReport extends TrafficReport {
  remote_id: string
  remote_name: string
  did_solicit: boolean
  is_configured: boolean
}
