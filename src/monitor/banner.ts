// The first lines of the log (reference ops.md 6.4).
import { is_bcrypt } from '../auth/bcrypt.ts'
import type { Log } from '../base/log.ts'
import { VERSION } from '../base/version.ts'
import type { Options } from '../config/options.ts'
import type { ServerIdentity } from '../connection/make_settings.ts'
import type { Settings } from '../connection/settings.ts'

const LARGE_PAYLOAD_BYTES = 8 * 1024 * 1024

export interface ConfigSource {
  /** Absent: no file. */
  config_file?: string
  config_digest?: string
}

export function log_banner(
  log: Log,
  options: Options,
  identity: ServerIdentity,
  settings: Settings,
  source: ConfigSource,
): void {
  log.info('Starting nats-server')
  log.info(`  Version:  ${VERSION}`)
  log.info('  Git:      [not set]')
  log.debug(`  Go build: ${settings.client_infos.clients.go}`)
  if (settings.route_info !== null) log.info(`  Cluster:  ${identity.cluster_name}`)
  log.info(`  Name:     ${identity.server_name}`)
  log.info(`  ID:       ${identity.server_id}`)
  if (has_plain_secrets(options)) log.warn('Plaintext passwords detected, use nkeys or bcrypt')
  if (source.config_file !== undefined) {
    const digest = source.config_digest ? ` (${source.config_digest})` : ''
    log.info(`Using configuration file: ${source.config_file}${digest}`)
  }
  if (options.max_payload > LARGE_PAYLOAD_BYTES) {
    log.warn('Maximum payloads over 8.00 MB are generally discouraged and could lead to poor performance')
  }
}

function has_plain_secrets({ authorization, accounts }: Options): boolean {
  const users = [authorization, ...accounts].flatMap(({ users }) => users)
  const secrets = [authorization.password, authorization.token, ...users.map(({ password }) => password)]
  return secrets.some((secret) => !!secret && !is_bcrypt(secret))
}
