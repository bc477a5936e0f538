// Subjects as a file names them: other than on the wire there can be blanks in them.
import { latin1_bytes } from '../base/bytes.ts'
import { is_valid_publish_subject, is_valid_subject } from '../wire/subject.ts'

const BLANKS = /[\t\n\f\r ]/

/** Whether it can be subscribed to. */
export function is_subject(text: string): boolean {
  const bytes = latin1_bytes(text)
  return !BLANKS.test(text) && is_valid_subject(bytes, 0, bytes.length)
}

/** Whether it can be published to: it has no wildcards. */
export function is_publish_subject(text: string): boolean {
  const bytes = latin1_bytes(text)
  return !BLANKS.test(text) && is_valid_publish_subject(bytes, 0, bytes.length)
}
