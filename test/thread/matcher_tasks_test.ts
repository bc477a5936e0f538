import * as assert from 'uvu/assert'
import { finish_growth, start_growth } from '../../src/shared/index_growth.ts'
import { SubjectIndex } from '../../src/shared/subject_index.ts'
import { check_password, grow } from '../../src/thread/matcher_tasks.ts'
import { suite } from '../harness.ts'
import { entry_of, match_ids } from '../shared/index_oracle.ts'

const test = suite('thread/matcher_tasks')

test('all edges are in the next table, for whoever matches', () => {
  const index = new SubjectIndex(SubjectIndex.reserve({ subscriptions: 2000, edges: 2048 }), 0)
  const ids = Array.from({ length: 1000 }, (_, i) => index.insert(entry_of({ subject: `t.${i}` })))
  index.attach_next(index.allocate_next())
  assert.ok(start_growth(index))
  grow({ buffers: index.buffers, thread: 1 })
  assert.ok(finish_growth(index))
  index.drop_previous()
  for (let i = 0; i < ids.length; i++) assert.equal(match_ids(index, 0, `t.${i}`), [ids[i]])
  assert.is(index.insert(entry_of({ subject: 't.1000' })), 1001)
})

test('a password is compared with a hash of any of the four letters', async () => {
  const rest = '$04$abcdefghijklmnopqrstuuLZYjhNQAOdpbzt4WxWlUHjv1wsyH5DG'
  for (const letter of 'abxy') {
    assert.ok(await check_password({ password: 's3cret', hash: `$2${letter}${rest}` }))
    assert.not(await check_password({ password: 'secret', hash: `$2${letter}${rest}` }))
  }
  assert.not(await check_password({ password: '', hash: `$2a${rest}` }))
})

test("what only looks like a hash is nobody's", async () => {
  for (const hash of ['$2a$04$', '$2a$99$' + 'a'.repeat(53), '$2a$04$' + '!'.repeat(53)]) {
    assert.not(await check_password({ password: hash, hash }))
  }
})

test.run()
