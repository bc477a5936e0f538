// Whether anybody subscribes to a subject, on this server or a peer.
import { latin1_bytes } from '../base/bytes.ts'
import { READ_BUSY } from '../shared/index_lock.ts'
import type { SubjectIndex } from '../shared/subject_index.ts'

const found = new Int32Array(1)

/** `subject`: latin1 text without wildcards. True where the index is busy. */
export function has_interest(index: SubjectIndex, account: number, subject: string): boolean {
  const bytes = latin1_bytes(subject)
  for (;;) {
    const sequence = index.begin_read()
    if (sequence === READ_BUSY) return true
    const count = index.match(account, bytes, 0, bytes.length, found)
    if (index.end_read(sequence)) return count !== 0
  }
}
