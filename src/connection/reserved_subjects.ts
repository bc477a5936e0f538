// Subjects and replies that only servers may publish with (reference client.md 3.4).
import { equal, latin1_bytes, latin1_text } from '../base/bytes.ts'
import { type Refusal, refuse_publish, refuse_reply } from '../base/errors.ts'
import { starts_with } from '../wire/subject.ts'

const UNDERSCORE = 95
const DOLLAR = 36
const [REPLY_SERVICE, REPLY_ACK, GATEWAY, RAFT] = ['_R_.', '$JS.ACK.', '_GR_.', '$NRG.'].map(latin1_bytes)

/** Where a message goes, and where its answer would. */
interface Addressed {
  readonly subject_start: number
  readonly subject_end: number
  readonly reply_start: number
  readonly reply_end: number
}

/** Null: a client may publish that. */
export function refuse_reserved(bytes: Uint8Array, op: Addressed): Refusal | null {
  const first = bytes[op.subject_start]
  if ((first === UNDERSCORE || first === DOLLAR) && is_for_servers(bytes, op.subject_start, op.subject_end)) {
    return refuse_publish(latin1_text(bytes, op.subject_start, op.subject_end))
  }
  if (op.reply_end === op.reply_start) return null
  const letter = bytes[op.reply_start]
  if (letter !== UNDERSCORE && letter !== DOLLAR) return null
  const is_reserved = is_longer(bytes, op.reply_start, op.reply_end, REPLY_SERVICE) ||
    is_longer(bytes, op.reply_start, op.reply_end, GATEWAY) ||
    is_longer(bytes, op.reply_start, op.reply_end, REPLY_ACK)
  return is_reserved ? refuse_reply(latin1_text(bytes, op.reply_start, op.reply_end)) : null
}

/** Whether bytes[start, end) is a subject that servers use among each other. */
export function is_for_servers(bytes: Uint8Array, start: number, end: number): boolean {
  return is_longer(bytes, start, end, GATEWAY) || starts_with(bytes, start, end, RAFT)
}

function is_longer(bytes: Uint8Array, start: number, end: number, prefix: Uint8Array): boolean {
  return end - start > prefix.length && equal(bytes, start, prefix, 0, prefix.length)
}
