import * as assert from 'uvu/assert'
import type { Holdable } from '../../src/connection/context.ts'
import { Held } from '../../src/thread/held.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'

const test = suite('thread/held')

function make() {
  const clock = new ManualClock(), turns: (() => void)[] = [], resumed: string[] = []
  const connection = (name: string) => ({ inbox: { held: false }, resume: () => void resumed.push(name) }) as Holdable
  const turn = () => turns.splice(0).forEach((f) => f())
  return { clock, held: new Held(clock, (f) => turns.push(f)), resumed, connection, turn }
}

test('of those that used up their part of a turn, one goes on in each', () => {
  const { held, resumed, connection, turn } = make()
  const first = connection('a')
  held.for_turn(first)
  for (const name of ['b', 'c']) held.for_turn(connection(name))
  assert.is(first.inbox.held, true)
  const seen = [0, 1, 2, 3].map(() => {
    turn()
    return resumed.join('')
  })
  assert.equal(seen, ['a', 'ab', 'abc', 'abc'])
})

test('a busy index is tried again after a moment', () => {
  const { clock, held, resumed, connection } = make()
  const waiting = connection('a')
  held.for_index(waiting)
  assert.is(waiting.inbox.held, true)
  clock.pass(1)
  assert.equal(resumed, [])
  clock.pass(1)
  assert.equal(resumed, ['a'])
})

test.run()
