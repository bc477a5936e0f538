// What the server gives the page: members in their own words, by the fields that monitor/member_fields.ts lets through.

export interface MeshAnswer {
  now: string
  /** The member that was asked, and has asked the others. */
  server_id: string
  /** Only that member, where there is no system account. */
  reach: 'mesh' | 'member'
  /** How many should have answered. */
  expected: number
  took_ms: number
  members: MemberAnswer[]
}

export interface MemberAnswer {
  id: string
  varz: Varz
  /** Null: it did not say. */
  routes: RouteSum[] | null
  /** Null: it is a nats-server, or did not say. */
  mesh: MeshReport | null
}

/** What another server leaves out is missing here. */
export interface Varz {
  server_name?: string
  version?: string
  go?: string
  host?: string
  port?: number
  start?: string
  now?: string
  config_load_time?: string
  config_digest?: string
  auth_required?: boolean
  mem?: number
  cores?: number
  cpu?: number
  max_connections?: number
  connections?: number
  total_connections?: number
  subscriptions?: number
  in_msgs?: number
  in_bytes?: number
  out_msgs?: number
  out_bytes?: number
  in_client_msgs?: number
  in_client_bytes?: number
  out_client_msgs?: number
  out_client_bytes?: number
  slow_consumers?: number
  stale_connections?: number
  stalled_clients?: number
  tags?: string[]
  cluster?: { name?: string; addr?: string; cluster_port?: number; pool_size?: number }
  websocket?: WebsocketAnswer
}

export interface WebsocketAnswer {
  host?: string
  port?: number
  advertise?: string
  no_tls?: boolean
  is_open_to_all?: boolean
}

/** All connections of a member to one peer. */
export interface RouteSum {
  remote_id: string
  remote_name: string
  connections: number
  rtt_ms: number | null
  is_configured: boolean
  ip: string
  start: string
  in_msgs: number
  out_msgs: number
  in_bytes: number
  out_bytes: number
  pending_size: number
  subscriptions: number
}

export interface MeshReport {
  workers: WorkerReport[]
  index: { subscriptions?: number; bytes_used?: number; bytes_capacity?: number }
  peers: PeerReport[]
  events: EventReport[]
}

export interface WorkerReport {
  thread?: number
  role?: string
  connections?: number
  routes?: number
  in_msgs?: number
  in_bytes?: number
  out_msgs?: number
  out_bytes?: number
  plan_hits?: number
  plan_misses?: number
  doorbells?: number
  ring_full?: number
  ring_bytes?: number
  ring_capacity?: number
  busy?: number
  loop_delay_ms?: number
  mean_loop_delay_ms?: number
  /** False: the thread has not answered. */
  answers?: boolean
}

export interface PeerReport {
  server_id?: string
  name?: string
  address?: string
  configured?: boolean
  connected?: boolean
  /** It is not connected, and that member goes on trying. */
  missing?: boolean
  connections?: number
  reconnects?: number
  last_error?: string
  since?: string
  rtt?: string
}

export interface EventReport {
  at?: string
  kind?: string
  text?: string
}
