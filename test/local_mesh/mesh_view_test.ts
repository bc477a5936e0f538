import * as assert from 'uvu/assert'
import { MeshView } from '../../src/local_mesh/mesh_view.ts'
import { suite } from '../harness.ts'

const test = suite('local_mesh/mesh_view')
const view_of = () => new MeshView([['a', 'b'], ['a', 'c'], ['b', 'c']], 5)
const states = (view: MeshView) => view.routes.map(({ state }) => state)

test('a route is up when both sides have it', () => {
  const view = view_of()
  assert.equal(states(view), ['none', 'none', 'none'])
  assert.equal(view.tell('a', ['b'], 10).map(({ a, b, state }) => [a, b, state]), [['a', 'b', 'one side']])
  assert.equal(view.tell('b', ['a', 'c'], 20).map(({ a, b, state }) => [a, b, state]), [
    ['a', 'b', 'up'],
    ['b', 'c', 'one side'],
  ])
  assert.equal(view.routes.map(({ since_ms }) => since_ms), [20, 5, 20])
  assert.equal(view.missing.map(({ a, b }) => a + b), ['ac', 'bc'])
})

test('the same once more is no change', () => {
  const view = view_of()
  view.tell('a', ['b'], 10)
  assert.equal(view.tell('a', ['b', 'x'], 20), [])
})

test('a member that does not answer has no routes', () => {
  const view = view_of()
  view.tell('a', ['b'], 10)
  view.tell('b', ['a'], 10)
  assert.ok(view.answers('b'))
  assert.equal(view.tell('b', null, 20).map(({ state }) => state), ['one side'])
  assert.is(view.answers('b'), false)
  assert.equal(view.tell('a', [], 30).map(({ state }) => state), ['none'])
})

test.run()
