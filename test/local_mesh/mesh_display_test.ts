import * as assert from 'uvu/assert'
import { MeshDisplay } from '../../src/local_mesh/mesh_display.ts'
import { MeshView } from '../../src/local_mesh/mesh_view.ts'
import { make_paint } from '../../src/local_mesh/paint.ts'
import { ManualClock } from '../manual_clock.ts'
import { suite } from '../harness.ts'

const test = suite('local_mesh/mesh_display')

function rig(is_terminal: boolean) {
  const clock = new ManualClock()
  const view = new MeshView([['a', 'b']], 0)
  let written = ''
  const display = new MeshDisplay({
    terminal: { write: (text) => void (written += text), is_terminal, columns: 80 },
    ...{ clock, paint: make_paint(false, {}) },
    members: ['a', 'b'].map((name) => ({ name, url: `nats://${name}` })),
    routes: () => view.routes,
    last_lines: (name) => [`last of ${name}`],
    command_line: (name) => `start ${name}`,
  })
  const tell = (name: string, peers: string[] | null) => display.routes_changed(view.tell(name, peers, clock.now_ms()))
  const taken = () => {
    const text = written
    written = ''
    return text
  }
  return { clock, display, tell, taken }
}

test('where nobody looks there is a line for what has come about', () => {
  const { clock, display, tell, taken } = rig(false)
  display.begin()
  display.line('a', 'hidden')
  clock.pass(100)
  display.answers('a')
  tell('a', ['b'])
  clock.pass(100)
  tell('b', ['a'])
  assert.is(taken(), 'a  nats://a ready after 0.10 s\na -- b  route after 0.20 s\n')
})

test('on a terminal the picture is drawn again in its place', () => {
  const { display, tell, taken } = rig(true)
  display.begin()
  const first = taken()
  assert.match(first, '  a · · b  no route\n')
  tell('a', ['b'])
  const second = taken()
  assert.ok(second.startsWith('\x1b[4A\x1b[J'))
  assert.match(second, '  a ─ · b  one side\n')
  display.end_forming(true)
  display.line('b', 'hello')
  assert.is(taken(), '\nb | hello\n')
})

test('a server that ends while the mesh forms has its last lines shown', () => {
  for (const is_terminal of [false, true]) {
    const { display, taken } = rig(is_terminal)
    display.begin()
    display.ended('b', 'ended with status 1')
    assert.match(taken(), /b .*ended with status 1\n[^]*b \| last of b\n$/)
  }
})

test('later a route that is gone is told once, and so is that it is back', () => {
  const { display, tell, taken } = rig(false)
  tell('a', ['b'])
  tell('b', ['a'])
  display.end_forming(true)
  taken()
  display.ended('b', 'was ended by SIGKILL')
  tell('b', null)
  tell('a', [])
  tell('a', ['b'])
  tell('b', ['a'])
  display.answers('b')
  assert.is(
    taken(),
    'mesh: b was ended by SIGKILL; the others go on. To start it again:\n  start b\nmesh: no route a -- b\n' +
      'mesh: whole again\nmesh: b answers\n',
  )
})

test('who wants no log gets none', () => {
  const { display, taken } = rig(false)
  display.end_forming(false)
  display.line('a', 'x')
  assert.is(taken(), '\n')
})

test.run()
