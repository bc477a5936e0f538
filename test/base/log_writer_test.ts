import { Buffer } from 'node:buffer'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { Clock } from '../../src/base/clock.ts'
import { LOG_LINES_QUEUED_MAX } from '../../src/base/limits.ts'
import type { LogDevice } from '../../src/base/log_device.ts'
import { LogWriter } from '../../src/base/log_writer.ts'
import { suite } from '../harness.ts'

const test = suite('base/log_writer')

/** A writer whose device has `room` bytes of room, whose turns end and whose timers fire when the test says. */
function make_writer(room: number) {
  const turns: (() => void)[] = []
  const timers: (() => void)[] = []
  const state = { room, text: '', refuses: false, closed: 0, waits: 0, writes: 0, on_wait: () => {}, turns, timers }
  const device: LogDevice = {
    is_terminal: false,
    write(bytes, start) {
      state.writes++
      if (state.refuses) throw new Error('disk full')
      const count = Math.min(state.room, bytes.length - start)
      state.text += Buffer.from(bytes.subarray(start, start + count)).toString('latin1')
      state.room -= count
      return count
    },
    wait_ms: () => {
      state.waits++
      state.on_wait()
    },
    close: () => void state.closed++,
  }
  const clock: Clock = {
    now_ms: () => 0,
    wall_ms: () => 0,
    after(_, f) {
      timers.push(f)
      return { cancel: () => void timers.splice(timers.indexOf(f), 1) }
    },
    every: () => assert.unreachable() as never,
  }
  const options = { pid: 1, time: false, utc: true, colour: false, end_of_turn: (f: () => void) => void turns.push(f) }
  const writer = new LogWriter(device, options, clock)
  return {
    writer,
    state,
    end_turn: () => turns.splice(0).forEach((f) => f()),
    fire: () => timers.splice(0).forEach((f) => f()),
  }
}

test('lines of one turn go out in one write', () => {
  const { writer, state, end_turn } = make_writer(Infinity)
  writer.write('INF', 'a')
  writer.write('WRN', 'b')
  assert.is(state.text, '')
  assert.is(state.turns.length, 1)
  end_turn()
  assert.is(state.text, '[1] [INF] a\n[1] [WRN] b\n')
  assert.is(state.writes, 1)
})

test('a slow device gets the rest later, in order', () => {
  const { writer, state, end_turn, fire } = make_writer(5)
  writer.write('INF', 'first')
  end_turn()
  writer.write('INF', 'second')
  assert.is(state.text, '[1] [')
  assert.is(state.turns.length, 0)
  state.room = 12
  fire()
  state.room = Infinity
  fire()
  assert.is(state.text, '[1] [INF] first\n[1] [INF] second\n')
  assert.is(state.timers.length, 0)
})

test('above the bound lines are dropped, counted and told where they are missing', () => {
  const { writer, state, end_turn, fire } = make_writer(0)
  for (let i = 0; i < LOG_LINES_QUEUED_MAX + 3; i++) writer.write('INF', String(i))
  end_turn()
  // The batch in the works left the queue, so there is room again and the notice comes before the next line.
  writer.write('ERR', 'later')
  state.room = Infinity
  fire()
  const lines = state.text.trimEnd().split('\n')
  assert.is(lines.length, LOG_LINES_QUEUED_MAX + 2)
  assert.is(lines[LOG_LINES_QUEUED_MAX - 1], `[1] [INF] ${LOG_LINES_QUEUED_MAX - 1}`)
  assert.equal(lines.slice(-2), [
    '[1] [WRN] 3 log lines dropped, the log grows faster than it can be written',
    '[1] [ERR] later',
  ])
})

test('the notice comes also if no line follows', () => {
  const { writer, state, end_turn } = make_writer(Infinity)
  for (let i = 0; i < LOG_LINES_QUEUED_MAX + 1; i++) writer.write('INF', 'x')
  end_turn()
  assert.ok(state.text.endsWith('[1] [WRN] 1 log lines dropped, the log grows faster than it can be written\n'))
})

test('long lines are bounded by their characters', () => {
  const { writer, state } = make_writer(Infinity)
  const megabyte = 'x'.repeat(1024 * 1024)
  for (let i = 0; i < 20; i++) writer.write('TRC', megabyte)
  writer.flush_sync()
  assert.ok(state.text.length < 9 * 1024 * 1024)
  assert.match(state.text.slice(-100), /\n\[1\] \[WRN\] 13 log lines dropped/)
})

test('flush_sync waits for the device, and a fatal line is never dropped', () => {
  const { writer, state } = make_writer(0)
  for (let i = 0; i < LOG_LINES_QUEUED_MAX + 1; i++) writer.write('INF', 'x')
  writer.write('FTL', 'the end')
  state.on_wait = () => state.room = 10_000
  writer.flush_sync()
  assert.ok(state.text.endsWith('dropped, the log grows faster than it can be written\n[1] [FTL] the end\n'))
  assert.ok(state.waits > 0)
})

test('flush_sync stays with a device as long as it takes something', () => {
  const { writer, state } = make_writer(0)
  writer.write('FTL', 'x'.repeat(2000))
  state.on_wait = () => state.room = 1
  writer.flush_sync()
  assert.is(state.text.length, 2011)
})

test('flush_sync gives a device up that takes nothing', () => {
  const { writer, state } = make_writer(0)
  writer.write('FTL', 'the end')
  writer.flush_sync()
  assert.is(state.waits, 1000)
})

test('what a device refuses is counted, and nothing is tried until the next line', () => {
  const { writer, state, end_turn } = make_writer(Infinity)
  state.refuses = true
  writer.write('INF', 'a')
  writer.write('INF', 'b')
  end_turn()
  writer.write('INF', 'c')
  end_turn()
  assert.is(state.timers.length, 0)
  assert.is(state.writes, 2)
  state.refuses = false
  writer.write('INF', 'd')
  end_turn()
  assert.is(state.text, '[1] [WRN] 3 log lines dropped, the log grows faster than it can be written\n[1] [INF] d\n')
})

test('close flushes, and later lines are ignored', () => {
  const { writer, state, end_turn } = make_writer(Infinity)
  writer.write('INF', 'a')
  writer.close()
  writer.write('INF', 'b')
  end_turn()
  writer.close()
  writer.flush_sync()
  assert.is(state.text, '[1] [INF] a\n')
  assert.is(state.closed, 1)
})

test('whatever the device takes at a time, every byte arrives once and in order', () => {
  fc.assert(fc.property(fc.array(fc.string(), { maxLength: 20 }), fc.array(fc.nat(30)), (texts, rooms) => {
    const { writer, state, end_turn, fire } = make_writer(0)
    texts.forEach((text, i) => {
      writer.write('INF', text)
      if (i % 3 === 0) end_turn()
      state.room = rooms[i] ?? 0
      fire()
    })
    state.room = Infinity
    writer.flush_sync()
    const lines = texts.map((text) => `[1] [INF] ${text.replaceAll('\n', '\\n').replaceAll('\r', '\\r')}\n`)
    assert.is(Buffer.from(state.text, 'latin1').toString(), lines.join(''))
  }))
})

test.run()
