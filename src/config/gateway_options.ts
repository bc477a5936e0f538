// gateway { }. It is not served: what stands there is checked, as nats-server does, and no more.
import { AuthReader, default_authorization } from './auth_options.ts'
import { listen_of, read_fields, write_timeout_of } from './block.ts'
import { read_cluster_name } from './cluster_options.ts'
import type { Value } from './parser.ts'
import { FieldError, go_type, type Problems, shown } from './problems.ts'
import { boolean_of, duration_of, integer_of, string_array_of, string_of } from './rows.ts'
import { read_tls } from './tls_options.ts'
import { check_url } from './url.ts'
import { quote, ValueError } from './values.ts'

/** What other fields have to go together with. */
export interface GatewayFacts {
  name: string
  port: number
  gateways: { name: string; has_url: boolean }[]
}

export const default_gateway = (): GatewayFacts => ({ name: '', port: 0, gateways: [] })

const PING_INTERVAL_MS_MAX = 15_000

export function read_gateway(value: Value, problems: Problems): GatewayFacts {
  if (value.kind !== 'map') {
    throw new FieldError(value.position, `Expected gateway to be a map, got ${go_type(value)}`)
  }
  const facts = default_gateway()
  read_fields(value.value, {
    name: (entry) => void (facts.name = gateway_name(entry)),
    listen: (entry) => void (facts.port = listen_of(entry).port),
    port: (entry) => void (facts.port = integer_of(entry)),
    'host net': string_of,
    authorization: (entry) => check_authorization(entry, problems),
    tls: (entry) => read_tls(entry, 'cluster', problems),
    advertise: string_of,
    connect_retries: integer_of,
    connect_backoff: boolean_of,
    gateways: (entry) => void (facts.gateways = read_gateways(entry, problems)),
    'reject_unknown reject_unknown_cluster': boolean_of,
    write_deadline: (entry, key) => duration_of(entry, key, problems),
    write_timeout: write_timeout_of,
    ping_interval: (entry, key) => {
      if (duration_of(entry, key, problems) <= PING_INTERVAL_MS_MAX) return
      problems.warning(entry.position, "Gateway 'ping_interval' will reset to 15s which is the max for gateways")
    },
    ping_max: integer_of,
  }, problems)
  return facts
}

function gateway_name(value: Value): string {
  if (string_of(value).includes(' ')) throw new ValueError('gateway name cannot contain spaces')
  return read_cluster_name(value)
}

function check_authorization(value: Value, problems: Problems): void {
  const found = default_authorization()
  const { has_users } = new AuthReader(problems).authorization(value, found)
  const fault = (reason: string) => new FieldError(value.position, `Gateway authorization does not ${reason}`)
  if (has_users) throw fault('allow multiple users')
  if (found.token) throw fault('support tokens')
  if (found.callout !== undefined) throw fault('support callouts')
}

function read_gateways(value: Value, problems: Problems): GatewayFacts['gateways'] {
  if (value.kind !== 'array') {
    throw new FieldError(value.position, `Expected gateways field to be an array, got ${go_type(value)}`)
  }
  const gateways: GatewayFacts['gateways'] = []
  for (const entry of value.value) {
    problems.collect(entry.position, () => {
      if (entry.kind !== 'map') {
        throw new FieldError(entry.position, `Expected gateway entry to be a map/struct, got ${shown(entry)}`)
      }
      const gateway = { name: '', has_url: false }
      read_fields(entry.value, {
        name: (each) => void (gateway.name = string_of(each)),
        tls: (each) => read_tls(each, 'cluster', problems),
        url: (each) => {
          check_url(string_of(each), 'gateway')
          gateway.has_url = true
        },
        urls: (each) => void (gateway.has_url = check_urls(each, 'gateway', problems).length > 0),
      }, problems)
      gateways.push(gateway)
    })
  }
  return gateways
}

/** The texts of a list of URLs, each once. `what`: for errors. */
export function check_urls(value: Value, what: string, problems: Problems): string[] {
  const texts = new Set<string>()
  string_array_of(value)
  for (const entry of value.value as Value[]) {
    problems.collect(entry.position, () => {
      const text = string_of(entry)
      if (texts.has(text)) return problems.invalid_use(entry.position, text, `Duplicate ${what} entry detected`)
      texts.add(text)
      check_url(text, what)
    })
  }
  return [...texts]
}

/** The first thing that does not go together, in nats-server's words; null: all does. */
export function gateway_contradiction({ name, port, gateways }: GatewayFacts): string | null {
  if (name === '' && port === 0) return null
  if (name === '') return 'gateway has no name'
  if (port === 0) return `gateway ${quote(name)} has no port specified (select -1 for random port)`
  for (const [i, gateway] of gateways.entries()) {
    if (gateway.name === '') return `gateway in the list ${i} has no name`
    if (!gateway.has_url) return `gateway ${quote(gateway.name)} has no URL`
  }
  return null
}
