// The server's answers in the system account.
import { gunzipSync } from 'node:zlib'
import * as assert from 'uvu/assert'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import { make_log } from '../../src/base/log.ts'
import { SYSTEM_REQUESTS_MAX } from '../../src/base/limits.ts'
import type { OwnMessage } from '../../src/connection/own_messages.ts'
import type { Settings } from '../../src/connection/settings.ts'
import { Answers } from '../../src/monitor/answers.ts'
import type { MonitorSource } from '../../src/monitor/reports.ts'
import { SystemService } from '../../src/monitor/system_service.ts'
import { create_limits, SharedLimits } from '../../src/shared/counters.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'
import { fake_source } from './fake_source.ts'
import { sample_account, sample_client, sample_route, sample_server } from './samples.ts'

const test = suite('monitor/system_service')

function make(source: Partial<MonitorSource> = {}) {
  const published: OwnMessage[] = [], log: string[] = [], orders: string[] = []
  const lists = {
    open: [sample_client(1, { account: 'A' }), sample_client(2)],
    routes: [sample_route(4)],
    subscriptions: [{ account: 'A', subject: 'foo', sid: '1', messages: 0, cid: 1 }],
    accounts: [sample_account('A'), sample_account('B', { connections: 0 })],
  }
  const whole: MonitorSource = {
    ...fake_source(lists),
    server: () => Promise.resolve({ ...sample_server(), system_account: '$SYS' }),
    ...source,
  }
  const clients = { server_id: 'NID', server_name: 'srv', host: 'h', version: '1.0.0' }
  const order = (what: string) => (cid: number) => {
    orders.push(`${what} ${cid}`)
    return Promise.resolve(cid === 7)
  }
  const system = { account: 2, tags: ['x'], metadata: {}, claims: null }
  const service = new SystemService({
    clock: new ManualClock(0),
    log: make_log((level, text) => log.push(`${level} ${text}`), false, false),
    settings: { client_infos: { clients }, system } as unknown as Settings,
    limits: new SharedLimits(create_limits(1, 3), 0, 1),
    answers: new Answers(whole),
    command_line: ['onehop'],
    publish: (message) => {
      published.push(message)
      return Promise.resolve()
    },
    reload: () => {
      orders.push('reload')
      return Promise.reject(new Error('unknown field "foo"'))
    },
    kick: order('kick'),
    send_away: order('send away'),
  }, system)
  const take = (subject: string, payload = '', { header = '', reply = 'r' } = {}) =>
    service.take({ subject, reply, header_size: header.length, body: latin1_bytes(`${header}${payload}\r\n`) })
  const ask = async (subject: string, payload?: string, more?: object) => {
    await take(subject, payload, more)
    const message = published.shift()
    return message && JSON.parse(latin1_text(message.body))
  }
  return { service, take, ask, published, log, orders }
}

test('every question about a server has its answer in an envelope', async () => {
  const { ask, published } = make()
  const keys = { VARZ: 'version', CONNZ: 'connections', ROUTEZ: 'routes', SUBSZ: 'num_subscriptions', LEAFZ: 'leafs' }
  const more = { GATEWAYZ: 'inbound_gateways', ACCOUNTZ: 'accounts', JSZ: 'disabled', HEALTHZ: 'status_code' }
  for (const [what, key] of Object.entries({ ...keys, ...more })) {
    const { server, data } = await ask(`$SYS.REQ.SERVER.PING.${what}`)
    assert.equal([server.id, key in data], ['NID', true], what)
  }
  assert.equal(published, [])
  assert.equal(await ask('$SYS.REQ.SERVER.NID.IDZ'), { name: 'srv', host: 'h', id: 'NID' })
  const { server, statsz } = await ask('$SYS.REQ.SERVER.PING')
  assert.equal([server.id, statsz.connections, statsz.active_accounts], ['NID', 1, 1])
})

