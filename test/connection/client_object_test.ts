import * as assert from 'uvu/assert'
import { client_object } from '../../src/connection/client_object.ts'
import type { Requester } from '../../src/connection/requester.ts'
import { suite } from '../harness.ts'

const test = suite('connection/client_object')

test('what is not known is left out, and what is signed is there', () => {
  const connection = { start_ms: 0, ip: '1.2.3.4', cid: 5 }
  const bare = {
    connection,
    session: { account_name: 'A', identity: null, name: '', lang: '', version: '' },
    keepalive: { rtt_us: undefined },
    door: 'clients',
  } as Requester
  const always = { start: '1970-01-01T00:00:00.000Z', host: '1.2.3.4', id: 5, acc: 'A', kind: 'Client' }
  assert.equal(client_object(bare, 'A', ''), { ...always, client_type: 'nats' })
  const claims = { jwt: 'j', issuer_key: 'AK', name: 'me', account_name: 'ours', tags: ['t'] }
  const signed = {
    connection,
    session: { ...bare.session, identity: { account: 1, user: 'UK', label: '', claims }, name: 'n', lang: 'l' },
    keepalive: { rtt_us: 2 },
    door: 'websockets',
  } as unknown as Requester
  assert.equal(client_object(signed, 'A', 'UK'), {
    ...always,
    ...{ user: 'UK', name: 'n', lang: 'l', rtt: 2000, client_type: 'websocket' },
    ...{ jwt: 'j', issuer_key: 'AK', name_tag: 'ours', tags: ['t'] },
  })
})

test.run()
