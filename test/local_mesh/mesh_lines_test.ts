import * as assert from 'uvu/assert'
import { mesh_lines, missing_text, route_line } from '../../src/local_mesh/mesh_lines.ts'
import { pairs_of, plan_members } from '../../src/local_mesh/mesh_plan.ts'
import { MeshView } from '../../src/local_mesh/mesh_view.ts'
import { cut, make_paint } from '../../src/local_mesh/paint.ts'
import { suite } from '../harness.ts'

const test = suite('local_mesh/mesh_lines')
const plain = make_paint(false, {})

function mesh(count: number) {
  const plans = plan_members(count, 4222)
  const view = new MeshView(pairs_of(plans), 1000)
  const members = plans.map(({ name, ports }) => ({
    ...{ name, url: `nats://127.0.0.1:${ports.client}`, ready_after_ms: null as number | null, end: '' },
  }))
  return { view, members }
}

test('a line for each server, and one for each route', () => {
  const { view, members } = mesh(3)
  members[0].ready_after_ms = 120
  members[2].end = 'ended with status 1'
  view.tell('a', ['b', 'c'], 1200)
  view.tell('b', ['a'], 1340)
  assert.equal(mesh_lines({ members, routes: view.routes, started_ms: 1000 }, 80, plain), [
    '  a  nats://127.0.0.1:4222  ● ready after 0.12 s',
    '  b  nats://127.0.0.1:5222  ○ starts',
    '  c  nats://127.0.0.1:6222  ✕ ended with status 1',
    '',
    '  a ─── b  after 0.34 s',
    '  a ─ · c  one side',
    '  b · · c  no route',
  ])
})

test('one server has no routes', () => {
  const { view, members } = mesh(1)
  assert.equal(mesh_lines({ members, routes: view.routes, started_ms: 0 }, 80, plain).length, 1)
})

test('many routes stand side by side, as many as fit, one below the other with colours too', () => {
  const { view, members } = mesh(9)
  for (const { name } of members) view.tell(name, [...'abcdefghi'], 1500)
  const lines = mesh_lines({ members, routes: view.routes, started_ms: 1000 }, 80, plain)
  assert.is(lines.length, 9 + 1 + 12)
  assert.ok(lines.every((line) => line.length <= 80))
  assert.is(lines[10], '  a ─── b  after 0.50 s     a ─── c  after 0.50 s     a ─── d  after 0.50 s')
  const coloured = mesh_lines({ members, routes: view.routes, started_ms: 1000 }, 80, make_paint(true, {}))
  // deno-lint-ignore no-control-regex
  assert.equal(coloured.map((line) => line.replace(/\x1b\[[\d;]*m/g, '')), lines)
  assert.is(cut(coloured[10], 12), lines[10].slice(0, 12))
  assert.is(mesh_lines({ members, routes: view.routes, started_ms: 1000 }, 20, plain).length, 9 + 1 + 36)
})

test('the same in words', () => {
  const { view } = mesh(3)
  view.tell('a', ['b'], 1200)
  view.tell('b', ['a'], 1340)
  assert.is(route_line(view.routes[0], 1000), 'a -- b  route after 0.34 s')
  assert.is(missing_text(view.missing), 'a -- c, b -- c')
})

test.run()
