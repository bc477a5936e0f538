import { copy, CR, latin1_bytes, LF, SPACE, write_decimal } from '../base/bytes.ts'

export const PING_LINE: Uint8Array = latin1_bytes('PING\r\n')
export const PONG_LINE: Uint8Array = latin1_bytes('PONG\r\n')
export const OK_LINE: Uint8Array = latin1_bytes('+OK\r\n')

/**
 * The RS+ or RS- line of one interest, as latin1 text. Without a queue the weight is not written, and RS- never
 * carries one (reference route.md 2.1). An empty account: the connection is of one account only.
 */
export function interest_line(add: boolean, account: string, subject: string, queue: string, weight: number): string {
  const names = (account === '' ? '' : `${account} `) + (queue === '' ? subject : `${subject} ${queue}`)
  if (!add) return `RS- ${names}\r\n`
  return queue === '' ? `RS+ ${names}\r\n` : `RS+ ${names} ${weight}\r\n`
}

const HMSG = latin1_bytes('HMSG ')
const STATUS = latin1_bytes('NATS/1.0 503\r\nNats-Subject: ')
const HEADER_END = latin1_bytes('\r\n\r\n')

/** The most bytes of a no-responders message besides its reply, its sid and its subject. */
export const NO_RESPONDERS_FRAME_BYTES_MAX = 64

/**
 * Writes the message that tells a requester that nobody took its request (reference client.md 2.5) into target at
 * offset; returns the offset behind it. There must be room for the three names and NO_RESPONDERS_FRAME_BYTES_MAX.
 */
export function write_no_responders(
  target: Uint8Array,
  offset: number,
  reply: Uint8Array,
  reply_start: number,
  reply_end: number,
  sid: Uint8Array,
  sid_start: number,
  sid_end: number,
  subject: Uint8Array,
  subject_start: number,
  subject_end: number,
): number {
  const header_size = STATUS.length + subject_end - subject_start + HEADER_END.length
  offset = copy(target, offset, HMSG, 0, HMSG.length)
  offset = copy(target, offset, reply, reply_start, reply_end)
  target[offset++] = SPACE
  offset = copy(target, offset, sid, sid_start, sid_end)
  target[offset++] = SPACE
  offset = write_decimal(target, offset, header_size)
  target[offset++] = SPACE
  offset = write_decimal(target, offset, header_size)
  target[offset++] = CR
  target[offset++] = LF
  offset = copy(target, offset, STATUS, 0, STATUS.length)
  offset = copy(target, offset, subject, subject_start, subject_end)
  offset = copy(target, offset, HEADER_END, 0, HEADER_END.length)
  target[offset++] = CR
  target[offset++] = LF
  return offset
}
