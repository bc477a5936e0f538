// What the parsers report: one record of spans, used again for every operation.

/** Kinds of operations, as both parsers' `next` returns them. */
export const Op = {
  pub: 1,
  hpub: 2,
  sub: 3,
  unsub: 4,
  ping: 5,
  pong: 6,
  connect: 7,
  info: 8,
  ok: 9,
  err: 10,
  rmsg: 11,
  hmsg: 12,
  lmsg: 13,
  interest_add: 14,
  interest_remove: 15,
  leaf_interest_add: 16,
  leaf_interest_remove: 17,
  account_sign: 18,
} as const

/** What `next` returns when there is no operation. The negative ones end the connection (base/errors.ts). */
export const Parsed = {
  need_more: 0,
  unknown_operation: -1,
  bad_arguments: -2,
  control_line: -3,
} as const

/**
 * One parsed operation. All offsets are absolute in the buffer that was given to `next`, and valid as long as its
 * bytes are. A span whose start and end are equal is absent. Fields that an operation's kind does not have are not
 * to be read: the fast path leaves in them what was there before.
 */
export class OpRecord {
  kind = 0
  op_start = 0
  /** The argument area without the blanks around it and without CR. For CONNECT and INFO: the JSON text. */
  args_start = 0
  args_end = 0

  subject_start = 0
  subject_end = 0
  reply_start = 0
  reply_end = 0
  /** SUB, RS+, RS-, LS+, LS-: the name of the one queue group. */
  queue_start = 0
  queue_end = 0
  /** Routed messages in queue form: queue_count names, separated by blanks. */
  queues_start = 0
  queues_end = 0
  queue_count = 0
  /** Whether a routed message has the form with `|` or `+`. */
  queue_form = false

  sid_start = 0
  sid_end = 0
  /** UNSUB: -1 when absent, -2 when given but no number of 1 to 9 digits. */
  max = -1
  /** RS+ and LS+ of a queue: -1 when it is no number of 1 to 9 digits. 1 for a plain subscription. */
  weight = 1

  account_start = 0
  account_end = 0
  /** LS+, LS-, LMSG: the leaf cluster. */
  origin_start = 0
  origin_end = 0

  header_size = 0
  /** Bytes of header and payload together. CRLF follows them. */
  total_size = 0
  /** Where the size texts begin: that of the header, if there is one, else that of the whole. */
  size_start = 0
  /** One SP behind the op and between arguments, CRLF at the end, no other blank. Of operations with arguments only. */
  canonical = false
  /** Where `[reply ]sizes CRLF` begins. To be used only when canonical and not in queue form. */
  tail_start = 0
  /** The first byte behind the control line. */
  body_start = 0
  /** Whether the subject (on a route: account and subject) equals that of the message parsed before by this parser. */
  same_subject = false

  /** Makes every span absent. */
  clear(): void {
    this.subject_start = this.subject_end = 0
    this.reply_start = this.reply_end = 0
    this.queue_start = this.queue_end = 0
    this.queues_start = this.queues_end = this.queue_count = 0
    this.queue_form = false
    this.sid_start = this.sid_end = 0
    this.max = -1
    this.weight = 1
    this.account_start = this.account_end = 0
    this.origin_start = this.origin_end = 0
    this.header_size =
      this.total_size =
      this.size_start =
      this.tail_start =
        0
    this.same_subject = false
  }
}
