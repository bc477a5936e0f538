import * as assert from 'uvu/assert'
import { Keepalive, type KeepaliveOptions } from '../../src/connection/keepalive.ts'
import { ManualClock } from '../manual_clock.ts'
import { suite } from '../harness.ts'

const test = suite('connection/keepalive')

function make(options: Partial<KeepaliveOptions> = {}) {
  const clock = new ManualClock(1000)
  const seen = { pings: [] as number[], stale: [] as number[], activity_ms: -1e9 }
  const keepalive = new Keepalive(clock, {
    interval_ms: 100,
    max: 2,
    spare_active: false,
    send_ping: () => seen.pings.push(clock.now_ms() - 1000),
    stale: () => seen.stale.push(clock.now_ms() - 1000),
    last_activity_ms: () => seen.activity_ms,
    ...options,
  })
  return { clock, keepalive, seen }
}

test('PINGs go out every interval as long as they are answered', () => {
  const { clock, keepalive, seen } = make()
  keepalive.start(30)
  for (let i = 0; i < 50; i++) {
    clock.pass(10)
    keepalive.pong()
  }
  assert.equal([seen.pings, seen.stale], [[30, 130, 230, 330, 430], []])
})

test('when as many PINGs as allowed are unanswered the next one is the end', () => {
  const { clock, keepalive, seen } = make({ max: 3 })
  keepalive.start(100)
  clock.pass(10_000)
  assert.equal([seen.pings, seen.stale], [[100, 200, 300], [400]])
  assert.is(clock.waiting, 0)
})

test('one PONG makes good for all PINGs before it', () => {
  const { clock, keepalive, seen } = make()
  keepalive.start(100)
  clock.pass(250)
  keepalive.pong()
  clock.pass(200)
  assert.equal([seen.pings, seen.stale], [[100, 200, 300, 400], []])
  clock.pass(100)
  assert.equal(seen.stale, [500])
})

test('with no PING allowed to be unanswered the first tick is the end', () => {
  const { clock, keepalive, seen } = make({ max: 0 })
  keepalive.start(100)
  clock.pass(500)
  assert.equal([seen.pings, seen.stale], [[], [100]])
})

test('the round trip is that of the first unanswered PING, in microseconds, and never nothing', () => {
  const { clock, keepalive } = make()
  assert.is(keepalive.rtt_us, undefined)
  keepalive.pong()
  assert.is(keepalive.rtt_us, undefined)
  keepalive.start(0)
  clock.pass(0)
  keepalive.pong()
  assert.is(keepalive.rtt_us, 1)
  clock.pass(100)
  clock.pass(2.5)
  keepalive.pong()
  assert.is(keepalive.rtt_us, 2500)
  clock.pass(97.5 + 120)
  keepalive.pong()
  assert.is(keepalive.rtt_us, 120_000)
  keepalive.pong()
  assert.is(keepalive.rtt_us, 120_000)
})

test('a peer that sends is spared, once its round trip is known', () => {
  const { clock, keepalive, seen } = make({ spare_active: true })
  keepalive.start(100)
  for (let i = 0; i < 10; i++) {
    clock.pass(50)
    seen.activity_ms = clock.now_ms()
    if (i === 2) keepalive.pong()
  }
  assert.equal(seen.pings, [100])
  clock.pass(300)
  assert.equal(seen.pings, [100, 600, 700])
})

test('routes are not spared', () => {
  const { clock, keepalive, seen } = make({ spare_active: false })
  keepalive.start(100)
  for (let i = 0; i < 10; i++) {
    clock.pass(50)
    seen.activity_ms = clock.now_ms()
    keepalive.pong()
  }
  assert.equal(seen.pings, [100, 200, 300, 400, 500])
})

test('an old round trip is measured again although the peer is active', () => {
  const { clock, keepalive, seen } = make({ spare_active: true, interval_ms: 600_000 })
  keepalive.start(0)
  clock.pass(0)
  keepalive.pong()
  for (let i = 0; i < 14; i++) {
    seen.activity_ms = clock.now_ms() + 599_000
    clock.pass(600_000)
    keepalive.pong()
  }
  assert.equal(seen.pings, [0, 4_200_000, 8_400_000])
})

test('the first PING comes soon, a little later for some, but not later than the interval says', () => {
  const first = (interval_ms: number, random: number) => {
    const { clock, keepalive, seen } = make({ interval_ms })
    keepalive.start_soon(2000, { next: () => random, below: () => 0 })
    clock.pass(3000)
    return seen.pings[0]
  }
  assert.equal([first(120_000, 0), first(120_000, 0.5), first(500, 0)], [2000, 2200, 500])
})

test('starting again replaces the time of the next PING, and stop ends it', () => {
  const { clock, keepalive, seen } = make()
  keepalive.start(10)
  keepalive.start(50)
  assert.is(clock.waiting, 1)
  clock.pass(60)
  assert.equal(seen.pings, [50])
  keepalive.stop()
  keepalive.stop()
  clock.pass(1000)
  assert.equal([seen.pings, seen.stale, clock.waiting], [[50], [], 0])
})

test.run()
