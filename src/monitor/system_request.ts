// A request to the server in the system account: what it asks, of whom, and with which options (reference client.md 7.3).
import { Buffer } from 'node:buffer'
import { latin1_text } from '../base/bytes.ts'
import type { ReceivedMessage } from '../connection/own_subscriber.ts'
import { CONNECTION_STATES, Parameters } from './parameters.ts'

export interface SystemRequest {
  /** As in `VARZ`. */
  what: string
  /** Whose it is about; '': that of no account. */
  account: string
  /** The options under the names that they have over HTTP. */
  parameters: Parameters
  filter: ServerFilter
}

/** Which servers answer; what is empty does not matter. */
export interface ServerFilter {
  server_name: string
  cluster: string
  host: string
  exact_match: boolean
  tags: readonly string[]
  domain: string
}

/** A body that can not be read: answered with 400 and the message. */
export class BodyError extends Error {
  override name = 'BodyError'
}

/** What the fields of a body are over HTTP, and of what kind. */
const FIELDS: Readonly<Record<string, readonly [parameter: string, kind: Kind]>> = Object.freeze({
  ...Object.fromEntries(['sort', 'user', 'acc', 'test', 'filter_subject'].map((name) => [name, [name, 'string']])),
  ...Object.fromEntries(['offset', 'limit', 'cid'].map((name) => [name, [name, 'integer']])),
  ...Object.fromEntries(['auth', 'details'].map((name) => [name, [name, 'boolean']])),
  ...Object.fromEntries(['js-enabled-only', 'js-server-only', 'js-meta-only'].map((name) => [name, [name, 'boolean']])),
  ...Object.fromEntries(['stream', 'consumer'].map((name) => [name, [name, 'string']])),
  account: ['account', 'string'],
  ...{ all: ['all', 'boolean'], filter: ['queues', 'string'], mesh: ['mesh', 'boolean'] },
  include_unused: ['unused', 'boolean'],
  accounts: ['accounts', 'strings'],
  subscriptions: ['subs', 'boolean'],
  subscriptions_detail: ['detail', 'boolean'],
  state: ['state', 'integer'],
  ...{ server_name: ['', 'string'], cluster: ['', 'string'], host: ['', 'string'], domain: ['', 'string'] },
  ...{ exact_match: ['', 'boolean'], tags: ['', 'strings'] },
})
/** Where a field of the same name is something else, and says nothing here. */
const OTHERS: Readonly<Record<string, readonly string[]>> = Object.freeze({
  GATEWAYZ: ['accounts'],
  JSZ: ['accounts', 'consumer'],
})
type Kind = 'string' | 'integer' | 'boolean' | 'strings'
type Fields = Record<string, unknown>

const IS_KIND: Readonly<Record<Kind, (value: unknown) => boolean>> = Object.freeze({
  string: (value) => typeof value === 'string',
  integer: (value) => Number.isSafeInteger(value),
  boolean: (value) => typeof value === 'boolean',
  strings: (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
})

/** Throws BodyError. */
export function read_request({ subject, header_size, body }: ReceivedMessage): SystemRequest {
  const tokens = subject.split('.')
  const what = tokens[tokens.length - 1]
  const of_account = tokens[2] === 'ACCOUNT' && tokens.length === 5
  const account = of_account && tokens[3] !== 'PING' ? tokens[3] : ''
  const fields = read_fields(body.subarray(header_size, body.length - 2), OTHERS[what] ?? [])
  const values: Record<string, string> = {}
  for (const [name, value] of Object.entries(fields)) {
    const parameter = FIELDS[name]?.[0] ?? ''
    if (parameter !== '') values[parameter] = String(value)
  }
  // Over HTTP it is one parameter.
  if (values.detail === 'true' && values.subs === 'true') values.subs = 'detail'
  if (values.state !== undefined) values.state = CONNECTION_STATES[Number(values.state)] ?? values.state
  if (of_account && what === 'SUBSZ') values.subs = 'true'
  if (account !== '') values.acc = Buffer.from(account, 'latin1').toString()
  else if (values.acc === undefined && values.account !== undefined) values.acc = values.account
  return {
    what: tokens.length === 4 ? 'STATSZ' : what,
    account: values.acc ?? '',
    parameters: Parameters.of(values),
    filter: filter_of(fields),
  }
}

/** Whether this server is one of those that are asked. `tags` are its own. */
export function is_meant(
  { server_name, cluster, host, exact_match, tags, domain }: ServerFilter,
  own: { server_name: string; cluster: string; host: string; tags: readonly string[] },
): boolean {
  const fits = (wanted: string, is: string) => wanted === '' || (exact_match ? is === wanted : is.includes(wanted))
  if (!fits(server_name, own.server_name) || !fits(cluster, own.cluster) || !fits(host, own.host)) return false
  return domain === '' && tags.every((tag) => own.tags.includes(tag.toLowerCase()))
}

/** How the answer may be encoded. Null: nothing was said of it. */
export function accepted_encoding({ header_size, body }: ReceivedMessage): 'gzip' | 'identity' | null {
  const header = latin1_text(body, 0, header_size)
  const accepted = /\r\naccept-encoding:([^\r\n]*)/i.exec(header)
  if (accepted === null) return null
  return /gzip/i.test(accepted[1]) ? 'gzip' : 'identity'
}

function read_fields(bytes: Uint8Array, left_out: readonly string[]): Fields {
  if (bytes.length === 0) return {}
  const fields = parse(Buffer.from(bytes).toString())
  for (const name of left_out) delete fields[name]
  for (const [name, value] of Object.entries(fields)) {
    const kind = FIELDS[name]?.[1]
    if (kind !== undefined && value !== null && !IS_KIND[kind](value)) {
      throw new BodyError(`json: the field ${name} is to be of the kind ${kind}`)
    }
  }
  return fields
}

function parse(text: string): Fields {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new BodyError(`json: ${(error as Error).message}`)
  }
  if (value === null) return {}
  if (typeof value !== 'object' || Array.isArray(value)) throw new BodyError('json: an object is expected')
  return value as Fields
}

function filter_of(fields: Fields): ServerFilter {
  const text = (name: string) => (fields[name] ?? '') as string
  return {
    ...{ server_name: text('server_name'), cluster: text('cluster'), host: text('host'), domain: text('domain') },
    exact_match: fields.exact_match === true,
    tags: (fields.tags ?? []) as string[],
  }
}
