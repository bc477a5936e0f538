import { latin1_text } from '../base/bytes.ts'
import { go_quote } from '../base/errors.ts'
import type { OpRecord } from '../wire/op.ts'
import type { ConnectionLog } from './connection_log.ts'

/** Its services are announced by every nats-server; that we have no such account is no fault of theirs. */
const SYSTEM_ACCOUNT = '$SYS'

/** A peer wants something of an account that there is not here (reference route.md 2.4). */
export function log_unknown_account(log: ConnectionLog, bytes: Uint8Array, op: OpRecord): void {
  const name = latin1_text(bytes, op.account_start, op.account_end)
  if (name === SYSTEM_ACCOUNT && !log.debug_on) return
  const subject = go_quote(latin1_text(bytes, op.subject_start, op.subject_end))
  log.at(
    name === SYSTEM_ACCOUNT ? 'debug' : 'error',
    `Unknown account ${go_quote(name)} for remote subject ${subject}`,
  )
}
