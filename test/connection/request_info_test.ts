// The header that tells a responder who asks.
import * as assert from 'uvu/assert'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import { request_info, with_request_info } from '../../src/connection/request_info.ts'
import type { Requester } from '../../src/connection/requester.ts'
import type { Settings } from '../../src/connection/settings.ts'
import { suite } from '../harness.ts'

const test = suite('connection/request_info')

const settings = { client_infos: { clients: { server_name: 'here', cluster: 'C' } } } as Settings
const requester = {
  connection: { start_ms: 0, ip: '1.2.3.4', cid: 5 },
  session: { account_name: 'Bä', identity: { user: 'me' }, name: 'n', lang: '', version: '1' },
  keepalive: { rtt_us: 2 },
  door: 'websockets',
} as unknown as Requester

test('the account, and how far away; all of it where the account shares it', () => {
  const info = (share: boolean) =>
    JSON.parse(Buffer.from(request_info(requester, settings, share), 'latin1').toString())
  assert.equal(info(false), { acc: 'Bä', rtt: 2000 })
  assert.equal(info(true), {
    ...{
      start: '1970-01-01T00:00:00.000Z',
      host: '1.2.3.4',
      id: 5,
      acc: 'Bä',
      user: 'me',
      name: 'n',
      ver: '1',
      rtt: 2000,
    },
    ...{ server: 'here', cluster: 'C', kind: 'Client', client_type: 'websocket' },
  })
})

test('it is a line of its own, behind the others', () => {
  const with_info = (block: string) => latin1_text(with_request_info(latin1_bytes(block), '{}'))
  assert.is(with_info(''), 'NATS/1.0\r\nNats-Request-Info: {}\r\n\r\n')
  assert.is(with_info('NATS/1.0\r\n\r\n'), 'NATS/1.0\r\nNats-Request-Info: {}\r\n\r\n')
  assert.is(with_info('NATS/1.0\r\nA: b\r\n\r\n'), 'NATS/1.0\r\nA: b\r\nNats-Request-Info: {}\r\n\r\n')
})

test('a block that is none stays as it is', () => {
  for (const block of ['x', '\r\n', 'NATS/1.0', 'NATS/1.0\r\n', 'NATS/1.0\n\n']) {
    assert.is(latin1_text(with_request_info(latin1_bytes(block), '{}')), block, block)
  }
})

test.run()
