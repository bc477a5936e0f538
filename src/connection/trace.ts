// Trace lines of operations (reference ops.md 6.7). Only made when trace is on.
import { latin1_text } from '../base/bytes.ts'
import { go_quote } from '../base/errors.ts'
import { Op, type OpRecord } from '../wire/op.ts'

const NAMES: Record<number, string> = {
  [Op.pub]: 'PUB',
  [Op.hpub]: 'HPUB',
  [Op.sub]: 'SUB',
  [Op.unsub]: 'UNSUB',
  [Op.ping]: 'PING',
  [Op.pong]: 'PONG',
  [Op.connect]: 'CONNECT',
  [Op.ok]: 'OK',
  [Op.err]: '-ERR',
  [Op.rmsg]: 'RMSG',
  [Op.hmsg]: 'HMSG',
  [Op.lmsg]: 'LMSG',
  [Op.interest_add]: 'RS+',
  [Op.interest_remove]: 'RS-',
  [Op.leaf_interest_add]: 'LS+',
  [Op.leaf_interest_remove]: 'LS-',
  [Op.account_sign]: 'A',
}
/**
 * Fields of a CONNECT that nobody may read in a log, as nats-server chooses them, and their values. Also where quotes are
 * missing or the end is: whoever writes a CONNECT by hand has a password, too.
 */
const SECRETS =
  /(^|\W)(["']?)((?:pass|auth_token)[^"'\s:=]*|proxy_sig|nkey|sig)\2\s*[:=]\s*("(?:[^"\\]|\\.)*"?|[^",}\r\n]*)/gi

/** `<<- [OP args]` as it came, secrets left out; '' for INFO, which is not traced. */
export function trace_in(kind: number, bytes: Uint8Array, op: OpRecord): string {
  if (kind === Op.info) return ''
  const name = NAMES[kind]
  if (kind === Op.ping || kind === Op.pong || kind === Op.ok) return `<<- [${name}]`
  const text = latin1_text(bytes, op.args_start, op.args_end)
  return `<<- [${name} ${kind === Op.connect ? text.replace(SECRETS, '$1"$3":"[REDACTED]"') : text}]`
}

/** How much of a message trace lines show. */
export interface TracedPart {
  /** Of a payload; 0: all. */
  readonly max_traced_bytes: number
  /** Headers only. */
  readonly trace_headers: boolean
}

/** What stands between the headers of a message and its payload. */
const HEADERS_END_BYTES = 4

/** As `trace_payload`, of the part of the message that is to be shown. */
export function trace_message(
  arrow: string,
  bytes: Uint8Array,
  start: number,
  end: number,
  header_size: number,
  { max_traced_bytes, trace_headers }: TracedPart,
): string {
  const shown_end = trace_headers ? start + header_size - HEADERS_END_BYTES : end
  return trace_payload(arrow, bytes, start, shown_end, max_traced_bytes)
}

/** `<<- MSG_PAYLOAD: ["..."]`, or '' when there is none. At most `bytes_max` of it (0: all). */
export function trace_payload(arrow: string, bytes: Uint8Array, start: number, end: number, bytes_max: number): string {
  if (end <= start) return ''
  const cut = bytes_max > 0 && end - start > bytes_max
  const quoted = go_quote(latin1_text(bytes, start, cut ? start + bytes_max : end))
  return `${arrow} MSG_PAYLOAD: [${cut ? quoted.slice(0, -1) + '..."' : quoted}]`
}
