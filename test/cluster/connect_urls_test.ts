import * as assert from 'uvu/assert'
import { ConnectUrls } from '../../src/cluster/connect_urls.ts'
import { suite } from '../harness.ts'

const test = suite('cluster/connect_urls')

test('a server that never had a peer with addresses tells none', () => {
  const urls = new ConnectUrls(['own:1'])
  urls.add('A', [])
  urls.remove('A')
  assert.is(urls.update(false), false)
  assert.is(urls.told, null)
})

test('own addresses come first, then the union without repetitions', () => {
  const urls = new ConnectUrls(['own:1', 'own:2'])
  urls.add('A', ['a:1', 'a:2', 'own:2', 'a:1'])
  assert.ok(urls.update(false))
  urls.add('B', ['a:2', 'b:1'])
  assert.ok(urls.update(false))
  assert.equal(urls.told, ['own:1', 'own:2', 'a:1', 'a:2', 'b:1'])
})

test('an address stays until its last peer is gone, and no change is no change', () => {
  const urls = new ConnectUrls(['own:1'])
  urls.add('A', ['x:1'])
  assert.ok(urls.update(false))
  urls.add('B', ['x:1'])
  assert.is(urls.update(false), false)
  urls.remove('A')
  urls.remove('A')
  assert.is(urls.update(false), false)
  urls.remove('B')
  assert.ok(urls.update(false))
  assert.equal(urls.told, ['own:1'])
})

test('in lame duck mode own addresses are left out', () => {
  const urls = new ConnectUrls(['own:1'])
  urls.add('A', ['a:1'])
  urls.update(false)
  assert.ok(urls.update(true))
  assert.equal(urls.told, ['a:1'])
  urls.remove('A')
  assert.ok(urls.update(true))
  assert.equal(urls.told, [])
})

test.run()
