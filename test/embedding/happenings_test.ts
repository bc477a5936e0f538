import * as assert from 'uvu/assert'
import { EVENTS_REMEMBERED_MAX } from '../../src/base/limits.ts'
import { Happenings, type ServerEvent } from '../../src/embedding/happenings.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'

const test = suite('embedding/happenings')

const change = {
  ...{
    cid: 1,
    ip: '127.0.0.1',
    port: 5,
    name: 'n',
    account: '$G',
    user: '',
    lang: 'x',
    version: '1',
    is_websocket: false,
  },
  ended: null,
}
const make = () => new Happenings(new ManualClock())

test('listeners get the kinds that they asked for, until they have had enough', () => {
  const happenings = make(), clients: string[] = [], all: string[] = []
  const end = happenings.on('client', ({ text }) => clients.push(text))
  happenings.on('any', ({ kind }) => all.push(kind))
  happenings.tell({ kind: 'start', text: 'ready', at_ms: 1 })
  happenings.tell_client(change)
  end()
  happenings.tell_client(change)
  happenings.tell_client({ ...change, name: '', ended: 'Kicked' })
  assert.equal(clients, ['127.0.0.1:5 - cid:1 (n) has come'])
  assert.equal(all, ['listening', 'client', 'client', 'clientGone'])
})

test('an event says who it was about, why, and when', () => {
  const happenings = make(), seen: ServerEvent[] = []
  happenings.on('any', (event) => seen.push(event))
  happenings.tell({ kind: 'join', text: 'b joined', at_ms: 1000 })
  happenings.tell_client({ ...change, ended: 'Kicked' })
  assert.equal(seen[0], { kind: 'route', text: 'b joined', at: new Date(1000) })
  assert.is(seen[1].reason, 'Kicked')
  assert.equal(seen[1].client, {
    ...{ cid: 1, name: 'n', host: '127.0.0.1', port: 5, account: '$G', user: '', lang: 'x', version: '1' },
    websocket: false,
  })
})

test('iteration has each event from its beginning on, and ends with the server', async () => {
  const happenings = make()
  const events = happenings.events()
  const first = events.next()
  happenings.tell({ kind: 'lame_duck', text: 'a', at_ms: 1 })
  happenings.tell_client(change)
  assert.is((await first).value!.kind, 'lameDuck')
  assert.is((await events.next()).value!.kind, 'client')
  const last = events.next()
  happenings.end()
  happenings.end()
  assert.is((await last).value!.kind, 'stopped')
  assert.is((await events.next()).done, true)
  // Behind the end.
  const kinds = []
  for await (const { kind } of happenings.events()) kinds.push(kind)
  assert.equal(kinds, ['stopped'])
})

test('who does not keep up loses the oldest events', async () => {
  const happenings = make()
  const events = happenings.events()
  const first = events.next()
  for (let i = 0; i < EVENTS_REMEMBERED_MAX + 10; i++) happenings.tell({ kind: 'reload', text: String(i), at_ms: 1 })
  assert.is((await first).value!.text, '10')
  await events.return()
})

test('a listener that has an error of its own harms no other', () => {
  const happenings = make(), seen: string[] = [], thrown: unknown[] = []
  const report = globalThis.queueMicrotask
  globalThis.queueMicrotask = (f) => {
    try {
      f()
    } catch (error) {
      thrown.push(error)
    }
  }
  try {
    happenings.on('any', () => {
      throw new Error('mine')
    })
    happenings.on('any', ({ kind }) => seen.push(kind))
    happenings.end()
  } finally {
    globalThis.queueMicrotask = report
  }
  assert.equal(seen, ['stopped'])
  assert.equal(thrown.map(String), ['Error: mine'])
})

test.run()
