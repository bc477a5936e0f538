// leafnodes { }. It is not served: what stands there is checked, as nats-server does, and no more.
import { is_user_key, is_user_seed } from '../auth/nkey.ts'
import { read_auth_timeout } from './auth_timeout.ts'
import { listen_of, read_fields, write_timeout_of } from './block.ts'
import { read_compression } from './compression_options.ts'
import { check_urls } from './gateway_options.ts'
import { default_leafnodes, type LeafnodeFacts, remote_name, type RemoteFacts, users_fault } from './leafnode_checks.ts'
import type { Value } from './parser.ts'
import { read_denied_subjects } from './permission_options.ts'
import { FieldError, go_type, type Problems, shown, type_error } from './problems.ts'
import { read_leaf_proxy } from './leaf_proxy_options.ts'
import { boolean_of, duration_of, integer_of, string_of } from './rows.ts'
import { read_tls } from './tls_options.ts'
import { check_url } from './url.ts'
import { quote, ValueError } from './values.ts'

const COMPRESSION = 's2_auto'

export function read_leafnodes(value: Value, problems: Problems): LeafnodeFacts {
  if (value.kind !== 'map') {
    throw new FieldError(value.position, `Expected map to define a leafnode, got ${go_type(value)}`)
  }
  const facts = default_leafnodes()
  const duration = (entry: Value, key: string) => duration_of(entry, key, problems)
  read_fields(value.value, {
    listen: (entry) => void (facts.port = listen_of(entry).port),
    port: (entry) => void (facts.port = integer_of(entry)),
    'host net': string_of,
    authorization: (entry) => read_authorization(entry, facts, problems),
    remotes: (entry) => void (facts.remotes = read_remotes(entry, problems)),
    'reconnect reconnect_delay reconnect_interval': (entry) => duration(entry, 'reconnect'),
    dial_timeout: duration,
    tls: (entry) => read_tls(entry, 'clients', problems),
    'leafnode_advertise advertise': string_of,
    no_advertise: boolean_of,
    'min_version minimum_version': check_version,
    compression: (entry, key) => void (facts.compression = read_compression(entry, key, problems, COMPRESSION)),
    'isolate_leafnode_interest isolate': boolean_of,
    write_deadline: duration,
    write_timeout: write_timeout_of,
    ping_interval: duration,
    ping_max: integer_of,
  }, problems)
  return facts
}

const VERSION_MIN = [2, 8, 0]
const SEMANTIC_VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-[\w.-]+)?(?:\+[\w.-]+)?$/

function check_version(value: Value): void {
  const version = string_of(value)
  const found = SEMANTIC_VERSION.exec(version)
  if (found === null) throw new ValueError("invalid leafnode's minimum version: invalid semver")
  const parts = found.slice(1).map(Number)
  const at = parts.findIndex((part, i) => part !== VERSION_MIN[i])
  if (at >= 0 && parts[at] < VERSION_MIN[at]) throw new ValueError('the minimum version should be at least 2.8.0')
}

function read_authorization(value: Value, facts: LeafnodeFacts, problems: Problems): void {
  if (value.kind !== 'map') throw type_error(value, 'map')
  const found = { user: '', nkey: '' }
  read_fields(value.value, {
    'user username': (entry) => void (found.user = string_of(entry)),
    'pass password': string_of,
    nkey: (entry) => {
      found.nkey = string_of(entry)
      if (!is_user_key(found.nkey)) throw new ValueError('Not a valid public nkey for leafnode authorization')
    },
    timeout: (entry) => read_auth_timeout(entry, problems, 'leafnode authorization'),
    users: (entry) => void (facts.users = read_users(entry, problems)),
    account: (entry) => void (facts.account = string_of(entry)),
    proxy_required: boolean_of,
  }, problems)
  const fault = users_fault(facts.users, found)
  if (fault !== null) throw new FieldError(value.position, fault)
}

