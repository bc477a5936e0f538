import * as assert from 'uvu/assert'
import { WorkerRows } from '../../src/page/worker_rows.ts'
import { suite } from '../harness.ts'
import { member, seat } from './rig.ts'

const test = suite('page/worker_rows')

const at = (n: number, ms: number) =>
  seat(
    0,
    member('A', [], { ms }, {
      workers: [{
        thread: 0,
        role: 'client',
        in_msgs: n,
        out_msgs: 2 * n,
        plan_hits: n,
        plan_misses: n,
        ring_bytes: 1,
        ring_capacity: 4,
      }, {
        thread: 1,
        role: 'supervisor',
      }],
    }),
  )

test('what a worker does per second, from the second look on', () => {
  const rows = new WorkerRows()
  const [first] = rows.take([at(0, 0)])
  assert.equal([first.in_msgs, first.plan_share, first.ring_share], [null, null, 0.25])
  const [second, supervisor] = rows.take([at(100, 2_000)])
  assert.equal([second.in_msgs, second.out_msgs, second.plan_share], [50, 100, 0.5])
  assert.equal([supervisor.in_msgs, supervisor.plan_share, supervisor.ring_share], [0, null, null])
  assert.is(rows.take([at(100, 2_000)])[0].in_msgs, 50, 'an answer that was kept')
  assert.is(rows.take([at(0, 3_000)])[0].in_msgs, null, 'counted anew')
})

test('who is not here, or tells nothing, has no rows', () => {
  const rows = new WorkerRows()
  assert.equal(rows.take([{ ...at(0, 0), state: 'silent' }, seat(1, member('B', []))]), [])
})

test.run()
