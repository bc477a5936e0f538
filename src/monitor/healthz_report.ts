// /healthz: whether the server can be used (reference ops.md 5.9).
import type { Parameters } from './parameters.ts'

export interface HealthzQuery {
  account: string
  stream: string
  consumer: string
  details: boolean
  /** The peers count too. */
  mesh: boolean
}

/** Reads the parameters. Throws ParameterError. JetStream is not here, so its parameters change nothing. */
export function healthz_query(parameters: Parameters): HealthzQuery {
  for (const name of ['js-enabled', 'js-enabled-only', 'js-server-only', 'js-meta-only']) parameters.bool(name)
  return {
    account: parameters.text('account'),
    stream: parameters.text('stream'),
    consumer: parameters.text('consumer'),
    details: parameters.bool('details'),
    mesh: parameters.bool('mesh'),
  }
}

export interface HealthzAnswer {
  status: number
  body: object
  /** The line for the log; '' if all is well. */
  warning: string
}

/**
 * The answer. `missing` names what is not up, as MonitorSource.health tells it; `missing_peers` where servers should be that
 * this one looks for.
 */
export function healthz_report(
  query: HealthzQuery,
  missing: readonly string[],
  missing_peers: readonly string[],
): HealthzAnswer {
  if (query.stream !== '' && query.account === '') {
    return failed(query, 400, 'BAD_REQUEST', '"account" must not be empty when checking stream health')
  }
  if (query.consumer !== '' && query.stream === '') {
    return failed(query, 400, 'BAD_REQUEST', '"stream" must not be empty when checking consumer health')
  }
  if (missing.length > 0) {
    const text = `failed to be ready for connections after 1ms: ${missing.join(', ')}`
    return failed(query, 500, 'CONNECTION', text)
  }
  if (query.mesh && missing_peers.length > 0) {
    return failed(query, 503, 'CONNECTION', `missing from the mesh: ${missing_peers.join(', ')}`)
  }
  return { status: 200, body: { status: 'ok' }, warning: '' }
}

function failed(query: HealthzQuery, status: number, type: string, error: string): HealthzAnswer {
  if (!query.details) {
    return { status, body: { status: 'error', error }, warning: `Healthcheck failed: ${JSON.stringify(error)}` }
  }
  return { status, body: { status: 'error', errors: [{ type, error }] }, warning: 'Healthcheck failed: 1 errors' }
}
