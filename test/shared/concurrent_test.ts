import { once } from 'node:events'
import * as assert from 'uvu/assert'
import { latin1_bytes } from '../../src/base/bytes.ts'
import { SubjectIndex } from '../../src/shared/subject_index.ts'
import { suite } from '../harness.ts'
import { start_test_worker } from '../test_worker.ts'
import { entry_of } from './index_oracle.ts'

const test = suite('shared/subject_index, several threads', 60_000)

const MATCHES = 150_000

/** Matches s.<n>.x for all n; whatever end_read lets through must be right. Returns how many results had records. */
function read_while_others_write(index: SubjectIndex, fixed: Map<number, number>): { hits: number; retries: number } {
  const out = new Int32Array(64)
  const subjects = Array.from({ length: 32 }, (_, n) => latin1_bytes(`s.${n}.x`))
  let hits = 0
  let retries = 0
  for (let i = 0; i < MATCHES;) {
    const n = i & 31
    const sequence = index.begin_read()
    const count = index.match(0, subjects[n], 0, subjects[n].length, out)
    let seen = ''
    for (let k = 0; k < count && k < 64; k++) {
      const id = out[k]
      seen += `${index.slot(id)}:${index.subject_text(id)}:${index.sid_text(id)}:${index.queue_text(index.group(id))} `
    }
    if (!index.end_read(sequence)) {
      retries++
      continue
    }
    i++
    if (count > 1) hits++
    const parts = seen.split(' ').filter((part) => part !== '')
    assert.is(parts.length, count)
    assert.ok(out.subarray(0, count).includes(fixed.get(n)!), 'The record that is always there is found')
    for (const part of parts) {
      const [slot, subject, sid, queue] = part.split(':')
      const number = Number(slot)
      if (number === 1000 + n) continue
      assert.is(number >> 1, n)
      assert.is(subject, number & 1 ? `s.${n}.x` : `s.${n}.*`)
      assert.is(sid, `sid-${number}`)
      assert.is(queue, number & 4 ? 'q' : '')
    }
  }
  return { hits, retries }
}

test('a validated result is right while two threads insert and remove', async () => {
  const index = new SubjectIndex(SubjectIndex.reserve({ subscriptions: 4000, edges: 1024, log: false }), 0)
  const fixed = new Map<number, number>()
  for (let n = 0; n < 32; n++) fixed.set(n, index.insert(entry_of({ subject: `s.${n}.x` }, 1000 + n)))
  const control = new SharedArrayBuffer(4)
  const workers = await Promise.all(
    [1, 2].map((thread) =>
      start_test_worker('./concurrent_worker.ts', import.meta.url, {
        buffers: index.buffers,
        control,
        thread,
        seed: thread,
      })
    ),
  )
  try {
    const ends = workers.map((worker) => once(worker, 'message'))
    while (index.insert_count < 100) await new Promise((resolve) => setTimeout(resolve, 5))
    const { hits, retries } = read_while_others_write(index, fixed)
    Atomics.store(new Int32Array(control), 0, 1)
    const operations = (await Promise.all(ends)).map(([count]) => count as number)
    assert.ok(hits > 0 && retries > 0, `${hits} results with records, ${retries} reads repeated`)
    assert.ok(operations.every((count) => count > 0))
  } finally {
    // Also after a failure, or the threads would keep the process alive.
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
  assert.is(index.subscription_count, 32)
  assert.is(index.insert_count - index.remove_count, 32)
})

test.run()
