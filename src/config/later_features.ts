// What nats-server has and this server has not: jetstream, leafnodes, gateway, mqtt and what belongs to them. Their blocks are read
// and checked, so that `-t` finds their mistakes; one notice each says that nothing comes of them.
import { is_key } from '../auth/jwt.ts'
import { GLOBAL_ACCOUNT, SYSTEM_ACCOUNT } from './auth_options.ts'
import { type Block, without_effect } from './block.ts'
import { type Contradiction, contradiction, no_auth_user_fault, users_of } from './checks.ts'
import { default_gateway, gateway_contradiction, read_gateway } from './gateway_options.ts'
import { default_jetstream, read_jetstream } from './jetstream_options.ts'
import { default_leafnodes, leafnode_contradiction } from './leafnode_checks.ts'
import { read_leafnodes } from './leafnode_options.ts'
import { default_mqtt, mqtt_contradiction, read_mqtt } from './mqtt_options.ts'
import type { Options } from './options.ts'
import type { Value } from './parser.ts'
import { go_type, type Problems } from './problems.ts'
import { string_of } from './rows.ts'
import { is_subject } from './subjects.ts'
import { quote, ValueError } from './values.ts'

export class LaterFeatures {
  readonly #problems: Problems
  #jetstream = default_jetstream()
  #leafnodes = default_leafnodes()
  #gateway = default_gateway()
  #mqtt = default_mqtt()
  /** By account. */
  #domains: ReadonlyMap<string, string> = new Map()
  #has_store_dir = false

  constructor(problems: Problems) {
    this.#problems = problems
  }

