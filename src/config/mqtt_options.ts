// mqtt { }. It is not served: what stands there is checked, as nats-server does, and no more.
import { listen_of, read_fields } from './block.ts'
import type { Value } from './parser.ts'
import { FieldError, go_type, type Problems } from './problems.ts'
import { boolean_of, duration_of, integer_of, string_of } from './rows.ts'
import { read_tls } from './tls_options.ts'
import { ValueError } from './values.ts'
import { read_simple_authorization, type SimpleAuthorization } from './websocket_options.ts'

/** What other fields have to go together with. */
export interface MqttFacts {
  port: number
  no_auth_user: string
  authorization: SimpleAuthorization
  ack_wait_ms: number
  api_timeout_ms: number
}

export const default_mqtt = (): MqttFacts => ({
  port: 0,
  no_auth_user: '',
  authorization: {},
  ack_wait_ms: 0,
  api_timeout_ms: 0,
})

const UINT16_MAX = 0xffff

export function read_mqtt(value: Value, problems: Problems): MqttFacts {
  if (value.kind !== 'map') throw new FieldError(value.position, `Expected mqtt to be a map, got ${go_type(value)}`)
  const facts = default_mqtt()
  const duration = (entry: Value, key: string) => duration_of(entry, key, problems)
  read_fields(value.value, {
    listen: (entry) => void (facts.port = listen_of(entry).port),
    port: (entry) => void (facts.port = integer_of(entry)),
    'host net': string_of,
    tls: (entry) => read_tls(entry, 'clients', problems),
    'authorization authentication': (entry) => read_simple_authorization(entry, facts.authorization, problems),
    no_auth_user: (entry) => void (facts.no_auth_user = string_of(entry)),
    'ack_wait ackwait': (entry) => void (facts.ack_wait_ms = duration(entry, 'ack_wait')),
    'js_api_timeout api_timeout': (entry) => void (facts.api_timeout_ms = duration(entry, 'js_api_timeout')),
    'max_ack_pending max_pending max_inflight': (entry) => {
      const count = integer_of(entry)
      if (count >= 0 && count <= UINT16_MAX) return
      throw new ValueError(`invalid value ${count}, should in [0..${UINT16_MAX}] range`)
    },
    js_domain: string_of,
    stream_replicas: integer_of,
    consumer_replicas: (entry, key) =>
      problems.invalid_use(entry.position, key, 'consumer replicas setting ignored in this server version'),
    consumer_memory_storage: boolean_of,
    'consumer_inactive_threshold consumer_auto_cleanup': (entry) => duration(entry, 'consumer_inactive_threshold'),
    'reject_qos2_publish downgrade_qos2_subscribe': boolean_of,
  }, problems)
  return facts
}

/** What else the server has and is. */
export interface MqttSurroundings {
  readonly has_name: boolean
  readonly has_users: boolean
  /** Another server may have JetStream for it. */
  readonly is_connected: boolean
  readonly is_clustered: boolean
  readonly has_jetstream: boolean
}

/** The first thing that does not go together, in nats-server's words; null: all does. */
export function mqtt_contradiction(
  { port, authorization: { user, token }, ack_wait_ms, api_timeout_ms }: MqttFacts,
  { has_name, has_users, is_connected, is_clustered, has_jetstream }: MqttSurroundings,
): string | null {
  if (port === 0) return null
  if (!has_name && is_clustered) return 'mqtt requires server name to be explicitly set'
  if (has_users && user) return 'mqtt authentication username not compatible with presence of users/nkeys'
  if (has_users && token) return 'mqtt authentication token not compatible with presence of users/nkeys'
  if (ack_wait_ms < 0) return 'ack wait must be a positive value'
  if (api_timeout_ms < 0) return 'JS API timeout must be a positive value'
  if (has_jetstream || is_connected) return null
  return 'mqtt requires JetStream to be enabled if running in standalone mode'
}
