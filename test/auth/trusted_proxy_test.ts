import * as assert from 'uvu/assert'
import { proxy_of } from '../../src/auth/trusted_proxy.ts'
import { suite } from '../harness.ts'
import { make_user } from './nkeys.ts'

const test = suite('auth/trusted_proxy')

const [proxy, other] = [make_user(), make_user()]
const NONCE = 'nonce'

test('who has a signature of a trusted proxy has come by that one', () => {
  const signed = { proxy_sig: proxy.sign(NONCE) }
  assert.is(proxy_of([other.public, proxy.public], signed, NONCE), proxy.public)
})

test('who says nothing of a proxy has come by none, and where none is trusted nobody has', () => {
  assert.is(proxy_of([proxy.public], {}, NONCE), '')
  assert.is(proxy_of([], { proxy_sig: proxy.sign(NONCE) }, NONCE), '')
})

test('a signature of another one, or of another nonce, is worse than none', () => {
  for (const proxy_sig of [other.sign(NONCE), proxy.sign('another'), '?']) {
    assert.is(proxy_of([proxy.public], { proxy_sig }, NONCE), null)
  }
})

test.run()
