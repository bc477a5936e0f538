import * as assert from 'uvu/assert'
import { Origin } from '../../src/actor/envelope.ts'
import { Delivery, may_pass, names_its_groups, Subscriber } from '../../src/broker/one_hop.ts'
import { suite } from '../harness.ts'

const test = suite('broker/one_hop')

test('the whole rule', () => {
  const { client, route } = Subscriber
  const rule: [origin: Origin, to: 0 | 1, why: keyof typeof Delivery, passes: boolean][] = [
    [Origin.client, client, 'plain', true],
    [Origin.client, client, 'queue', true],
    [Origin.client, client, 'reply', true],
    [Origin.client, route, 'plain', true],
    [Origin.client, route, 'queue', true],
    [Origin.client, route, 'reply', true],
    [Origin.route, client, 'plain', true],
    [Origin.route, client, 'queue', true],
    [Origin.route, client, 'reply', true],
    [Origin.route, route, 'plain', false],
    [Origin.route, route, 'queue', true],
    [Origin.route, route, 'reply', true],
  ]
  for (const [origin, to, why, passes] of rule) {
    assert.is(may_pass({ origin }, to, Delivery[why]), passes, `${origin} ${to} ${why}`)
  }
  const cells = Object.keys(Origin).length * Object.keys(Subscriber).length * Object.keys(Delivery).length
  assert.is(rule.length, cells, 'A new kind needs its cells here')
})

test('a route names the groups it chose; a client leaves the choice open', () => {
  assert.equal([names_its_groups({ origin: Origin.client }), names_its_groups({ origin: Origin.route })], [false, true])
})

test.run()
