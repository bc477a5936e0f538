// What the matcher pool does on the shared subject index, while connections go on using it.
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
