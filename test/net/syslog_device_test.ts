// A syslog that comes and goes: nothing is lost but what is above the bounds, and nothing waits for it. Links and time are made up.
import { Buffer } from 'node:buffer'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { LOG_LINES_QUEUED_MAX, SYSLOG_REDIAL_MS, SYSLOG_UNDER_WAY_BYTES_MAX } from '../../src/base/limits.ts'
import type { Level } from '../../src/base/log.ts'
import { LogWriter } from '../../src/base/log_writer.ts'
import { SyslogDevice } from '../../src/net/syslog_device.ts'
import type { LinkEvents } from '../../src/net/syslog_link.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'

const test = suite('net/syslog_device')

/** One dialled link. What it is sent leaves when the test says so, at once if `leaves`. */
interface FakeLink {
  readonly events: LinkEvents
  /** What has left it. */
  text: string
  waiting: { text: string; left: () => void }[]
  ended: '' | 'closed' | 'destroyed'
}

function make({ datagram_bytes_max = 0, leaves = true } = {}) {
  const clock = new ManualClock()
  const links: FakeLink[] = []
  const said: string[] = []
  const state = { leaves }
  const leave = (link: FakeLink) => {
    for (const { text, left } of link.waiting.splice(0)) {
      link.text += text
      left()
    }
  }
  const device = new SyslogDevice(
    (events) => {
      const link: FakeLink = { events, text: '', waiting: [], ended: '' }
      links.push(link)
      return {
        datagram_bytes_max,
        send(bytes, left) {
          link.waiting.push({ text: Buffer.from(bytes).toString(), left })
          if (state.leaves) leave(link)
        },
        close: () => void (link.ended ||= 'closed'),
        destroy: () => void (link.ended ||= 'destroyed'),
      }
    },
    clock,
    { lost: (cause) => void said.push(`lost ${cause}`), back: (cause) => void said.push(`back ${cause}`) },
  )
  const give = (text: string) => device.write(Buffer.from(text), 0)
  return { clock, links, said, device, give, leave, state, last: () => links.at(-1)! }
}

test('nothing is taken before it is open, and then whoever waits is told', () => {
  const { device, give, last } = make()
  assert.is(give('a\n'), 0)
  let ready = 0
  device.when_ready(() => void ready++)
  last().events.open()
  assert.is(ready, 1)
  assert.is(give('a\nb\n'), 4)
  assert.is(last().text, 'a\nb\n')
})

test('one that can not be reached is told at the start, and dialled again after longer and longer pauses', async () => {
  const { device, clock, links, said, last } = make()
  last().events.lost('refused')
  const error = await device.opened().catch((each: Error) => each)
  assert.is((error as Error).message, 'refused')
  const dials: number[] = []
  for (let ms = 0; ms < 30_000; ms += 50) {
    clock.pass(50)
    if (links.length === dials.length + 1) continue
    dials.push(clock.now_ms())
    last().events.lost('refused')
  }
  const pauses = dials.map((at, i) => at - (dials[i - 1] ?? 0))
  assert.equal(pauses.slice(0, 8), [100, 200, 400, 800, 1600, 3200, 5000, 5000])
  assert.equal(said, ['lost refused'], 'said once')
  clock.pass(5000)
  last().events.open()
  assert.equal(said, ['lost refused', 'back refused'])
  device.close()
  assert.is(last().ended, 'closed')
})

test('a dial without an answer is given up', () => {
  const { clock, links, said } = make()
  clock.pass(5_000)
  assert.equal([said.length, links[0].ended], [1, 'destroyed'])
  clock.pass(SYSLOG_REDIAL_MS)
  assert.is(links.length, 2)
})

test('what had not left goes over the next link, whole and in order', () => {
  const { clock, links, give, last, leave, state } = make({ leaves: false })
  last().events.open()
  for (const text of ['one\n', 'two\n', 'three\n']) give(text)
  links[0].waiting.splice(0, 1).forEach(({ left }) => left())
  links[0].events.lost('reset')
  links[0].waiting.forEach(({ left }) => left())
  clock.pass(SYSLOG_REDIAL_MS)
  state.leaves = true
  last().events.open()
  assert.is(give('four\n'), 5)
  leave(last())
  assert.is(links[1].text, 'two\nthree\nfour\n')
  assert.is(links[0].ended, 'destroyed')
  links[0].events.lost('again')
  assert.is(links.length, 2, 'the former link has no say')
})

