// The order and the times of lame duck mode; what each step does is tested in test/server/12_lame_duck_test.ts.
import * as assert from 'uvu/assert'
import { make_log } from '../../src/base/log.ts'
import { seeded_random } from '../../src/base/prng.ts'
import { LameDuck } from '../../src/thread/lame_duck.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'

const test = suite('thread/lame_duck')

/** Lame duck mode of a server with so many clients: what it did, and when. */
function make(clients: number, { duration_ms = 12_000, grace_ms = 2_000 } = {}) {
  const clock = new ManualClock()
  const places = Array.from({ length: clients }, (_, slot) => ({ thread: 0, slot, cid: slot + 10 }))
  const gone = new Set<number>()
  const steps: string[] = []
  const closed_ms: number[] = []
  const lame_duck = new LameDuck({
    ...{ clock, random: seeded_random(1), duration_ms, grace_ms },
    log: make_log((_level, text) => steps.push(text), false, false),
    close_port: async () => void steps.push('port closed'),
    announce: () => void steps.push('announced'),
    clients: async () => places.filter(({ cid }) => !gone.has(cid)),
    async close_client({ cid }) {
      if (gone.has(cid)) return false
      steps.push(`close ${cid}`)
      closed_ms.push(clock.now_ms())
      return true
    },
    drained: async () => void steps.push('drained'),
  })
  let ended = false
  const end = lame_duck.run().then(() => ended = true)
  /** Time passes in small parts, between which promises are settled. */
  const pass = async (ms: number) => {
    for (let left = ms; left > 0 && !ended; left--) {
      await new Promise((resolve) => setImmediate(resolve))
      clock.pass(1)
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { lame_duck, clock, gone, steps, closed_ms, end, pass, has_ended: () => ended }
}

const ENTERING = 'Entering lame duck mode, stop accepting new clients'
const CLOSING = 'Closing existing clients'

test('without clients it is over at once, and nobody is told', async () => {
  const { steps, end, clock } = make(0)
  await end
  assert.equal(steps, [ENTERING, 'port closed'])
  assert.is(clock.waiting, 0)
})

test('clients are told, left alone for the grace period, and closed one by one', async () => {
  const { steps, closed_ms, pass, has_ended } = make(3)
  await pass(1_999)
  assert.equal(steps, [ENTERING, 'port closed', 'announced'])
  await pass(10_000)
  assert.ok(has_ended())
  assert.equal(steps.slice(3), [CLOSING, 'close 10', 'close 11', 'close 12', 'drained'])
  assert.ok(closed_ms[0] >= 2_000 && closed_ms[0] <= 2_001, `${closed_ms}`)
  for (const [a, b] of [[0, 1], [1, 2]]) {
    const pause_ms = closed_ms[b] - closed_ms[a]
    assert.ok(pause_ms >= 500 && pause_ms <= 1_001, `${closed_ms}`)
  }
})

test('the last one is closed within the duration', async () => {
  const { closed_ms, pass, has_ended } = make(200, { duration_ms: 3_000, grace_ms: 500 })
  await pass(3_000)
  assert.ok(has_ended())
  assert.is(closed_ms.length, 200)
})

test('who left by himself is neither closed nor waited for', async () => {
  const { steps, closed_ms, gone, pass, has_ended } = make(40)
  await pass(1_000)
  for (let cid = 10; cid < 49; cid++) if (cid !== 20) gone.add(cid)
  await pass(1_100)
  gone.add(49)
  await pass(1_000)
  assert.ok(has_ended())
  assert.equal(steps.slice(3), [CLOSING, 'close 20', 'drained'])
  assert.is(closed_ms.length, 1)
})

test('an end that comes in between waits for nobody', async () => {
  const early = make(2)
  await early.pass(100)
  early.lame_duck.cancel()
  await early.end
  assert.equal(early.steps, [ENTERING, 'port closed', 'announced'])
  const late = make(5)
  await late.pass(2_100)
  late.lame_duck.cancel()
  await late.end
  assert.equal(late.steps.slice(3), [CLOSING, 'close 10'])
  assert.is(early.clock.waiting + late.clock.waiting, 0)
  const at_once = make(2)
  at_once.lame_duck.cancel()
  await at_once.end
  assert.equal(at_once.steps, [ENTERING, 'port closed'])
})

test.run()
