import * as assert from 'uvu/assert'
import { History, MESH, POINTS_MAX } from '../../src/page/history.ts'
import { suite } from '../harness.ts'

const test = suite('page/history')

const rates = (n: number) => ({ in_msgs: n, in_bytes: n, out_msgs: 2 * n, out_bytes: n, sent_msgs: n, sent_bytes: n })

test('what is not known is a gap, also before somebody came', () => {
  const history = new History()
  history.add(1_000, new Map([[MESH, rates(1)]]))
  history.add(2_000, new Map([[MESH, null], ['m1', rates(2)]]))
  history.add(3_000, new Map([[MESH, rates(3)]]))
  assert.equal(history.times, [1, 2, 3])
  assert.equal(history.column(MESH, 'out_msgs'), [2, null, 6])
  assert.equal(history.column('m1', 'in_msgs'), [null, 2, null])
  assert.equal(history.column('nobody', 'in_msgs'), [null, null, null])
  assert.equal(history.recent(MESH, 2), [null, 9])
})

test('the oldest points go, and with the last of them who is long gone', () => {
  const history = new History()
  history.add(0, new Map([[MESH, rates(0)], ['m1', rates(7)]]))
  for (let i = 1; i < POINTS_MAX; i++) history.add(i * 1_000, new Map([[MESH, rates(i)]]))
  assert.equal([history.times.length, history.column('m1', 'in_msgs')[0]], [POINTS_MAX, 7])
  history.add(POINTS_MAX * 1_000, new Map([[MESH, rates(9)]]))
  assert.equal([history.times.length, history.times[0], history.column(MESH, 'in_msgs')[0]], [POINTS_MAX, 1, 1])
  assert.ok(history.column('m1', 'in_msgs').every((value) => value === null))
})

test.run()
