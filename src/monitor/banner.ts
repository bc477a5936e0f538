// The first lines of the log (reference ops.md 6.4).
import { is_bcrypt } from '../auth/bcrypt.ts'
import { go_quote } from '../base/errors.ts'
import { local_time } from '../base/go_time.ts'
import type { Log } from '../base/log.ts'
import { VERSION } from '../base/version.ts'
import { SYSTEM_ACCOUNT } from '../config/auth_options.ts'
import type { SignedOperator } from '../config/operator_options.ts'
import type { Options } from '../config/options.ts'
import type { ServerIdentity } from '../connection/make_settings.ts'
import type { Settings } from '../connection/settings.ts'

export const LARGE_PAYLOAD_BYTES = 8 * 1024 * 1024

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
  if (options.operator !== null) log_operators(log, options.operator.operators ?? [], options.system_account)
  if (options.max_payload > LARGE_PAYLOAD_BYTES) {
    log.warn('Maximum payloads over 8.00 MB are generally discouraged and could lead to poor performance')
  }
  if (makes_system_account(options)) log.debug(`Created system account: "${SYSTEM_ACCOUNT}"`)
}

/** Whose signatures count, as they are signed. */
function log_operators(log: Log, operators: readonly SignedOperator[], system_account: string): void {
  if (operators.length > 0) log.info('Trusted Operators')
  for (const { name, audience, issued_at_s, expires_s } of operators) {
    log.info(`  System  : ${go_quote(audience)}`)
    log.info(`  Operator: ${go_quote(name)}`)
    log.info(`  Issued  : ${local_time(issued_at_s * 1000)}`)
    log.info(`  Expires : ${expires_s === 0 ? 'Never' : local_time(expires_s * 1000)}`)
  }
  if (operators.length > 0 && system_account === SYSTEM_ACCOUNT) {
    log.warn('Trusted Operators should utilize a System Account')
  }
}

/** The file does not say that there is one. */
const makes_system_account = ({ no_system_account, system_account, accounts }: Options): boolean =>
  !no_system_account && system_account === SYSTEM_ACCOUNT && !accounts.some(({ name }) => name === SYSTEM_ACCOUNT)

function has_plain_secrets({ authorization, accounts }: Options): boolean {
  const users = [authorization, ...accounts].flatMap(({ users }) => users)
  const secrets = [authorization.password, authorization.token, ...users.map(({ password }) => password)]
  return secrets.some((secret) => !!secret && !is_bcrypt(secret))
}