test('questions about one account are about nothing else', async () => {
  const { ask } = make()
  const connz = await ask('$SYS.REQ.ACCOUNT.A.CONNZ', '{"acc":"$G"}')
  assert.equal(connz.data.connections.map((each: { cid: number }) => each.cid), [1])
  assert.is((await ask('$SYS.REQ.ACCOUNT.A.SUBSZ')).data.subscriptions_list.length, 1)
  assert.is((await ask('$SYS.REQ.ACCOUNT.A.INFO')).data.account_name, 'A')
  assert.is((await ask('$SYS.REQ.ACCOUNT.A.STATZ')).data.account_statz[0].conns, 1)
  assert.is((await ask('$SYS.REQ.ACCOUNT.A.CONNS')).conns, 1)
  assert.is((await ask('$SYS.REQ.ACCOUNT.PING.STATZ')).data.account_statz.length, 1)
  for (const what of ['STATZ', 'CONNS']) assert.is(await ask(`$SYS.REQ.ACCOUNT.B.${what}`), undefined, what)
  assert.is((await ask('$SYS.REQ.ACCOUNT.PING.STATZ', '{"include_unused":true}')).data.account_statz.length, 2)
  const named = await ask('$SYS.REQ.ACCOUNT.PING.STATZ', '{"accounts":["B","C"],"include_unused":true}')
  assert.equal(named.data.account_statz.map((each: { acc: string }) => each.acc), ['B'])
})

test('what is wrong is said: in the body, in an option, an account that is not there', async () => {
  const { ask } = make()
  assert.is((await ask('$SYS.REQ.SERVER.PING.VARZ', '{')).error.code, 400)
  const { error, data } = await ask('$SYS.REQ.SERVER.PING.CONNZ', '{"sort":"nope"}')
  assert.equal([error, data], [{ code: 500, description: 'invalid sorting option: nope' }, undefined])
  assert.is((await ask('$SYS.REQ.ACCOUNT.X.INFO')).error.description, 'Account X does not exist')
})

test('orders are carried out, or it is said that there is no such client', async () => {
  const { ask, orders } = make()
  assert.equal(Object.keys(await ask('$SYS.REQ.SERVER.NID.KICK', '{"cid":7}')), ['server'])
  assert.is((await ask('$SYS.REQ.SERVER.NID.LDM', '{"cid":8}')).error.description, 'no such client id')
  assert.equal((await ask('$SYS.REQ.SERVER.NID.RELOAD')).error, { code: 500, description: 'unknown field "foo"' })
  assert.equal(orders, ['kick 7', 'send away 8', 'reload'])
})

test('nobody is answered who is not meant, or says not where to', async () => {
  const { ask, published } = make()
  assert.is(await ask('$SYS.REQ.SERVER.PING.VARZ', '{"server_name":"other"}'), undefined)
  assert.is(await ask('$SYS.REQ.SERVER.PING.VARZ', '', { reply: '' }), undefined)
  await make().take('$SYS.REQ.SERVER.PING', '', { reply: '' })
  assert.equal(published, [])
})

test('figures that are asked for without a reply go to everybody', async () => {
  const { take, published } = make()
  await take('$SYS.REQ.SERVER.PING', '', { reply: '' })
  assert.equal(published.map(({ subject, account }) => [latin1_text(subject), account]), [[
    '$SYS.SERVER.NID.STATSZ',
    2,
  ]])
})

test('an answer is compressed for who asks for it', async () => {
  const { take, published } = make()
  await take('$SYS.REQ.SERVER.PING.VARZ', '', { header: 'NATS/1.0\r\nAccept-Encoding: gzip\r\n\r\n' })
  const { header_size, body } = published[0]
  assert.is(latin1_text(body, 0, header_size), 'NATS/1.0\r\nContent-Encoding: gzip\r\n\r\n')
  assert.is(JSON.parse(gunzipSync(body.subarray(header_size, -2)).toString()).data.server_id, 'NID')
})

test('a fault is logged, and the next one is answered; too many at once are not', async () => {
  const faulty = make({ routes: () => Promise.reject(new Error('broken')) })
  await faulty.take('$SYS.REQ.SERVER.PING.ROUTEZ')
  assert.match(faulty.log[0], /^ERR A request on \$SYS\.REQ\.SERVER\.PING\.ROUTEZ could not be answered: broken/)
  assert.ok(await faulty.ask('$SYS.REQ.SERVER.PING.VARZ'))
  const slow = make({ server: () => new Promise(() => {}) })
  for (let i = 0; i < SYSTEM_REQUESTS_MAX; i++) void slow.take('$SYS.REQ.SERVER.PING.VARZ')
  await slow.take('$SYS.REQ.SERVER.PING.IDZ')
  assert.is(slow.published.length, 0)
})

test.run()
