// What the page says of the difference between two looks.
import * as assert from 'uvu/assert'
import { changes_between, seen_of } from '../../src/page/changes.ts'
import { links_of } from '../../src/page/links.ts'
import type { MemberAnswer } from '../../src/page/mesh_answer.ts'
import type { Seat } from '../../src/page/roster.ts'
import { suite } from '../harness.ts'
import { AT_MS, member, seat } from './rig.ts'

const test = suite('page/changes')

const no_rates = { link: () => null }
const told = (before: Seat[], after: Seat[]) =>
  changes_between(seen_of(before, links_of(before, no_rates)), after, links_of(after, no_rates))
    .map(({ kind, text, is_bad }) => `${is_bad ? '!' : ' '} ${kind}: ${text}`)
const pair = (a: string[], b: string[]) => [seat(0, member('A', a)), seat(1, member('B', b))]
const one = (change: Partial<Seat>, answer: MemberAnswer = member('A', [])) => [seat(0, answer, change)]

test('nothing new is nothing to say', () => {
  assert.equal(told(pair(['B'], ['A']), pair(['B'], ['A'])), [])
})

test('members come, are lost, are silent, leave, and come back', () => {
  assert.equal(told([], one({})), ['  join: a has joined'])
  const lost = one({ state: 'lost' }), later = AT_MS + 5_000
  assert.equal(told(one({}), lost), ['! loss: a is lost: nobody has a route to it'])
  assert.equal(told(one({}), one({ state: 'silent' })), [
    '! silence: a does not answer, though others have routes to it',
  ])
  assert.equal(told(lost, one({ state: 'left' })), ['  leave: a has left: nobody looks for it'])
  assert.equal(told(lost, one({ since_ms: later })), ['  join: a is back after 5 s'])
  assert.equal(told(one({ state: 'silent' }), one({ since_ms: later })), ['  join: a answers again after 5 s'])
  assert.equal(told(lost, one({ id: 'X', since_ms: later })), ['  restart: a is back after 5 s, started anew'])
})

test('routes between members that stay are told of, in both directions', () => {
  const [whole, one_sided, missing] = [pair(['B'], ['A']), pair(['B'], []), pair([], [])]
  assert.equal(told(whole, missing), ['! route_loss: a and b have no route to each other'])
  assert.equal(told(whole, one_sided), ['! route_loss: Only a has a route to b, not the other way round'])
  assert.equal(told(whole, pair([], ['A'])), ['! route_loss: Only b has a route to a, not the other way round'])
  assert.equal(told(missing, whole), ['  route: The route between a and b is whole again'])
  assert.equal(told(whole, [whole[0], { ...missing[1], state: 'lost' }]).length, 1, 'the loss alone')
})

test('slow consumers and new configurations are told of', () => {
  const config = { config_load_time: 'then', config_digest: 'x' }
  const before = one({}, member('A', [], { slow_consumers: 1, ...config }))
  assert.equal(told(before, one({}, member('A', [], { slow_consumers: 3, ...config }))), [
    '! slow_consumer: a has cut 2 slow consumers',
  ])
  assert.equal(told(before, one({}, member('A', [], { slow_consumers: 1, ...config, config_load_time: 'now' }))), [
    '  reload: a has a new configuration',
  ])
})

test.run()
