import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { finish_growth, grow_step, growth_wanted, is_growing, start_growth } from '../../src/shared/index_growth.ts'
import { SubjectIndex } from '../../src/shared/subject_index.ts'
import { suite } from '../harness.ts'
import { entry_of, match_ids, Oracle } from './index_oracle.ts'

const test = suite('shared/index_growth', 60_000)

test('growth is wanted above 60 % and not while it is under way', () => {
  const index = new SubjectIndex(SubjectIndex.reserve({ subscriptions: 100, edges: 16 }), 0)
  for (let i = 0; i < 9; i++) index.insert(entry_of({ subject: `t${i}` }))
  assert.not(growth_wanted(index))
  index.insert(entry_of({ subject: 't9' }))
  assert.ok(growth_wanted(index))
  index.attach_next(index.allocate_next())
  assert.ok(start_growth(index))
  assert.ok(is_growing(index) && !growth_wanted(index))
})

test('two threads insert, remove and match through every step of growth', () => {
  const action = fc.record({ by: fc.nat(1), remove: fc.boolean(), choice: fc.nat(), token: fc.nat(25) })
  fc.assert(
    fc.property(
      fc.array(action, { minLength: 20, maxLength: 80 }),
      fc.integer({ min: 1, max: 9 }),
      (actions, batch) => {
        const first = new SubjectIndex(SubjectIndex.reserve({ subscriptions: 300, edges: 64 }), 0)
        const threads = [first, new SubjectIndex(first.buffers, 1)]
        const oracle = new Oracle()
        const act = ({ by, remove, choice, token }: { by: number; remove: boolean; choice: number; token: number }) => {
          const ids = [...oracle.records.keys()]
          if (remove && ids.length > 0) {
            const id = ids[choice % ids.length]
            assert.ok(threads[by].remove(id))
            oracle.records.delete(id)
          } else {
            const record = { account: 0, subject: `${'abc'[choice % 3]}.t${token}`, queue: '', kind: 0, sid: '1' }
            const id = threads[by].insert(entry_of(record))
            if (id > 0) oracle.records.set(id, record)
          }
          for (const index of threads) {
            for (const head of ['a', 'b', 'c']) {
              assert.equal(match_ids(index, 0, `${head}.t${token}`), oracle.match(0, `${head}.t${token}`))
            }
          }
        }
        const next_actions = [...actions]
        const some = (count: number) => next_actions.splice(0, count).forEach(act)
        some(10)
        const table = first.allocate_next()
        first.attach_next(table)
        some(2)
        threads[1].attach_next(table)
        some(2)
        assert.ok(start_growth(first))
        some(2)
        for (let node = 1; node !== 0; some(1)) node = grow_step(threads[node & 1], node, batch)
        threads.push(new SubjectIndex(first.buffers, 2))
        some(2)
        assert.ok(finish_growth(first))
        some(2)
        for (const index of threads) index.drop_previous()
        some(actions.length)
        assert.is(first.memory.active_table().mask, 127)
        for (const id of oracle.records.keys()) assert.ok(threads[1].remove(id))
        assert.is(first.memory.counts[first.memory.active_table().count_word], 0)
        assert.ok(first.memory.active_table().words.every((word, i) => i % 2 === 0 || word === 0))
      },
    ),
    { numRuns: 200 },
  )
})

test.run()
