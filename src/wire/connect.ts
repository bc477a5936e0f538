import { type FieldTable, type FieldType, read_fields, type SubjectPermission } from './json_fields.ts'

/** What a CONNECT said. Absent means unchanged: merging over what was said before is the caller's matter. */
export interface ConnectFields {
  // From clients (reference client.md 2.2), and some of them from routes too
  verbose?: boolean
  pedantic?: boolean
  echo?: boolean
  tls_required?: boolean
  user?: string
  pass?: string
  auth_token?: string
  nkey?: string
  sig?: string
  jwt?: string
  name?: string
  lang?: string
  version?: string
  protocol?: number
  headers?: boolean
  no_responders?: boolean
  account?: string
  new_account?: boolean
  proxy_sig?: string
  import?: SubjectPermission
  export?: SubjectPermission
  remote_account?: string
  // From routes only (reference route.md 1.5)
  cluster?: string
  cluster_dynamic?: boolean
  lnoc?: boolean
  lnocu?: boolean
  gateway?: string
}

/** Fields of a CONNECT's JSON text; null if it is no JSON object or a known field has a wrong type. */
export function parse_connect(text: string): ConnectFields | null {
  return read_fields(text, CONNECT_FIELDS) as ConnectFields | null
}

const TYPES: Record<keyof ConnectFields, FieldType> = {
  verbose: 'flag',
  pedantic: 'flag',
  echo: 'flag',
  tls_required: 'flag',
  user: 'text',
  pass: 'text',
  auth_token: 'text',
  nkey: 'text',
  sig: 'text',
  jwt: 'text',
  name: 'text',
  lang: 'text',
  version: 'text',
  protocol: 'int',
  headers: 'flag',
  no_responders: 'flag',
  account: 'text',
  new_account: 'flag',
  proxy_sig: 'text',
  import: 'permission',
  export: 'permission',
  remote_account: 'text',
  cluster: 'text',
  cluster_dynamic: 'flag',
  lnoc: 'flag',
  lnocu: 'flag',
  gateway: 'text',
}
const CONNECT_FIELDS: FieldTable = new Map(Object.entries(TYPES))
