// What stands in a request to the server.
import * as assert from 'uvu/assert'
import { latin1_bytes } from '../../src/base/bytes.ts'
import { accepted_encoding, BodyError, is_meant, read_request } from '../../src/monitor/system_request.ts'
import { suite } from '../harness.ts'

const test = suite('monitor/system_request')
const message = (subject: string, payload = '', header = '') => (
  { subject, reply: 'r', header_size: header.length, body: latin1_bytes(`${header}${payload}\r\n`) }
)
const read = (subject: string, payload?: string) => read_request(message(subject, payload))

test('what is asked, and of which account', () => {
  const of = (subject: string) => {
    const { what, account } = read(subject)
    return [what, account]
  }
  assert.equal(of('$SYS.REQ.SERVER.PING'), ['STATSZ', ''])
  assert.equal(of('$SYS.REQ.SERVER.PING.VARZ'), ['VARZ', ''])
  assert.equal(of('$SYS.REQ.SERVER.NID.KICK'), ['KICK', ''])
  assert.equal(of('$SYS.REQ.ACCOUNT.A.INFO'), ['INFO', 'A'])
  assert.equal(of('$SYS.REQ.ACCOUNT.\xc3\xa4.INFO'), ['INFO', 'ä'])
  assert.equal(of('$SYS.REQ.ACCOUNT.PING.STATZ'), ['STATZ', ''])
})

test('options are those of the endpoint, whatever they are called', () => {
  const { parameters } = read(
    '$SYS.REQ.SERVER.PING.CONNZ',
    '{"sort":"cid","auth":true,"subscriptions":true,"offset":1,"limit":2,"cid":3,"state":1,"user":"u","acc":"A","x":[]}',
  )
  assert.equal(
    ['sort', 'auth', 'subs', 'offset', 'limit', 'cid', 'state', 'user', 'acc'].map((name) => parameters.text(name)),
    ['cid', 'true', 'true', '1', '2', '3', 'closed', 'u', 'A'],
  )
  const detail = read('$SYS.REQ.SERVER.PING.CONNZ', '{"subscriptions":true,"subscriptions_detail":true}').parameters
  assert.is(detail.subscriptions(), 'detail')
  assert.is(read('$SYS.REQ.SERVER.PING.SUBSZ', '{"account":"B"}').parameters.text('acc'), 'B')
  const own = read('$SYS.REQ.ACCOUNT.A.SUBSZ', '{"account":"B","acc":"C"}').parameters
  assert.equal([own.text('acc'), own.text('subs')], ['A', 'true'], 'the account of the subject is the one that counts')
})

test('a body that can not be read is refused, with its place', () => {
  for (const body of ['{', 'x', '[1]', '"a"', '1', '{"auth":"yes"}', '{"cid":1.5}', '{"tags":"a"}', '{"tags":[1]}']) {
    assert.throws(() => read('$SYS.REQ.SERVER.PING.VARZ', body), (error: Error) => error instanceof BodyError, body)
  }
  for (const body of ['', 'null', '{}', '{"auth":null}']) read('$SYS.REQ.SERVER.PING.VARZ', body)
})

test('a server answers if all that is said of servers fits', () => {
  const own = { server_name: 'srv-1', cluster: 'C', host: '0.0.0.0', tags: ['a:1', 'b:2'] }
  const is = (filter: object) => is_meant(read('$SYS.REQ.SERVER.PING.VARZ', JSON.stringify(filter)).filter, own)
  for (const filter of [{}, { server_name: 'srv' }, { cluster: 'C', host: '0.0' }, { tags: ['A:1', 'b:2'] }]) {
    assert.ok(is(filter), JSON.stringify(filter))
  }
  const exact = { exact_match: true }
  assert.ok(is({ server_name: 'srv-1', cluster: 'C', host: '0.0.0.0', ...exact }))
  for (
    const filter of [{ server_name: 'x' }, { server_name: 'srv', ...exact }, { cluster: 'D' }, { tags: ['a:1', 'c'] }, {
      domain: 'hub',
    }]
  ) assert.not.ok(is(filter), JSON.stringify(filter))
})

test('how the answer may come', () => {
  const encoding = (lines: string) => accepted_encoding(message('s', '', `NATS/1.0\r\n${lines}\r\n`))
  assert.is(encoding('Accept-Encoding: gzip\r\n'), 'gzip')
  assert.is(encoding('accept-encoding:snappy, GZIP\r\n'), 'gzip')
  assert.is(encoding('Accept-Encoding: snappy\r\n'), 'identity')
  assert.is(encoding('X: gzip\r\n'), null)
  assert.is(accepted_encoding(message('s')), null)
})

test('a name that stands for something else there is no mistake', () => {
  assert.is(read('$SYS.REQ.SERVER.PING.GATEWAYZ', '{"accounts":true,"subscriptions":false}').what, 'GATEWAYZ')
  assert.is(read('$SYS.REQ.SERVER.PING.JSZ', '{"accounts":true,"consumer":true}').what, 'JSZ')
  assert.throws(() => read('$SYS.REQ.ACCOUNT.PING.STATZ', '{"accounts":true}'), (e: Error) => e instanceof BodyError)
})

test.run()
