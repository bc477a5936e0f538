// The order of the steps over all threads; what each step does is tested in test/shared/index_growth_test.ts.
import * as assert from 'uvu/assert'
import { system_clock } from '../../src/base/clock.ts'
import { is_growing } from '../../src/shared/index_growth.ts'
import { SubjectIndex } from '../../src/shared/subject_index.ts'
import type { Crew } from '../../src/thread/crew.ts'
import { Growth } from '../../src/thread/growth.ts'
import { grow } from '../../src/thread/matcher_tasks.ts'
import type { MatcherPool } from '../../src/thread/matcher_pool.ts'
import type { ThreadApi } from '../../src/thread/worker_api.ts'
import { suite } from '../harness.ts'
import { entry_of, match_ids } from '../shared/index_oracle.ts'

const test = suite('thread/growth')

/** Two threads of an index with 1000 subscriptions, a pool that is this thread, and what they were asked. */
function make(workers: number) {
  const index = new SubjectIndex(SubjectIndex.reserve({ subscriptions: 4000, edges: 2048 }), 0)
  const other = new SubjectIndex(index.buffers, 1)
  const ids = Array.from({ length: 1000 }, (_, i) => index.insert(entry_of({ subject: `t.${i}` })))
  const steps: string[] = []
  const api = {
    async attach_edges(edges: SharedArrayBuffer) {
      steps.push(`attach ${is_growing(index)}`)
      other.attach_next(edges)
    },
    async drop_edges() {
      steps.push(`drop ${is_growing(index)}`)
      other.drop_previous()
    },
  } as ThreadApi
  const crew = { index, workers, each: async (ask: (api: ThreadApi) => Promise<void>) => [await ask(api)] }
  const pool = {
    async grow(buffers: typeof index.buffers) {
      steps.push(`pool ${is_growing(index)}`)
      grow({ buffers, thread: 2 })
    },
  }
  const growth = new Growth(crew as unknown as Crew, pool as unknown as MatcherPool, system_clock())
  return { growth, index, other, ids, steps, api, pool }
}

for (const workers of [0, 2]) {
  test(`the index has grown, for all threads, when it is done (workers: ${workers})`, async () => {
    const { growth, index, other, ids, steps } = make(workers)
    const edges = index.memory.active_table().words.length
    const done = growth.run()
    // Several threads may say that it is time.
    await growth.run()
    await done
    assert.equal(steps, ['attach false', ...(workers > 0 ? ['pool true'] : []), 'drop false'])
    assert.equal([index.memory.active_table().words.length, index.memory.other_table()], [2 * edges, null])
    for (const each of [index, other]) {
      for (let i = 0; i < ids.length; i += 7) assert.equal(match_ids(each, 0, `t.${i}`), [ids[i]])
    }
    await growth.run()
    assert.is(index.memory.active_table().words.length, 4 * edges)
  })
}

test('while others hold the index it waits', async () => {
  const { growth, index, other } = make(0)
  other.lock.acquire()
  const done = growth.run()
  await new Promise((resolve) => setTimeout(resolve, 20))
  assert.not(is_growing(index))
  other.lock.release()
  await done
  assert.is(index.memory.other_table(), null)
})

test.run()
