// When the page asks, and what it tells of questions without an answer.
import * as assert from 'uvu/assert'
import { POLL_MS } from '../../src/page/back_off.ts'
import { Polling } from '../../src/page/polling.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'
import { whole } from './rig.ts'

const test = suite('page/polling')

function make() {
  const clock = new ManualClock(), seen: string[] = []
  const server = { fails: false, takes_ms: 0, asked: 0 }
  const polling = new Polling({
    clock,
    fetch_json(path) {
      server.asked++
      clock.pass(server.takes_ms)
      return server.fails ? Promise.reject(new Error(`no ${path}`)) : Promise.resolve(whole('AB'))
    },
    is_hidden: () => false,
    take: ({ members }) => void seen.push(`${members.length} members`),
    failed: (why, next_ms) => void seen.push(`${why}, again in ${next_ms - clock.wall_ms()}`),
  })
  const pass = async (ms: number) => {
    clock.pass(ms)
    // The answer comes in a later turn.
    for (let i = 0; i < 5; i++) await Promise.resolve()
  }
  return { clock, seen, server, polling, pass }
}

test('it asks at a steady pace, however long answers take', async () => {
  const { seen, server, polling, pass } = make()
  server.takes_ms = 300
  await polling.ask()
  assert.equal(seen, ['2 members'])
  await pass(POLL_MS - 300 - 1)
  assert.is(server.asked, 1)
  await pass(1)
  assert.is(server.asked, 2)
})

test('without answers it goes on with growing pauses, and with one it is as before', async () => {
  const { seen, server, polling, pass } = make()
  server.fails = true
  await polling.ask()
  await pass(1_000)
  await pass(2_000)
  assert.equal(seen, ['no mesh, again in 1000', 'no mesh, again in 2000', 'no mesh, again in 4000'])
  server.fails = false
  await pass(4_000)
  await pass(POLL_MS)
  assert.equal(seen.slice(3), ['2 members', '2 members'])
})

test('who asks at once does not ask twice', async () => {
  const { server, polling, clock } = make()
  await Promise.all([polling.ask(), polling.ask()])
  assert.equal([server.asked, clock.waiting], [1, 1])
  await polling.ask()
  assert.equal([server.asked, clock.waiting], [2, 1])
})

test.run()
