import * as assert from 'uvu/assert'
import { system_clock } from '../../src/base/clock.ts'
import { suite } from '../harness.ts'

const test = suite('base/clock')

test('the clock does not go backwards, and its wall time is that of the machine', () => {
  const clock = system_clock()
  let last = clock.now_ms()
  for (let i = 0; i < 1000; i++) {
    const now = clock.now_ms()
    assert.ok(now >= last)
    last = now
  }
  assert.ok(Math.abs(clock.wall_ms() - Date.now()) < 1000)
})

test('after calls once, not before its time', async () => {
  const clock = system_clock()
  const start = clock.now_ms()
  let calls = 0
  await new Promise<void>((resolve) =>
    clock.after(20, () => {
      calls++
      resolve()
    })
  )
  // Timers of the runtime round to whole milliseconds.
  assert.ok(clock.now_ms() - start >= 18)
  await new Promise<void>((resolve) => void clock.after(30, resolve))
  assert.is(calls, 1)
})

test('every calls again and again until it is cancelled', async () => {
  const clock = system_clock()
  let calls = 0
  await new Promise<void>((resolve) => {
    const timer = clock.every(2, () => {
      if (++calls < 3) return
      timer.cancel()
      resolve()
    })
  })
  await new Promise<void>((resolve) => void clock.after(20, resolve))
  assert.is(calls, 3)
})

test('what is cancelled does not happen', async () => {
  for (const weak of [false, true]) {
    const clock = system_clock(weak)
    let happened = false
    clock.after(1, () => happened = true).cancel()
    clock.every(1, () => happened = true).cancel()
    await new Promise<void>((resolve) => void system_clock().after(15, resolve))
    assert.not(happened)
  }
})

test.run()