  /** Their fields at the top of the file. */
  readonly fields: Block['special'] = {
    jetstream: (value, key) => {
      this.#jetstream = read_jetstream(value, this.#quiet, (entry) => this.#store_dir(entry))
      if (this.#jetstream.enabled) without_effect(key, value, this.#problems)
    },
    'store_dir storedir': (value, key) => {
      this.#store_dir(value)
      without_effect(key, value, this.#problems)
    },
    default_js_domain: (value, key) => {
      this.#domains = read_domains(value)
      without_effect(key, value, this.#problems)
    },
    'leafnodes leaf': (value, key) => {
      this.#leafnodes = read_leafnodes(value, this.#quiet)
      without_effect(key, value, this.#problems)
    },
    gateway: (value, key) => {
      this.#gateway = read_gateway(value, this.#quiet)
      without_effect(key, value, this.#problems)
    },
    mqtt: (value, key) => {
      this.#mqtt = read_mqtt(value, this.#quiet)
      without_effect(key, value, this.#problems)
    },
  }

  get #quiet(): Problems {
    return this.#problems.of_unserved_block()
  }

  #store_dir(value: Value): void {
    if (this.#has_store_dir) throw new ValueError("Duplicate 'store_dir' configuration")
    this.#has_store_dir = string_of(value) !== ''
  }

  /** What does not go together with the rest of the file, in nats-server's order. `jetstream_accounts`: have it on. */
  contradictions(options: Options, jetstream_accounts: ReadonlySet<string>): Contradiction[] {
    const { cluster, system_account, server_name } = options
    const { name, port } = this.#gateway
    const users = users_of(options)
    return [
      contradiction(
        'leafnodes',
        leafnode_contradiction(this.#leafnodes, {
          has_operator: options.operator !== null,
          accounts: accounts_of(options),
          has_gateway: name !== '' || port !== 0,
          has_system_account: system_account !== SYSTEM_ACCOUNT,
        }),
      ),
      contradiction('gateway', gateway_contradiction(this.#gateway)),
      contradiction('gateway name', this.#cluster_name_fault(options)),
      contradiction(
        'mqtt no_auth_user',
        this.#mqtt.port === 0 ? null : no_auth_user_fault(this.#mqtt.no_auth_user, users),
      ),
      contradiction(
        'mqtt',
        mqtt_contradiction(this.#mqtt, {
          has_name: server_name !== '',
          has_users: users.length > 0,
          is_clustered: cluster.port !== 0 || port !== 0,
          is_connected: cluster.port !== 0 || port !== 0 || this.#leafnodes.port !== 0 ||
            this.#leafnodes.remotes.length > 0,
          has_jetstream: this.#jetstream.enabled,
        }),
      ),
      contradiction('default_js_domain', this.#domains_fault(options, jetstream_accounts)),
      contradiction('jetstream', this.#jetstream_fault(options)),
    ].filter((found) => found !== null)
  }

  #cluster_name_fault({ cluster: { name } }: Options): string | null {
    const other = this.#gateway.name
    return other === '' || name === '' || other === name
      ? null
      : 'cluster name conflicts between cluster and gateway definitions'
  }

  #domains_fault(options: Options, jetstream_accounts: ReadonlySet<string>): string | null {
    const accounts = [GLOBAL_ACCOUNT, ...options.accounts.map(({ name }) => name)]
    for (const [account, domain] of this.#domains) {
      if (options.operator === null && domain !== '' && jetstream_accounts.has(account)) {
        return `default_js_domain contains account name ${quote(account)} with enabled JetStream`
      }
      if (options.operator === null && !accounts.includes(account)) {
        return `in non operator mode, \`default_js_domain\` references non existing account ${quote(account)}`
      }
      if (options.operator !== null && !is_key(account, 'A')) {
        return `default_js_domain contains account name ${quote(account)}, which is not a valid public account nkey`
      }
      if (account === options.system_account) {
        return `system account ${quote(account)} can not be in default_js_domain`
      }
      if (domain !== '' && (!is_domain_subject(domain) || RESERVED_DOMAINS.includes(domain))) {
        return `default_js_domain contains account ${quote(account)} with invalid domain name ${quote(domain)}`
      }
    }
    return null
  }

  #jetstream_fault({ cluster, server_name }: Options): string | null {
    const { enabled, domain, extension_hint, max_catchup } = this.#jetstream
    const invalid = (why: string) => `invalid domain name: ${why}`
    if (domain !== '') {
      if (!is_domain_subject(domain)) return invalid(`derived ${quote(`$JS.${domain}.API.>`)} is not a valid subject`)
      if (/[ \t\r\n\f.*>]/.test(domain)) return invalid('may not contain ., * or >')
      if (RESERVED_DOMAINS.includes(domain)) return invalid(`${quote(domain)} is reserved`)
    }
    if (!enabled || cluster.port === 0) return null
    if (server_name === '') return 'jetstream cluster requires `server_name` to be set'
    if (cluster.name === '' && this.#gateway.name === '') return 'jetstream cluster requires `cluster.name` to be set'
    const hint = extension_hint.toLowerCase()
    if (!['', 'no_extend', 'will_extend'].includes(hint)) return `expected 'no_extend' for string value, got '${hint}'`
    return max_catchup < 0 ? 'jetstream max catchup cannot be negative' : null
  }
}

const RESERVED_DOMAINS = ['ACK', 'FC', 'SNAPSHOT', 'EVENT']

const is_domain_subject = (domain: string) => is_subject(`$JS.${domain}.API.>`)

function read_domains(value: Value): ReadonlyMap<string, string> {
  if (value.kind !== 'map') {
    throw new ValueError(`error default_js_domain config: unsupported type ${go_type(value)}`)
  }
  return new Map([...value.value].map(([name, entry]) => [name, string_of(entry)]))
}

function accounts_of({ accounts, system_account, no_system_account }: Options): string[] {
  const is_made = system_account === SYSTEM_ACCOUNT && !no_system_account
  return [GLOBAL_ACCOUNT, ...accounts.map(({ name }) => name), ...(is_made ? [SYSTEM_ACCOUNT] : [])]
}
