import * as assert from 'uvu/assert'
import { EventList, EVENTS_MAX } from '../../src/page/event_list.ts'
import { suite } from '../harness.ts'
import { AT_MS, member, seat } from './rig.ts'

const test = suite('page/event_list')

const told = (place: number, ...events: [ms: number, kind: string, text: string][]) =>
  seat(
    place,
    member('AB'[place], [], {}, {
      events: events.map(([ms, kind, text]) => ({ at: new Date(AT_MS + ms).toISOString(), kind, text })),
    }),
  )
const shown = ({ events }: EventList) =>
  events.map(({ text, sources, is_bad }) => `${text} ${sources}${is_bad ? ' !' : ''}`)

test('what members tell again counts once, the newest first', () => {
  const list = new EventList()
  for (let i = 0; i < 3; i++) list.add_reports([told(0, [0, 'start', 'one'], [20_000, 'loss', 'two'])])
  assert.equal(shown(list), ['two a !', 'one a'])
  list.add_changes([{ kind: 'join', text: 'three', is_bad: false }], AT_MS + 10_000)
  assert.equal(shown(list), ['two a !', 'three this page', 'one a'])
})

test('the same words of several members within seconds are one event, that keeps its key', () => {
  const list = new EventList()
  list.add_reports([told(0, [0, 'join', 'c joined'])])
  const [{ key }] = list.events
  list.add_reports([told(0, [0, 'join', 'c joined']), told(1, [4_000, 'join', 'c joined'])])
  assert.equal([shown(list), list.events[0].key, list.events[0].at_ms], [['c joined a,b'], key, AT_MS])
  list.add_reports([told(1, [60_000, 'join', 'c joined'])])
  assert.equal(shown(list), ['c joined b', 'c joined a,b'])
  list.add_reports([told(1, [61_000, 'join', 'c joined'])])
  assert.is(list.events.length, 3, 'the same member tells of another time')
})

test('what can not be read is left out, and only so many are kept', () => {
  const list = new EventList()
  const wrong = seat(
    0,
    member('A', [], {}, { events: [{ at: 'soon', text: 'x' }, { at: new Date(0).toISOString() }, {}] }),
  )
  list.add_reports([wrong])
  assert.equal(shown(list), [])
  for (let i = 0; i < EVENTS_MAX + 10; i++) list.add_changes([{ kind: 'x', text: `${i}`, is_bad: false }], AT_MS + i)
  assert.equal([list.events.length, list.events[0].text], [EVENTS_MAX, `${EVENTS_MAX + 9}`])
  list.add_reports([told(0, [5, 'start', 'old'])])
  assert.is(list.events.some(({ text }) => text === 'old'), false)
})

test.run()
