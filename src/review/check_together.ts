// What only shows when file and flags are put together.
import { advertised } from '../connection/advertised.ts'
import { flag_place } from './place.ts'
import type { Finding } from './finding.ts'
import { file_place, type Judged, top_place } from './judged.ts'

export function check_together(judged: Judged): Finding[] {
  const { options: { client_advertise, cluster, websocket }, sources } = judged
  const found = judged.contradictions.map(({ text, keys }): Finding => ({
    severity: 'error',
    place: contradiction_place(judged, keys),
    what: text,
    advice: 'change one of the two',
  }))
  found.push(...monitoring_faults(judged))
  const check = (place: string, text: string) => {
    const what = text === '' ? null : advertise_fault(text)
    if (what !== null) found.push({ severity: 'error', place, what, advice: 'say it as host:port' })
  }
  check(top_place(judged, 'client_advertise'), client_advertise)
  if (cluster.port !== 0) {
    const flag = flag_place(sources, 'cluster_advertise')
    check(flag?.text ?? file_place(judged, 'cluster', 'advertise cluster_advertise'), cluster.advertise)
  }
  if (websocket.port !== 0) check(file_place(judged, 'websocket ws', 'advertise'), websocket.advertise)
  return found
}

/** A flag may have said it, which stands over the file. */
function contradiction_place(judged: Judged, keys: readonly string[]): string {
  const given = flag_place(judged.sources, ...FLAGS[keys.join(' ')] ?? [])
  return given?.text ?? file_place(judged, ...keys.map((key) => ALIASES[key] ?? key))
}

const FLAGS: Readonly<Record<string, readonly string[]>> = Object.freeze({
  server_name: ['n'],
  authorization: ['user', 'pass', 'auth'],
  'cluster name': ['cluster_name'],
})
const ALIASES: Readonly<Record<string, string>> = Object.freeze({
  auth_callout: 'auth_callout auth_hook',
  leafnodes: 'leafnodes leaf',
  operator: 'operator operators root roots root_operator root_operators',
  system_account: 'system_account system',
  trusted_keys: 'trusted_keys trusted',
  websocket: 'websocket ws',
})

function monitoring_faults(judged: Judged): Finding[] {
  const { http_port, https_port, tls } = judged.options
  const fault = (what: string, advice: string): Finding[] => [
    { severity: 'error', place: top_place(judged, 'https_port'), what, advice },
  ]
  if (http_port !== 0 && https_port !== 0) {
    return fault('monitoring is asked for with TLS and without', 'leave out http or https')
  }
  if (https_port === 0 || tls !== null) return []
  return fault("monitoring over TLS has no certificate: it would be the clients'", 'add a tls block, or say http')
}

function advertise_fault(text: string): string | null {
  try {
    advertised(text, 1)
    return null
  } catch (error) {
    return `${JSON.stringify(text)} can not be told to others: ${error instanceof Error ? error.message : error}`
  }
}
