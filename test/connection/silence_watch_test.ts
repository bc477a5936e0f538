import * as assert from 'uvu/assert'
import type { Clock } from '../../src/base/clock.ts'
import { OWN_KIND_PING_MS, OWN_KIND_SILENCE_MS_MAX } from '../../src/base/limits.ts'
import { SilenceWatch } from '../../src/connection/silence_watch.ts'
import { ManualClock } from '../manual_clock.ts'
import { suite } from '../harness.ts'

const test = suite('connection/silence_watch')

const START_MS = 10_000
const PING = OWN_KIND_PING_MS
const MAX = OWN_KIND_SILENCE_MS_MAX
const LATE = PING / 2

/** A watch on a peer that spoke at the start. What it does is dated from there. */
function make<Time extends Clock>(clock: Time) {
  const seen = { pings: [] as number[], silent: [] as number[], activity_ms: 0, is_reading: true }
  const since_ms = () => clock.now_ms() - START_MS
  const watch = new SilenceWatch(clock, {
    last_activity_ms: () => START_MS + seen.activity_ms,
    is_reading: () => seen.is_reading,
    send_ping: () => seen.pings.push(since_ms()),
    silent: () => seen.silent.push(since_ms()),
  })
  return { clock, watch, seen }
}
const made = () => make(new ManualClock(START_MS))

/** A clock whose timer is called when a test likes: as late as in a process that stood still. */
class LateClock extends ManualClock {
  #late_ms = 0

  override now_ms(): number {
    return super.now_ms() + this.#late_ms
  }

  /** The time goes on, and no timer is called: those that are due in between are so by as much. */
  stand_still(ms: number): void {
    this.#late_ms += ms
  }
}

test('a silent peer is asked every second and given up at the bound', () => {
  const { clock, watch, seen } = made()
  watch.start()
  clock.pass(PING - 1)
  assert.equal(seen.pings, [])
  clock.pass(MAX - PING)
  assert.equal([seen.pings, seen.silent], [[PING, 2 * PING, 3 * PING], []])
  clock.pass(1)
  assert.equal([seen.pings.length, seen.silent, clock.waiting], [3, [MAX], 0])
  clock.pass(10 * MAX)
  assert.equal([seen.pings.length, seen.silent], [3, [MAX]], 'once')
})

test('a millisecond less of silence is no end', () => {
  const { clock, watch, seen } = made()
  watch.start()
  seen.activity_ms = 1
  clock.pass(MAX)
  assert.equal([seen.pings.at(-1), seen.silent], [MAX, []])
  clock.pass(PING)
  assert.equal(seen.silent, [MAX + PING])
})

test('who spoke within the second is not asked', () => {
  const { clock, watch, seen } = made()
  watch.start()
  for (let i = 1; i <= 20; i++) {
    seen.activity_ms = i * PING - (PING - 1)
    clock.pass(PING)
  }
  assert.equal([seen.pings, seen.silent], [[], []])
  seen.activity_ms = 20 * PING
  clock.pass(PING)
  assert.equal(seen.pings, [21 * PING], 'and who did so a second ago is')
})

test('an answer to each PING keeps the peer for ever', () => {
  const { clock, watch, seen } = made()
  watch.start()
  for (let i = 1; i <= 100; i++) {
    clock.pass(PING)
    seen.activity_ms = i * PING + 3
  }
  assert.equal([seen.pings[0], seen.silent], [PING, []])
})

test('what waits in the socket because we do not read speaks for the peer, as long as that lasts', () => {
  const { clock, watch, seen } = made()
  watch.start()
  seen.is_reading = false
  clock.pass(5 * MAX)
  assert.equal([seen.pings.length, seen.silent], [5 * MAX / PING, []], 'asked all the same')
  seen.is_reading = true
  clock.pass(MAX - 1)
  assert.equal(seen.silent, [])
  clock.pass(1)
  assert.equal(seen.silent, [6 * MAX])
})

test('only time in which we did not read is forgiven', () => {
  const { clock, watch, seen } = made()
  watch.start()
  clock.pass(PING)
  seen.is_reading = false
  clock.pass(PING)
  seen.is_reading = true
  clock.pass(MAX - 1)
  assert.equal(seen.silent, [])
  clock.pass(1)
  assert.equal(seen.silent, [2 * PING + MAX])
})

test('time in which this process stood still counts for nobody', () => {
  for (const [late_ms, want] of [[LATE, 'silent'], [LATE + 1, 'spared'], [100 * MAX, 'spared']] as const) {
    const { clock, watch, seen } = make(new LateClock(START_MS))
    watch.start()
    clock.pass(MAX - 1)
    clock.stand_still(late_ms)
    clock.pass(1)
    assert.is(seen.silent.length === 1 ? 'silent' : 'spared', want, `${late_ms}`)
    if (want === 'silent') continue
    assert.is(seen.pings.at(-1), MAX + late_ms, 'asked')
    clock.pass(MAX - 1)
    assert.equal(seen.silent, [])
    clock.pass(1)
    assert.equal(seen.silent, [MAX + late_ms + MAX])
  }
})

test('looks that come a little late each forgive nothing', () => {
  const { clock, watch, seen } = make(new LateClock(START_MS))
  watch.start()
  for (let i = 0; i < 3; i++) {
    clock.stand_still(LATE)
    clock.pass(PING)
  }
  assert.equal([seen.pings, seen.silent], [[PING + LATE, 2 * (PING + LATE)], [3 * (PING + LATE)]])
})

test('after a stop there is no look any more', () => {
  const { clock, watch, seen } = made()
  watch.stop()
  watch.start()
  clock.pass(PING)
  watch.stop()
  watch.stop()
  assert.is(clock.waiting, 0)
  clock.pass(2 * MAX)
  assert.equal([seen.pings, seen.silent], [[PING], []])
})

test('a PING that ends the connection ends the watch', () => {
  const clock = new ManualClock(START_MS)
  const watch: SilenceWatch = new SilenceWatch(clock, {
    last_activity_ms: () => START_MS,
    is_reading: () => true,
    send_ping: () => watch.stop(),
    silent: () => assert.unreachable(),
  })
  watch.start()
  clock.pass(2 * MAX)
  assert.is(clock.waiting, 0)
})

test.run()
