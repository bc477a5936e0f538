import { type FieldTable, type FieldType, read_fields, type SubjectPermission } from './json_fields.ts'

/** What the server says to a client (reference client.md 2.1). The fields stand in the order of the wire. */
export interface ClientInfo {
  server_id: string
  server_name: string
  version: string
  proto: number
  git_commit?: string
  go: string
  host: string
  port: number
  headers: boolean
  auth_required?: boolean
  tls_required?: boolean
  tls_verify?: boolean
  tls_available?: boolean
  max_payload: number
  jetstream?: boolean
  client_id?: number
  client_ip?: string
  nonce?: string
  cluster?: string
  cluster_dynamic?: boolean
  domain?: string
  connect_urls?: readonly string[]
  ldm?: boolean
  connect_info?: boolean
  remote_account?: string
  acc_is_sys?: boolean
  api_lvl?: number
  xkey?: string
}

/** What a server says to a peer, or passes on about another (reference route.md 1.4). */
export interface RouteInfo {
  server_id: string
  server_name: string
  version: string
  proto: number
  go: string
  host: string
  port: number
  headers: boolean
  auth_required?: boolean
  tls_required?: boolean
  tls_verify?: boolean
  max_payload: number
  jetstream?: boolean
  ip?: string
  nonce?: string
  cluster?: string
  cluster_dynamic?: boolean
  domain?: string
  connect_urls?: readonly string[]
  ws_connect_urls?: readonly string[]
  ldm?: boolean
  compression?: string
  import?: SubjectPermission
  export?: SubjectPermission
  lnoc?: boolean
  lnocu?: boolean
  route_pool_size?: number
  route_pool_idx?: number
  route_account?: string
  route_acc_add_reqid?: string
  gossip_mode?: number
  gateway?: string
  gateway_url?: string
  leafnode_urls?: readonly string[]
  /** Of clients only: this is no INFO for a peer. */
  client_id?: number
  /** A word between servers of our own kind. */
  onehop?: string
}

/** `INFO {json} CRLF` for a client. Fields that are zero, false or empty are left out unless every INFO has them. */
export function client_info_line(info: ClientInfo): Uint8Array {
  return line(written(info, CLIENT_FIELDS, []), ' \r\n')
}

/**
 * INFO for a peer. With gossip it tells of a third server: without what concerns one connection only, and without a
 * blank before CRLF (reference route.md 1.4, 4.1).
 */
export function route_info_line(info: RouteInfo, gossip: boolean): Uint8Array {
  return line(written(info, ROUTE_FIELDS, gossip ? NOT_IN_GOSSIP : []), gossip ? '\r\n' : ' \r\n')
}

/** The known fields of a peer's INFO; null if it is no JSON object or a known field has a wrong type. */
export function parse_route_info(text: string): RouteInfo | null {
  const fields = read_fields(text, ROUTE_FIELD_TYPES)
  if (fields === null) return null
  const always: RouteInfo = {
    server_id: '',
    server_name: '',
    version: '',
    proto: 0,
    go: '',
    host: '',
    port: 0,
    headers: false,
    max_payload: 0,
  }
  return Object.assign(always, fields)
}

const ALWAYS: ReadonlySet<string> = new Set([
  'server_id',
  'server_name',
  'version',
  'proto',
  'go',
  'host',
  'port',
  'headers',
  'max_payload',
])

/** What concerns one connection, or what a server without pools does not know. */
const NOT_IN_GOSSIP: readonly string[] = [
  'nonce',
  'compression',
  'route_pool_size',
  'route_pool_idx',
  'route_acc_add_reqid',
  'gateway',
  'client_id',
  'onehop',
]

// The order of these tables is the order on the wire.
const CLIENT_TYPES: Record<keyof ClientInfo, FieldType> = {
  server_id: 'text',
  server_name: 'text',
  version: 'text',
  proto: 'int',
  git_commit: 'text',
  go: 'text',
  host: 'text',
  port: 'int',
  headers: 'flag',
  auth_required: 'flag',
  tls_required: 'flag',
  tls_verify: 'flag',
  tls_available: 'flag',
  max_payload: 'int32',
  jetstream: 'flag',
  client_id: 'int',
  client_ip: 'text',
  nonce: 'text',
  cluster: 'text',
  cluster_dynamic: 'flag',
  domain: 'text',
  connect_urls: 'texts',
  ldm: 'flag',
  connect_info: 'flag',
  remote_account: 'text',
  acc_is_sys: 'flag',
  api_lvl: 'int',
  xkey: 'text',
}
const CLIENT_FIELDS = Object.keys(CLIENT_TYPES)

const ROUTE_TYPES: Record<keyof RouteInfo, FieldType> = {
  server_id: 'text',
  server_name: 'text',
  version: 'text',
  proto: 'int',
  go: 'text',
  host: 'text',
  port: 'int',
  headers: 'flag',
  auth_required: 'flag',
  tls_required: 'flag',
  tls_verify: 'flag',
  max_payload: 'int32',
  jetstream: 'flag',
  ip: 'text',
  nonce: 'text',
  cluster: 'text',
  cluster_dynamic: 'flag',
  domain: 'text',
  connect_urls: 'texts',
  ws_connect_urls: 'texts',
  ldm: 'flag',
  compression: 'text',
  import: 'permission',
  export: 'permission',
  lnoc: 'flag',
  lnocu: 'flag',
  route_pool_size: 'int',
  route_pool_idx: 'int',
  route_account: 'text',
  route_acc_add_reqid: 'text',
  gossip_mode: 'int',
  gateway: 'text',
  gateway_url: 'text',
  leafnode_urls: 'texts',
  client_id: 'int',
  onehop: 'text',
}
const ROUTE_FIELDS = Object.keys(ROUTE_TYPES)
const ROUTE_FIELD_TYPES: FieldTable = new Map(Object.entries(ROUTE_TYPES))

function written(info: object, names: readonly string[], left_out: readonly string[]): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const name of names) {
    const value = (info as Record<string, unknown>)[name]
    if (left_out.includes(name)) continue
    if (ALWAYS.has(name) || !is_empty(value)) fields[name] = value
  }
  return fields
}

function is_empty(value: unknown): boolean {
  return !value || (Array.isArray(value) && value.length === 0)
}

/** The one kind of line that is UTF-8. */
function line(fields: Record<string, unknown>, end: string): Uint8Array {
  return new TextEncoder().encode('INFO ' + JSON.stringify(fields) + end)
}
