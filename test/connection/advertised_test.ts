import * as assert from 'uvu/assert'
import { advertised, client_urls } from '../../src/connection/advertised.ts'
import { suite } from '../harness.ts'

const test = suite('connection/advertised')

test('an address to advertise has a host, and a port or the one of the listener', () => {
  assert.equal(advertised('h:1', 4222), { host: 'h', port: 1 })
  assert.equal(advertised('h', 4222), { host: 'h', port: 4222 })
  assert.equal(advertised('[::1]:5', 4222), { host: '::1', port: 5 })
  assert.equal(advertised('h:0', 4222), { host: 'h', port: 4222 })
  assert.throws(() => advertised('a:b:c', 1), 'too many colons')
  assert.throws(() => advertised('h:port', 1), 'invalid host or port')
})

test('clients are told the advertised address, the given one, or those of the interfaces', () => {
  assert.equal(client_urls('', '127.0.0.1', 4222), ['127.0.0.1:4222'])
  assert.equal(client_urls('', '::1', 4222), ['[::1]:4222'])
  for (const url of client_urls('', '0.0.0.0', 4222)) {
    assert.match(url, /:4222$/)
    assert.not.match(url, /^0\.0\.0\.0|^127\./)
  }
  assert.equal(client_urls('pub.example:99', '0.0.0.0', 4222), ['pub.example:99'])
})

test.run()
