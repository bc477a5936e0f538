import * as assert from 'uvu/assert'
import { latin1_bytes } from '../../src/base/bytes.ts'
import { ClientName } from '../../src/testing/client_name.ts'
import { suite } from '../harness.ts'

const test = suite('testing/client_name')

test('the name is read from CONNECT, however the bytes are cut', () => {
  const text = 'PING\r\nCONNECT {"verbose":false,"name":"mine"}\r\nPING\r\n'
  for (let size = 1; size <= text.length; size++) {
    let known = 0
    const client = new ClientName(() => known++)
    for (let at = 0; at < text.length; at += size) client.take(latin1_bytes(text.slice(at, at + size)))
    assert.equal([client.name, known], ['mine', 1])
  }
})

test('who has none, or speaks of something else for long, stays without', () => {
  let known = 0
  const nameless = new ClientName(() => known++), late = new ClientName(() => known++)
  nameless.take(latin1_bytes('CONNECT {}\r\nCONNECT {"name":"second"}\r\n'))
  late.take(latin1_bytes('x'.repeat(20_000)))
  late.take(latin1_bytes('\nCONNECT {"name":"late"}\r\n'))
  assert.equal([nameless.name, late.name, known], ['', '', 0])
})

test.run()
