import * as assert from 'uvu/assert'
import type { RouteInfo } from '../../src/wire/info.ts'
import { suite } from '../harness.ts'
import { info, Rig } from './membership_rig.ts'

const test = suite('cluster/peer_news')

/** A server with the registered peer A, and what comes of an INFO that A sends. */
function make(go = 'go') {
  const rig = new Rig()
  const rid = rig.join('A', { go, connect_urls: ['a:4222'] })
  const hear = (server_id: string, more: Partial<RouteInfo> = {}) =>
    rig.tell({ kind: 'info_received', rid, remote_ip: '127.0.0.1', info: info(server_id, more) })
  const dials = (server_id: string, more: Partial<RouteInfo>) =>
    hear(server_id, more).filter((action) => action.kind === 'dial').map(({ address, url }) => `${address}:${url.port}`)
  return { rig, rid, hear, dials }
}

test('another server is dialled where the peer says, once', () => {
  const { dials } = make()
  const told = { ip: 'nats-route://10.0.0.2:7000/' }
  assert.equal(dials('B', told), ['10.0.0.2:7000'])
  assert.equal(dials('B', told), [], 'the search is under way')
  assert.equal(dials('', told), [])
  assert.equal(dials('C', { ...told, route_account: '$SYS' }), [], 'that is opened without a word')
})

test('an address that can not be read is an error line', () => {
  const { rig, dials } = make()
  assert.equal(dials('B', { ip: 'nats-route://:x' }), [])
  assert.match(rig.logs.join('\n'), /error Error parsing URL from INFO/)
})

test('a peer in lame duck mode is told to clients no more', () => {
  const { hear } = make()
  const [told] = hear('A', { ldm: true })
  assert.equal(told, { kind: 'set_connect_urls', urls: ['own:4222'], ws_urls: null })
})

test('gateways are an error line', () => {
  const { rig, hear } = make()
  assert.equal(hear('A', { gateway: 'G' }), [])
  const text = 'error Received information about gateway "G" from A, but gateway is not configured'
  assert.is(rig.logs.at(-1), text)
})

test('a peer of our own kind that said it leaves is not looked for', () => {
  const go = 'onehop/1 node/24'
  const searches = (word: string) => {
    const { rig, rid, hear } = make(go)
    hear('A', { go, onehop: word })
    rig.closed(rid)
    return rig.membership.size.dials
  }
  assert.equal([searches('leaving'), searches('of a newer version')], [0, 1])
})

test.run()
