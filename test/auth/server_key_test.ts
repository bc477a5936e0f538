import * as assert from 'uvu/assert'
import { encode_key, make_nonce, make_random_name, make_server_key } from '../../src/auth/server_key.ts'
import { suite } from '../harness.ts'

const test = suite('auth/server_key')

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

function decode(text: string): number[] {
  const bytes: number[] = []
  let value = 0, bits = 0
  for (const letter of text) {
    value = (value << 5) | ALPHABET.indexOf(letter)
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((value >> bits) & 255)
    value &= (1 << bits) - 1
  }
  return bytes
}

test('a key comes out as the NATS tools write it', () => {
  // A public user key of the NATS documentation: prefix, key and checksum have to agree with it.
  const known = 'UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4'
  const bytes = decode(known)
  assert.is(bytes.length, 35)
  assert.is(encode_key(bytes[0], Uint8Array.from(bytes.slice(1, 33))), known)
})

test('server ids look like server keys, and no two are the same', () => {
  const ids = Array.from({ length: 20 }, () => make_server_key().id)
  for (const id of ids) {
    assert.match(id, /^N[A-Z2-7]{55}$/)
    const bytes = decode(id)
    assert.is(encode_key(bytes[0], Uint8Array.from(bytes.slice(1, 33))), id)
  }
  assert.is(new Set(ids).size, ids.length)
})

test('random names and nonces have their length and alphabet', () => {
  const names = Array.from({ length: 50 }, () => make_random_name())
  for (const name of names) assert.match(name, /^[0-9A-Za-z]{22}$/)
  assert.is(new Set(names).size, names.length)
  assert.match(make_random_name(5), /^[0-9A-Za-z]{5}$/)
  assert.match(make_nonce(), /^[\w-]{15}$/)
  assert.is.not(make_nonce(), make_nonce())
})

test.run()
