import * as assert from 'uvu/assert'
import { type Asked, missing_interest, missing_routes, standing_routes } from '../../src/testing/missing.ts'
import { suite } from '../harness.ts'

const test = suite('testing/missing')

const member = (name: string, routes: string[], clients = 0, peers: string[] = [], state = 'running'): Asked => ({
  ...{ name, state },
  inner: { peer_names: () => routes, takers: () => Promise.resolve({ clients, peers }) },
})

test('routes that are not there, in both directions', () => {
  assert.equal(missing_routes([member('a', ['b', 'c']), member('b', ['a']), member('c', ['b'])]), [
    'b has no route to c',
    'c has no route to a',
  ])
  assert.equal(missing_routes([member('a', [])]), [])
})

test('routes that are still there, as far as somebody runs who has them', () => {
  const here = [member('a', ['b', 'c'])], there = [member('b', ['a'], 0, [], 'frozen'), member('c', ['b'])]
  assert.equal(standing_routes(here, there), ['a has a route to b', 'a has a route to c'])
})

test('who does not know of subscribers', async () => {
  const a = member('a', [], 1, []), b = member('b', [], 0, ['a']), c = member('c', [])
  assert.equal(await missing_interest([a, b, c], null, 'x', '$G'), ['c has not heard of subject x'])
  assert.equal(await missing_interest([a, b, c], a, 'x', '$G'), ['c has not heard of subject x from a'])
  assert.equal(await missing_interest([a, b, c], c, 'x', '$G'), [
    'a has not heard of subject x from c',
    'b has not heard of subject x from c',
    'c has no subscriber to x',
  ])
  assert.equal(await missing_interest([member('d', [], 1, [], 'stopped')], null, 'x', '$G'), ['d is stopped'])
})

test.run()
