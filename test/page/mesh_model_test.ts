// Answers go in, and what there is to draw comes out.
import * as assert from 'uvu/assert'
import { MESH } from '../../src/page/history.ts'
import { MeshModel } from '../../src/page/mesh_model.ts'
import { suite } from '../harness.ts'
import { AT_MS, member, mesh, whole } from './rig.ts'

const test = suite('page/mesh_model')

const counting = (ids: string, n: number, ms: number) =>
  mesh(
    [...ids].map((id) =>
      member(id, [...ids].filter((other) => other !== id), { in_client_msgs: n, out_client_msgs: 0, out_msgs: 0, ms })
    ),
    ms,
  )

test('rates of the mesh are the sum of who is here and known', () => {
  const model = new MeshModel()
  const first = model.take(counting('AB', 0, 0), AT_MS)
  assert.is(first.rates.get(MESH), null)
  const second = model.take(counting('AB', 10, 1_000), AT_MS + 1_000)
  assert.is(second.rates.get(MESH)?.in_msgs, 20)
  const third = model.take(counting('ABC', 20, 2_000), AT_MS + 2_000)
  assert.equal([third.rates.get('m3'), third.rates.get(MESH)?.in_msgs], [null, 20])
  const fourth = model.take(counting('AC', 30, 3_000), AT_MS + 3_000)
  assert.equal([fourth.rates.get('m2'), fourth.rates.get(MESH)?.in_msgs], [null, 20])
  assert.equal(fourth.history.column(MESH, 'in_msgs'), [null, 20, 20, 20])
})

test('an answer that the server had kept is no point of its own', () => {
  const model = new MeshModel()
  model.take(whole('AB', 0), AT_MS)
  model.take(whole('AB', 0), AT_MS + 100)
  assert.is(model.take(whole('AB', 1_000), AT_MS + 1_000).history.times.length, 2)
})

test('changes become events from the second answer on, and the page may add its own', () => {
  const model = new MeshModel()
  assert.equal(model.take(whole('AB'), AT_MS).events.events, [])
  model.take(whole('A', 1_000), AT_MS + 1_000)
  model.note('stale', 'no answer', true, AT_MS + 2_000)
  assert.equal(model.events.events.map(({ text }) => text), ['no answer', 'b is lost: nobody has a route to it'])
})

test.run()
