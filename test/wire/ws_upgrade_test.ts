// Who may become a WebSocket, and what it is told (reference client.md 6.2).
import * as assert from 'uvu/assert'
import { latin1_text } from '../../src/base/bytes.ts'
import { parse_head } from '../../src/wire/http_head.ts'
import { parse_origin, upgrade, type Upgraded, type UpgradeRules } from '../../src/wire/ws_upgrade.ts'
import { suite } from '../harness.ts'

const test = suite('wire/ws_upgrade')

const RULES: UpgradeRules = { same_origin: false, allowed_origins: [], compression: false, headers: [] }
const GOOD = {
  Host: 'h:80',
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version': '13',
}

/** The verdict on a request that is right but for these headers; null takes one away. */
function judge(
  change: Record<string, string | null> = {},
  rules: Partial<UpgradeRules> = {},
  first = 'GET /',
  secure = false,
) {
  const headers = Object.entries({ ...GOOD, ...change }).filter(([, value]) => value !== null)
  const lines = [`${first} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`), '', '']
  return upgrade(parse_head(lines.join('\r\n'))!, { ...RULES, ...rules }, secure)
}

function refused(...asked: Parameters<typeof judge>): string {
  const verdict = judge(...asked)
  assert.ok('reason' in verdict)
  const answer = latin1_text(verdict.answer)
  assert.match(answer, '\r\nSec-Websocket-Version: 13\r\n')
  const [head, body] = answer.split('\r\n\r\n')
  assert.match(head, `Content-Length: ${body.length}`)
  return `${head.slice(9, 12)} ${verdict.reason}`
}

function accepted(...asked: Parameters<typeof judge>): Upgraded {
  const verdict = judge(...asked)
  assert.ok(!('reason' in verdict))
  return verdict
}

test('a right request is answered with the key that belongs to it', () => {
  const answer = latin1_text(accepted().answer)
  assert.match(answer, /^HTTP\/1\.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n/)
  assert.match(answer, /\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n\r\n$/)
  const { masked, compressed, frame_max } = accepted({}, {}, 'GET /any/path')
  assert.equal([masked, compressed, frame_max], [true, false, 0])
})

test('every fault has its status and its reason, and they are looked for in this order', () => {
  const none = { Host: null, Upgrade: null, Connection: null, 'Sec-WebSocket-Key': null, 'Sec-WebSocket-Version': null }
  assert.is(refused(none, {}, 'POST /mqtt'), '404 mqtt websocket endpoint not enabled')
  assert.is(refused(none, {}, 'GET /x/leafnode'), '404 Not configured to accept leaf node connections')
  assert.is(refused(none, {}, 'POST /'), '405 request method must be GET')
  assert.is(refused(none), "400 'Host' missing in request")
  assert.is(refused({ ...none, Host: 'h' }), "400 invalid value for header 'Upgrade'")
  assert.is(refused({ Upgrade: 'h2c' }), "400 invalid value for header 'Upgrade'")
  assert.is(refused({ Connection: 'close' }), "400 invalid value for header 'Connection'")
  assert.is(refused({ 'Sec-WebSocket-Key': null }), '400 key missing')
  for (const key of ['short', 'dGhlIHNhbXBsZSBub25jZQ', 'dGhlIHNhbXBsZSBub25jZTEyMzQ=']) {
    assert.is(refused({ 'Sec-WebSocket-Key': key }), '400 invalid websocket key')
  }
  assert.is(refused({ 'Sec-WebSocket-Version': '8' }), '400 invalid version')
})

test('the same origin has the same scheme, host and port', () => {
  const rules = { same_origin: true }
  for (const origin of ['http://h', 'http://H:80']) accepted({ Origin: origin }, rules)
  accepted({ Origin: 'https://h', Host: 'h' }, rules, 'GET /', true)
  accepted({}, rules)
  for (const origin of ['https://h:80', 'http://other', 'http://h:81']) {
    assert.is(refused({ Origin: origin }, rules), '403 origin not allowed: not same origin')
  }
  assert.is(refused({ 'Sec-WebSocket-Origin': 'http://o' }, rules), '403 origin not allowed: not same origin')
  assert.is(refused({ Origin: 'null' }, rules), '403 origin not allowed: invalid origin "null"')
  accepted({ Origin: 'null' })
})

test('a list of origins lets in those that are on it', () => {
  const rules = { allowed_origins: ['http://a.example', 'https://b.example:8443/'].map(parse_origin) }
  for (const origin of ['http://a.example:80', 'https://B.example:8443']) accepted({ Origin: origin }, rules)
  for (const origin of ['https://a.example', 'http://b.example:8443', 'http://a.example.evil']) {
    assert.is(refused({ Origin: origin }, rules), '403 origin not allowed: not in the allowed list')
  }
  assert.is(
    refused({ Origin: 'http://a.example' }, { ...rules, same_origin: true }),
    '403 origin not allowed: not same origin',
  )
})

test('an origin in the configuration is an absolute URL', () => {
  assert.equal(parse_origin('https://[::1]/x'), { scheme: 'https', host: '[::1]', port: 443 })
  assert.throws(() => parse_origin('a.example'), '"a.example": allowed origins must be absolute URLs')
  assert.throws(() => parse_origin('ftp://a'), 'with http or https scheme')
  assert.throws(() => parse_origin('http:///x'), 'host is required')
  assert.throws(() => parse_origin('http://a:b'), 'invalid host or port')
})

test('compression takes both sides', () => {
  const offer = { 'Sec-WebSocket-Extensions': 'x, permessage-deflate; client_max_window_bits' }
  assert.ok(accepted(offer, { compression: true }).compressed)
  assert.match(
    latin1_text(accepted(offer, { compression: true }).answer),
    'permessage-deflate; server_no_context_takeover',
  )
  assert.not(accepted(offer).compressed || accepted({}, { compression: true }).compressed)
})

test('no mask where the client asks for that; further headers; cookies; whom a proxy forwards', () => {
  const unmasked = accepted({ 'Nats-No-Masking': 'true' }, { headers: [['X-A', 'b']] })
  assert.is(unmasked.masked, false)
  assert.match(latin1_text(unmasked.answer), /\r\nNats-No-Masking: true\r\nX-A: b\r\n\r\n$/)
  const { cookies, forwarded_for } = accepted({ Cookie: 'u=me', 'X-Forwarded-For': '1.2.3.4' })
  assert.equal([cookies.get('u'), forwarded_for], ['me', '1.2.3.4'])
})

test('browsers get small frames, Safari whole messages if they are compressed', () => {
  const offer = { 'Sec-WebSocket-Extensions': 'permessage-deflate' }, compression = { compression: true }
  const safari = 'Mozilla/5.0 Version/17.0 Safari/605', chrome = 'Mozilla/5.0 Chrome/1 Safari/537'
  const frame_max = (agent: string, more = {}) => accepted({ 'User-Agent': agent, ...more }, compression).frame_max
  assert.equal([frame_max(safari), frame_max(safari, offer)], [4096, 0])
  assert.equal([frame_max(chrome), frame_max(chrome, offer), frame_max('nats.go')], [4096, 4096, 0])
})

test.run()
