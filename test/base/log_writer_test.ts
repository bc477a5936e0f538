import { Buffer } from 'node:buffer'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { Clock } from '../../src/base/clock.ts'
import { LOG_LINES_QUEUED_MAX } from '../../src/base/limits.ts'
import type { LogDevice } from '../../src/base/log_device.ts'
import { format_line, type LineFormat } from '../../src/base/log_line.ts'
import { LogWriter } from '../../src/base/log_writer.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'

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
  const style = { time: false, utc: true, colour: false }
  const format: LineFormat = (wall_ms, level, text) => format_line(1, wall_ms, level, text, style)
  const writer = new LogWriter(device, format, clock, (f) => void turns.push(f))
  return {
    writer,
    state,
    end_turn: () => turns.splice(0).forEach((f) => f()),
    fire: () => timers.splice(0).forEach((f) => f()),
    timers_left: () => timers.length,
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

test('what another device is given begins with a whole line', () => {
  const { writer, state, end_turn, timers_left } = make_writer(0)
  for (const text of ['one', 'two', 'three']) writer.write('INF', text)
  state.room = 15
  end_turn()
  writer.write('INF', 'four')
  let text = ''
  const second: LogDevice = {
    is_terminal: false,
    write: (bytes, start) => {
      text += Buffer.from(bytes.subarray(start)).toString()
      return bytes.length - start
    },
    close() {},
  }
  writer.replace(second, (_, level, text) => `${level} ${text}\n`)
  writer.close()
  assert.is(state.text, '[1] [INF] one\n[')
  assert.is(state.closed, 1)
  assert.is(timers_left(), 0)
  // Those of the batch in the works are as they were; the rest is in the new form.
  assert.is(
    text,
    '[1] [INF] three\nINF four\nWRN 1 log lines dropped, the log grows faster than it can be written\n',
  )
})

/** A device that takes a line at a time when it is told to, and whose lines leave it when that is told. */
function patient_device() {
  const state = { text: '', room: 0, left: true, ready: null as (() => void) | null, asked: 0 }
  const device: LogDevice = {
    is_terminal: false,
    write(bytes, start) {
      state.asked++
      if (state.room-- <= 0) return 0
      const end = bytes.indexOf(10, start) + 1
      state.text += Buffer.from(bytes.subarray(start, end)).toString()
      return end - start
    },
    when_ready: (f) => void (state.ready = f),
    drained: () => Promise.resolve(state.left),
    close() {},
  }
  return { device, state }
}

test('a device that says when it is ready is not asked before', () => {
  const { device, state } = patient_device()
  const clock = new ManualClock()
  const writer = new LogWriter(device, (_, level, text) => `${level} ${text}\n`, clock)
  writer.write('INF', 'one')
  clock.pass(1)
  writer.write('INF', 'two')
  clock.pass(1000)
  assert.equal([state.asked, clock.waiting], [1, 0])
  state.room = 2
  state.ready!()
  assert.is(state.text, 'INF one\nINF two\n')
  state.ready!()
  assert.is(state.asked, 3)
})

test('the end waits for what has to leave the device, while it takes something', async () => {
  const { device, state } = patient_device()
  const writer = new LogWriter(device, (_, level, text) => `${level} ${text}\n`, new ManualClock())
  for (const text of ['one', 'two']) writer.write('INF', text)
  state.room = 1
  const flushed = writer.flush()
  state.room = 1
  await flushed
  assert.is(state.text, 'INF one\nINF two\n')
})

test('the end does not wait for a device from which nothing leaves, and not for ever for one that is silent', async () => {
  const { device, state } = patient_device()
  const clock = new ManualClock()
  const writer = new LogWriter(device, (_, level, text) => `${level} ${text}\n`, clock)
  writer.write('INF', 'one')
  state.left = false
  await writer.flush()
  device.drained = () => new Promise(() => {})
  const flushed = writer.flush()
  clock.pass(1000)
  await flushed
  assert.is(state.text, '')
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
