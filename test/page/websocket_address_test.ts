import * as assert from 'uvu/assert'
import { needs_login, websocket_obstacle, websocket_url } from '../../src/page/websocket_address.ts'
import { suite } from '../harness.ts'

const test = suite('page/websocket_address')

const here = { protocol: 'http:', hostname: 'ops.example' }

test('it is where the page came from, or where clients are told to go', () => {
  assert.is(websocket_url({ port: 8080, no_tls: true }, here), 'ws://ops.example:8080')
  assert.is(websocket_url({ port: 8443 }, { ...here, hostname: '[::1]' }), 'wss://[::1]:8443')
  assert.is(websocket_url({ port: 8080, no_tls: true, advertise: 'ws.example:443' }, here), 'ws://ws.example:443')
  assert.is(websocket_url({ port: 8080, advertise: 'ws.example' }, here), 'wss://ws.example:8080')
})

test('a page that came over TLS opens none without, but for this machine', () => {
  const secure = { protocol: 'https:', hostname: 'ops.example' }
  assert.match(websocket_obstacle({ no_tls: true }, secure), /over TLS/)
  assert.is(websocket_obstacle({ no_tls: false }, secure), '')
  assert.is(websocket_obstacle({ no_tls: true }, { ...secure, hostname: 'localhost' }), '')
  assert.is(websocket_obstacle({ no_tls: true }, here), '')
})

test('a login is wanted where nobody comes in without', () => {
  assert.equal([
    needs_login({}),
    needs_login({ auth_required: true, websocket: {} }),
    needs_login({ auth_required: true, websocket: { is_open_to_all: true } }),
  ], [false, true, false])
})

test.run()