function read_users(value: Value, problems: Problems): LeafnodeFacts['users'] {
  if (value.kind !== 'array') {
    throw new FieldError(value.position, `Expected users field to be an array, got ${shown(value)}`)
  }
  const users: LeafnodeFacts['users'] = []
  for (const entry of value.value) {
    problems.collect(entry.position, () => {
      if (entry.kind !== 'map') {
        throw new FieldError(entry.position, `Expected user entry to be a map/struct, got ${shown(entry)}`)
      }
      const user = { user: '', account: '' }
      read_fields(entry.value, {
        'user username': (each) => void (user.user = string_of(each)),
        'pass password': string_of,
        account: (each) => void (user.account = string_of(each)),
        proxy_required: boolean_of,
      }, problems)
      users.push(user)
    })
  }
  return users
}

function read_remotes(value: Value, problems: Problems): RemoteFacts[] {
  if (value.kind !== 'array') {
    throw new FieldError(value.position, `Expected remotes field to be an array, got ${go_type(value)}`)
  }
  const remotes: RemoteFacts[] = []
  for (const entry of value.value) {
    problems.collect(entry.position, () => {
      if (entry.kind !== 'map') {
        throw new FieldError(entry.position, `Expected remote leafnode entry to be a map/struct, got ${shown(entry)}`)
      }
      const remote = read_remote(entry, problems)
      const name = remote_name(remote)
      if (remotes.some((other) => remote_name(other) === name)) throw new ValueError(`duplicate remote ${name}`)
      remotes.push(remote)
    })
  }
  return remotes
}

function read_remote(value: Value & { kind: 'map' }, problems: Problems): RemoteFacts {
  const remote: RemoteFacts = { urls: [], account: '', credentials: '', nkey: '', has_tls: false, compression: '' }
  const duration = (entry: Value, key: string) => duration_of(entry, key, problems)
  const check_single = () => {
    if (remote.credentials === '' || remote.nkey === '') return
    throw new ValueError('Remote leafnode can not have both creds and nkey defined')
  }
  let proxy: Value | undefined
  read_fields(value.value, {
    'no_randomize dont_randomize': boolean_of,
    'url urls': (entry) => void (remote.urls = read_urls(entry, problems)),
    'account local': (entry) => void (remote.account = string_of(entry)),
    'creds credentials': (entry) => {
      remote.credentials = string_of(entry)
      check_single()
    },
    'nkey seed': (entry) => {
      remote.nkey = string_of(entry)
      if (!is_user_seed(remote.nkey)) {
        throw new ValueError(`Remote leafnode nkey is not a valid seed: ${quote(remote.nkey)}`)
      }
      check_single()
    },
    tls: (entry) => {
      read_tls(entry, 'clients', problems)
      remote.has_tls = true
    },
    hub: boolean_of,
    'deny_imports deny_import deny_exports deny_export': read_denied_subjects,
    'ws_compress ws_compression websocket_compress websocket_compression': boolean_of,
    'ws_no_masking websocket_no_masking': boolean_of,
    'jetstream_cluster_migrate js_cluster_migrate': (entry) => check_migration(entry, problems),
    'isolate_leafnode_interest isolate': boolean_of,
    request_isolation: boolean_of,
    compression: (entry, key) => void (remote.compression = read_compression(entry, key, problems, COMPRESSION)),
    'first_info_timeout dial_timeout': duration,
    disabled: boolean_of,
    proxy: (entry) => void (proxy = entry),
    ignore_discovered_servers: boolean_of,
  }, problems)
  if (proxy !== undefined) read_leaf_proxy(proxy, remote, problems)
  return remote
}

function read_urls(value: Value, problems: Problems): string[] {
  if (value.kind === 'array') return check_urls(value, 'leafnode', problems)
  if (value.kind !== 'string') {
    throw new ValueError(`Expected remote leafnode url to be an array or string, got ${shown(value)}`)
  }
  check_url(value.value, 'leafnode')
  return [value.value]
}

function check_migration(value: Value, problems: Problems): void {
  if (value.kind === 'bool') return
  if (value.kind !== 'map') {
    throw new ValueError(`Expected boolean or map for jetstream_cluster_migrate, got ${go_type(value)}`)
  }
  const delay = value.value.get('leader_migrate_delay')
  if (delay !== undefined) duration_of(delay, 'leader_migrate_delay', problems)
}
