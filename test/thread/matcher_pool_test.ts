import * as assert from 'uvu/assert'
import { finish_growth, start_growth } from '../../src/shared/index_growth.ts'
import { SubjectIndex } from '../../src/shared/subject_index.ts'
import { MatcherPool } from '../../src/thread/matcher_pool.ts'
import { suite } from '../harness.ts'
import { entry_of, match_ids } from '../shared/index_oracle.ts'

const test = suite('thread/matcher_pool', 30_000)

test('a pool that was never needed is closed without having been started', async () => {
  const pool = new MatcherPool(1)
  await pool.close()
  await pool.close()
})

test('a thread of the pool grows the shared index, twice, while this one goes on inserting', async () => {
  const index = new SubjectIndex(SubjectIndex.reserve({ subscriptions: 20_000, edges: 2048 }), 0)
  const ids: number[] = []
  const insert = (count: number) => {
    for (let i = 0; i < count; i++) ids.push(index.insert(entry_of({ subject: `t.${ids.length}` })))
  }
  insert(1200)
  const pool = new MatcherPool(1)
  try {
    for (let round = 0; round < 2; round++) {
      index.attach_next(index.allocate_next())
      assert.ok(start_growth(index))
      const grown = pool.grow(index.buffers)
      insert(200)
      await grown
      insert(20)
      while (!finish_growth(index)) await new Promise((resolve) => setTimeout(resolve, 1))
      index.drop_previous()
      insert(500)
    }
  } finally {
    await pool.close()
  }
  assert.ok(ids.every((id) => id > 0))
  for (let i = 0; i < ids.length; i++) assert.equal(match_ids(index, 0, `t.${i}`), [ids[i]])
})

test('passwords are compared by the pool, several at a time', async () => {
  const hash = '$2a$04$abcdefghijklmnopqrstuuLZYjhNQAOdpbzt4WxWlUHjv1wsyH5DG'
  const pool = new MatcherPool(1)
  try {
    const answers = await Promise.all(['s3cret', 'wrong', hash].map((password) => pool.check_password(password, hash)))
    assert.equal(answers, [true, false, false])
  } finally {
    await pool.close()
  }
})

test.run()
