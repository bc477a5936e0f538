// Which links are there, missing, or known to one side only.
import * as assert from 'uvu/assert'
import { links_of, wholeness } from '../../src/page/links.ts'
import type { Seat } from '../../src/page/roster.ts'
import { suite } from '../harness.ts'
import { member, route, seat } from './rig.ts'

const test = suite('page/links')

const no_rates = { link: () => null }
const states = (seats: Seat[]) => links_of(seats, no_rates).map(({ key, state }) => `${key} ${state}`)

test('a route that both sides have is whole, one that one side has is one-sided, one that none has is missing', () => {
  const seats = [seat(0, member('A', ['B', 'C'])), seat(1, member('B', ['A'])), seat(2, member('C', []))]
  assert.equal(states(seats), ['m0-m1 whole', 'm0-m2 one_sided', 'm1-m2 missing'])
  assert.equal(wholeness(links_of(seats, no_rates)), { whole: 1, wanted: 3 })
})

test('who does not answer can neither confirm nor deny', () => {
  const mute = seat(1, member('B', null)), silent = seat(2, member('C', ['A']), { state: 'silent' })
  const one = seat(0, member('A', ['C']))
  assert.equal(states([one, mute, silent]), ['m0-m1 missing', 'm0-m2 unconfirmed', 'm1-m2 unconfirmed'])
  assert.equal(wholeness(links_of([one, mute, silent], no_rates)), { whole: 2, wanted: 3 })
})

test('a lost member has lost links, two lost ones have none, and who left has none either', () => {
  const lost = [1, 2].map((place) => seat(place, member('BC'[place - 1], ['A']), { state: 'lost' }))
  const left = seat(3, member('D', ['A']), { state: 'left' })
  const links = links_of([seat(0, member('A', ['B'])), ...lost, left], no_rates)
  assert.equal(links.map(({ key, state }) => `${key} ${state}`), ['m0-m1 lost', 'm0-m2 lost'])
  assert.equal(wholeness(links), { whole: 0, wanted: 0 })
})

test('nothing flows where there is no route, whatever was known of it', () => {
  const rates = { link: () => ({ msgs: 7, bytes: 7 }) }
  const lost = seat(1, member('B', ['A']), { state: 'lost' })
  const links = [
    ...links_of([seat(0, member('A', ['B'])), lost], rates),
    ...links_of([seat(0, member('A', [])), seat(1, member('B', []))], rates),
  ]
  assert.equal(links.map(({ there_rates, back_rates }) => [there_rates, back_rates]), [[null, null], [null, null]])
})

test('a link has the shorter round trip of both sides, and the rates of both directions', () => {
  const a = member('A', [route('B', { rtt_ms: 3 })]), b = member('B', [route('A', { rtt_ms: 2 })])
  const rates = { link: (from: string, to: string) => ({ msgs: from < to ? 1 : 2, bytes: 0 }) }
  const [link] = links_of([seat(0, a), seat(1, b)], rates)
  assert.equal([link.rtt_ms, link.there_rates?.msgs, link.back_rates?.msgs], [2, 1, 2])
  const [unknown] = links_of([
    seat(0, member('A', [route('B', { rtt_ms: null })])),
    seat(1, member('B', ['A'].slice(1))),
  ], rates)
  assert.is(unknown.rtt_ms, null)
})

test.run()