test('no more is under way than is bounded', () => {
  const { device, give, last, leave } = make({ leaves: false })
  last().events.open()
  const line = 'x'.repeat(9_999) + '\n'
  let taken = 0
  while (give(line) > 0) taken += line.length
  assert.ok(taken >= SYSLOG_UNDER_WAY_BYTES_MAX && taken < SYSLOG_UNDER_WAY_BYTES_MAX + 20_000)
  let ready = false
  device.when_ready(() => void (ready = true))
  leave(last())
  assert.ok(ready)
  assert.is(give(line), line.length)
})

test('a stream gets lines together, datagrams one each, and cut where they are too long', () => {
  const stream = make()
  stream.last().events.open()
  assert.is(stream.give(`${'a'.repeat(10_000)}\n${'b'.repeat(5_000)}\n${'c'.repeat(5_000)}\n`), 15_002)
  assert.is(stream.give(`${'d'.repeat(50_000)}\ne\n`), 50_001)
  const datagrams = make({ datagram_bytes_max: 10, leaves: false })
  datagrams.last().events.open()
  assert.is(datagrams.give('a\nb\n'), 2)
  assert.is(datagrams.give(`${'c'.repeat(20)}\nd\n`), 21)
  assert.equal(datagrams.last().waiting.map(({ text }) => text), ['a\n', 'c'.repeat(10)])
})

test('the end waits for what is under way, but not without a link', async () => {
  const { device, give, last, leave } = make({ leaves: false })
  assert.is(await device.drained(), false)
  last().events.open()
  assert.is(await device.drained(), true)
  give('a\n')
  const drained = device.drained()
  leave(last())
  assert.is(await drained, true)
  give('b\n')
  const cut = device.drained()
  last().events.lost('reset')
  assert.is(await cut, false)
})

test('closed before it was open, it is never heard of again', () => {
  const { device, clock, links, said, last } = make()
  device.close()
  assert.is(last().ended, 'destroyed')
  last().events.open()
  last().events.lost('late')
  clock.pass(60_000)
  assert.equal([links.length, said, clock.waiting], [1, [], 0])
})

test('whatever becomes of the links, every line arrives whole, in order, and at most the last twice', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.constant('line' as const) },
    { weight: 2, arbitrary: fc.constant('leave' as const) },
    { weight: 5, arbitrary: fc.constantFrom('open' as const, 'lost' as const, 'pass' as const) },
  )
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(0, 1000), (steps, datagram_bytes_max) => {
    const rig = make({ datagram_bytes_max, leaves: false })
    const format = (_: number, level: Level, text: string) => `${level} ${text}\n`
    const writer = new LogWriter(rig.device, format, rig.clock)
    let lines = 0
    for (const each of steps) {
      if (each === 'line') writer.write('INF', `${lines++}`)
      else if (each === 'pass') rig.clock.pass(120)
      else if (rig.last().ended !== '') continue
      else if (each === 'leave') rig.leave(rig.last())
      else rig.last().events[each]('x')
      rig.clock.pass(1)
    }
    rig.state.leaves = true
    for (let i = 0; i < 3; i++) {
      rig.clock.pass(5_000)
      if (rig.last().ended === '') rig.last().events.open()
    }
    rig.leave(rig.last())
    rig.clock.pass(10)
    const texts = rig.links.map(({ text }) => text)
    assert.ok(texts.every((text) => text === '' || text.endsWith('\n')))
    const numbers = texts.flatMap((text) => [...text.matchAll(/^INF (\d+)$/gm)].map((match) => Number(match[1])))
    assert.equal([...new Set(numbers)], Array.from({ length: lines }, (_, i) => i))
  }))
})

test('while it is away lines wait up to their bound, and then it hears how many are missing', () => {
  const { device, clock, last } = make()
  const writer = new LogWriter(device, (_, level, text) => `${level} ${text}\n`, clock)
  for (let i = 0; i < LOG_LINES_QUEUED_MAX + 5; i++) writer.write('INF', `${i}`)
  clock.pass(1)
  writer.flush_sync()
  last().events.open()
  clock.pass(1)
  const lines = last().text.trimEnd().split('\n')
  assert.is(lines.length, LOG_LINES_QUEUED_MAX + 1)
  assert.is(lines.at(-1), 'WRN 5 log lines dropped, the log grows faster than it can be written')
})

test.run()
