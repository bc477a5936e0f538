import * as assert from 'uvu/assert'
import { tls_blocks } from '../../src/certificates/tls_blocks.ts'
import { parse_file } from '../../src/config/parser.ts'
import { suite } from '../harness.ts'

const test = suite('certificates/tls_blocks')
const NODE = { cert_file: '/c/a "x".pem', key_file: '/c/a-key.pem' }

test('the blocks are a configuration, for clients and for other servers', () => {
  for (const asks of [false, true]) {
    const text = tls_blocks(NODE, '/c/ca.pem', asks)
    const entries = parse_file('server.conf', { environment: {}, read: () => text })
    assert.equal([...entries.keys()], ['tls', 'cluster'])
    assert.is(text.match(/verify: true/g)?.length ?? 0, asks ? 1 : 0)
    assert.is(text.match(/ca_file: "\/c\/ca.pem"/g)?.length, asks ? 2 : 1)
    assert.match(text, 'cert_file: "/c/a \\"x\\".pem"')
  }
})

test.run()
