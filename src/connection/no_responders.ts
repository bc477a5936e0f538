// A request that nobody took is answered by the publisher's own server (reference client.md 2.5).
import { latin1_bytes } from '../base/bytes.ts'
import type { Outbox } from '../broker/outbox.ts'
import { NO_RESPONDERS_FRAME_BYTES_MAX, write_no_responders } from '../wire/lines.ts'
import type { OpRecord } from '../wire/op.ts'
import type { ThreadContext } from './context.ts'
import type { Subscriptions } from './subscriptions.ts'
import { READ_BUSY } from '../shared/index_lock.ts'

let matches = new Int32Array(64)

/** Sends the 503, if the requester has a plain subscription that gets it. `target`: where the request went if that is another subject. */
export function send_no_responders(
  context: ThreadContext,
  account: number,
  subscriptions: Subscriptions,
  outbox: Outbox,
  bytes: Uint8Array,
  op: OpRecord,
  target: Uint8Array | null,
): void {
  const sid = find_sid(context, account, subscriptions, bytes, op)
  if (sid === '') return
  const sid_bytes = latin1_bytes(sid)
  const subject = target ?? bytes
  const subject_start = target === null ? op.subject_start : 0
  const subject_end = target === null ? op.subject_end : target.length
  const names_bytes = subject_end - subject_start + op.reply_end - op.reply_start + sid_bytes.length
  const message = new Uint8Array(names_bytes + NO_RESPONDERS_FRAME_BYTES_MAX)
  const end = write_no_responders(
    message,
    0,
    bytes,
    op.reply_start,
    op.reply_end,
    sid_bytes,
    0,
    sid_bytes.length,
    subject,
    subject_start,
    subject_end,
  )
  outbox.append(message, 0, end)
  outbox.out_messages++
}

function find_sid(
  context: ThreadContext,
  account: number,
  subscriptions: Subscriptions,
  bytes: Uint8Array,
  op: OpRecord,
): string {
  const { index, thread } = context
  for (;;) {
    const sequence = index.begin_read()
    if (sequence === READ_BUSY) return ''
    const count = index.match(account, bytes, op.reply_start, op.reply_end, matches)
    if (count < 0) {
      index.end_read(sequence)
      matches = new Int32Array(-count * 2)
      continue
    }
    const sid = subscriptions.plain_sid_among(matches, count, thread)
    if (index.end_read(sequence)) return sid
  }
}
