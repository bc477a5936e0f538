// A thread that inserts and removes as fast as it can; see concurrent_test.ts for what readers may rely on.
import { parentPort, workerData } from 'node:worker_threads'
import { seeded_random } from '../../src/base/prng.ts'
import { type IndexBuffers, SubjectIndex } from '../../src/shared/subject_index.ts'
import { entry_of } from './index_oracle.ts'

const { buffers, control, thread, seed } = workerData as {
  buffers: IndexBuffers
  control: SharedArrayBuffer
  thread: number
  seed: number
}
const index = new SubjectIndex(buffers, thread)
const stop = new Int32Array(control)
const random = seeded_random(seed)

// Every subject s.<n>.x has its own record and, in the same slot number, one of s.<n>.*: so any record tells its subject.
const held = new Map<number, number>()
let operations = 0
while (Atomics.load(stop, 0) === 0) {
  for (let i = 0; i < 200; i++) {
    const n = random.below(64)
    const id = held.get(n)
    if (id !== undefined) {
      if (index.remove(id)) held.delete(n)
    } else {
      const subject = n & 1 ? `s.${n >> 1}.x` : `s.${n >> 1}.*`
      const entry = entry_of({ subject, queue: n & 4 ? 'q' : '', sid: `sid-${n}` }, n)
      const fresh = index.insert(entry)
      if (fresh > 0) held.set(n, fresh)
    }
    operations++
  }
}
for (const id of held.values()) while (!index.remove(id));
parentPort!.postMessage(operations)
