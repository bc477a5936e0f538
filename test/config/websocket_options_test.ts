// The block websocket { }: what it says, and what it may not say.
import * as assert from 'uvu/assert'
import { Problems } from '../../src/config/problems.ts'
import { default_websocket, read_websocket, websocket_contradiction } from '../../src/config/websocket_options.ts'
import { suite } from '../harness.ts'
import { value_of } from './config_rig.ts'

const test = suite('config/websocket_options')

function read(text: string) {
  const websocket = default_websocket()
  const problems = new Problems()
  read_websocket(value_of(`websocket ${text}`), websocket, problems)
  return { websocket, errors: problems.errors.map((line) => line.replace(/^f:\d+:\d+: /, '')) }
}

/** What is wrong with a block that is right but for this. */
const fault = (text: string, has_users = false, has_operator = false) =>
  websocket_contradiction(read(`{ port: 80, no_tls: true, ${text} }`).websocket, has_users, has_operator) ?? ''

test('what the block says is set', () => {
  const { websocket, errors } = read(`{
    listen: "h:5", advertise: "a:6", no_tls: true, same_origin: true, origins: ["http://a"], compress: true
    handshake_timeout: "3s", user_cookie: u, pass_cookie: p, token_cookie: t, jwt_cookie: j, no_auth_user: me
    ping_interval: "20s", authorization { user: x, pass: y, token: z, timeout: 4 }, headers { "X-A": b }
  }`)
  assert.equal(errors, [])
  assert.equal(websocket, {
    ...{ host: 'h', port: 5, advertise: 'a:6', no_tls: true, same_origin: true, allowed_origins: ['http://a'] },
    ...{ compression: true, handshake_timeout_ms: 3000, ping_interval_ms: 20_000, no_auth_user: 'me', tls: null },
    ...{ user_cookie: 'u', pass_cookie: 'p', token_cookie: 't', jwt_cookie: 'j', headers: [['X-A', 'b']] },
    authorization: { user: 'x', password: 'y', token: 'z', timeout_ms: 4000 },
  })
})

test('what can not be read is named', () => {
  assert.equal(read('{ prot: 5, headers { a: 5 } }').errors, [
    'unknown field "prot"; did you mean "port"?',
    'error parsing header key a: unsupported type int64',
  ])
  assert.throws(() => read('5'), 'Expected websocket to be a map, got int64')
  assert.match(read('{ headers: 5 }').errors[0], 'error parsing headers: unsupported type int64')
})

test('a handshake may take some seconds, as a number or a duration', () => {
  const timeout = (text: string) => read(`{ handshake_timeout: ${text} }`)
  assert.equal(['5', '"1500ms"', '0'].map((text) => timeout(text).websocket.handshake_timeout_ms), [5000, 1500, 0])
  assert.match(timeout('true').errors[0], 'error parsing handshake timeout: unsupported type bool')
})

test('a login may take whatever is said, or a second', () => {
  const timeout = (text: string) => read(`{ authorization { timeout: ${text} } }`).websocket.authorization.timeout_ms
  assert.equal(['0.5', '"2s"', 'soon', '[]'].map(timeout), [500, 2000, 1000, 1000])
})

test('no listener, no contradiction', () => {
  assert.is(websocket_contradiction(read('{ origins: [x] }').websocket, true, false), null)
})

test('TLS, unless the operator says that there is none', () => {
  assert.is(
    websocket_contradiction(read('{ port: 80 }').websocket, false, false),
    'websocket requires TLS configuration',
  )
  assert.is(fault(''), '')
})

test('origins are URLs', () => {
  assert.is(fault('origins: ["http://a", "a"]'), 'unable to parse allowed origin: parse "a": invalid URI for request')
  assert.match(fault('origins: ["ftp://a"]'), 'unable to parse allowed origin "ftp://a": allowed origins must be')
  assert.is(fault('origins: ["http://a", "https://b:1"]'), '')
})

test('one user or a token does not go together with users', () => {
  assert.match(fault('authorization { user: u }', true), 'username not compatible with presence of users/nkeys')
  assert.match(fault('authorization { token: t }', true), 'token not compatible with presence of users/nkeys')
  assert.is(fault('authorization { user: u }'), '')
})

test('a cookie for a JWT needs somebody who is trusted', () => {
  assert.match(fault('jwt_cookie: c'), /is required for JWT authentication via cookie "c"$/)
  assert.is(fault('jwt_cookie: c', false, true), '')
})

test('headers that the upgrade says itself, or that are none, are refused', () => {
  assert.is(fault('headers { Upgrade: x }'), 'websocket: invalid header "Upgrade" not allowed')
  assert.is(
    fault('headers { "sec-websocket-accept": x }'),
    'websocket: invalid header "sec-websocket-accept", "Sec-WebSocket-" prefix not allowed',
  )
  assert.match(fault('headers { "a b": x }'), 'no line of HTTP can say that')
  assert.match(fault('headers { a: "x\\r\\nSet-Cookie: y" }'), 'no line of HTTP can say that')
})

test.run()
