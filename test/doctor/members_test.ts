import * as assert from 'uvu/assert'
import { by_value, groups_text, listed, member_place, members_of } from '../../src/doctor/members.ts'
import { suite } from '../harness.ts'
import { dial, facts, monitor, said, target, three } from './facts_rig.ts'

const test = suite('doctor/members')

test('what answered at several doors is one member, and what did not answer is none', () => {
  const members = members_of(three())
  assert.equal(members.map(({ name, dials, monitor }) => [name, dials.length, monitor !== null]), [
    ...[['a', 2, true], ['b', 2, true], ['c', 2, true]],
  ])
  assert.equal(members_of(facts([dial(null, { trouble: 'refused' })])), [])
  assert.is(member_place(members[0]), 'server "a"')
})

test('what a member says to clients counts before what it says elsewhere', () => {
  const route = dial(said('a', { connect_urls: [] }), { target: target({ door: 'route' }) })
  const http = dial(said('a', { connect_urls: [] }), { target: target({ door: 'monitor' }), monitor: monitor([]) })
  const [member] = members_of(facts([route, http, dial(said('a'))]))
  assert.is(member.said.connect_urls.length, 2)
  assert.ok(member.monitor)
})

test('lists of words, and values by how many have them', () => {
  assert.equal([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listed), ['', 'a', 'a and b', 'a, b and c'])
  const members = members_of(three({ a: { said: { max_payload: 5 } } }))
  const groups = by_value(members, ({ said }) => said.max_payload)
  assert.is(groups_text(groups), '1048576 (b, c), 5 (a)')
  assert.equal(by_value(members, () => null), [])
})

test.run()
