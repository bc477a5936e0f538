import * as assert from 'uvu/assert'
import { ClientPaces } from '../../src/testing/client_paces.ts'
import { suite } from '../harness.ts'

const test = suite('testing/client_paces')
const client = (name: string, port = 1) => ({ name, host: '127.0.0.1', port })

test('a client is as slow as the newest rule that it fits says', () => {
  const paces = new ClientPaces()
  assert.is(paces.of(client('a')), Infinity)
  paces.set('a', 10)
  paces.set(({ port }) => port === 2, 20)
  assert.equal([paces.of(client('a')), paces.of(client('a', 2)), paces.of(client('b'))], [10, 20, Infinity])
  paces.set('a', 0)
  assert.is(paces.of(client('a', 2)), 0)
  paces.clear()
  assert.is(paces.of(client('a')), Infinity)
})

test('nobody reads less than nothing', () => {
  for (const pace of [-1, NaN]) {
    assert.throws(() => new ClientPaces().set('a', pace), `bytes per second are 0 or more, not ${pace}`)
  }
})

test.run()
