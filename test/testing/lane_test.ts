import * as assert from 'uvu/assert'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import { seeded_random } from '../../src/base/prng.ts'
import { type Faults, NO_FAULTS } from '../../src/testing/faults.ts'
import { Lane } from '../../src/testing/lane.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'

const test = suite('testing/lane')

function make(wrong: Partial<Faults> = {}) {
  const clock = new ManualClock(100)
  const faults = { ...NO_FAULTS, ...wrong }
  const rig = { clock, faults, got: '', takes: true, moved: 0 }
  const lane = new Lane(clock, () => ({ faults, random: seeded_random(1) }), {
    give(bytes) {
      rig.got += latin1_text(bytes)
      return rig.takes
    },
    moved: () => void rig.moved++,
  })
  const put = (text: string) => lane.put(latin1_bytes(text))
  return Object.assign(rig, { lane, put })
}

test('where nothing is wrong all goes straight through', () => {
  const { lane, put, clock, ...rig } = make()
  assert.is(lane.is_straight, true)
  put('a')
  assert.equal([rig.got === '', lane.is_empty, clock.waiting], [true, true, 0])
})

test('what is delayed keeps its order, and a mark is behind it', () => {
  const rig = make({ delay_ms: 50, jitter_ms: 20 })
  rig.put('a')
  rig.put('b')
  rig.lane.mark(() => void (rig.got += '|'))
  rig.clock.pass(49)
  assert.is(rig.got, '')
  rig.clock.pass(25)
  assert.is(rig.got, 'ab|')
  assert.equal([rig.lane.is_empty, rig.clock.waiting], [true, 0])
})

test('a lane that was healed lets go of all at once', () => {
  const rig = make({ delay_ms: 5_000 })
  rig.put('a')
  rig.faults.delay_ms = 0
  rig.lane.pump()
  assert.is(rig.got, 'a')
  assert.is(rig.clock.waiting, 0)
})

test('what is lost stays until it is healed, as TCP would send it again', () => {
  const rig = make({ lost: true })
  rig.put('a')
  rig.lane.mark(() => void (rig.got += '|'))
  rig.clock.pass(60_000)
  assert.is(rig.got, '')
  rig.faults.lost = false
  rig.lane.pump()
  assert.is(rig.got, 'a|')
})

test('nothing leaves a process that stands still', () => {
  const rig = make()
  rig.lane.held = true
  rig.put('a')
  assert.equal([rig.got, rig.lane.is_straight], ['', false])
  rig.lane.held = false
  rig.lane.pump()
  assert.is(rig.got, 'a')
})

test('who takes no more is asked again by go_on only, but a mark without bytes in front of it passes', () => {
  const rig = make()
  rig.takes = false
  rig.put('a')
  rig.lane.mark(() => void (rig.got += '|'))
  rig.put('b')
  rig.lane.mark(() => void (rig.got += '!'))
  assert.equal([rig.got, rig.lane.is_busy], ['a|', true])
  rig.lane.go_on()
  assert.is(rig.got, 'a|b!')
})

test('a slow reader takes its time, and whoever writes waits from the first byte on', () => {
  const rig = make({ bytes_per_second: 1_000 })
  assert.is(rig.lane.is_full, false)
  rig.put('x'.repeat(8_192))
  assert.is(rig.lane.is_full, true)
  rig.clock.pass(4_095)
  assert.is(rig.got.length, 0)
  rig.clock.pass(1)
  assert.is(rig.got.length, 4_096)
  rig.clock.pass(4_096)
  assert.equal([rig.got.length, rig.lane.is_full, rig.moved], [8_192, false, 2])
})

test('a reader that has stopped takes nothing, and sets no timer', () => {
  const rig = make({ bytes_per_second: 0 })
  rig.put('a')
  rig.clock.pass(1_000_000)
  assert.equal([rig.got, rig.clock.waiting], ['', 0])
})

test('what a wire holds has a bound', () => {
  const rig = make({ lost: true })
  rig.put('x'.repeat(1024 * 1024))
  assert.is(rig.lane.is_full, false)
  rig.put('x')
  assert.is(rig.lane.is_full, true)
})

test('what was in it can be thrown away', () => {
  const rig = make({ delay_ms: 10 })
  rig.put('a')
  rig.lane.clear()
  rig.clock.pass(100)
  assert.equal([rig.got, rig.clock.waiting], ['', 0])
})

test.run()
