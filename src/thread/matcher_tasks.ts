// What the matcher pool does: work on the shared subject index, while connections go on using it, and passwords.
import { compare } from 'bcryptjs'
import { grow_step } from '../shared/index_growth.ts'
import { type IndexBuffers, SubjectIndex } from '../shared/subject_index.ts'

export interface GrowTask {
  /** With both edge tables attached. */
  buffers: IndexBuffers
  /** The pool's own thread number, for the lock. */
  thread: number
}

/** Copies all edges into the next table, in holds of the lock of some microseconds. Growth was started before. */
export function grow({ buffers, thread }: GrowTask): void {
  const index = new SubjectIndex(buffers, thread)
  for (let node = 1; node !== 0;) node = grow_step(index, node)
}

export interface PasswordTask {
  password: string
  /** As the configuration has it. */
  hash: string
}

/** Whether a password is that of a bcrypt hash; false also if the hash is none. */
export async function check_password({ password, hash }: PasswordTask): Promise<boolean> {
  try {
    // Go's bcrypt takes the letter behind the 2 for nothing; this one knows a, b and y.
    return await compare(password, hash.replace(/^\$2x/, '$2b'))
  } catch {
    return false
  }
}
