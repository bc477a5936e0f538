import * as assert from 'uvu/assert'
import { seeded_random } from '../../src/base/prng.ts'
import { diagnosis, survey_summary } from '../../src/doctor/diagnosis.ts'
import type { DialTools } from '../../src/doctor/dial.ts'
import type { Facts } from '../../src/doctor/facts.ts'
import { type Progress, type Survey, survey } from '../../src/doctor/survey.ts'
import { COMMAND_LINE, parse_given } from '../../src/doctor/target.ts'
import { suite } from '../harness.ts'
import { start_mesh, start_server, stop_all, type TestOptions, wait_for_interest } from '../server/embedded.ts'
import { RawClient } from '../server/raw_client.ts'
import { close_listeners, endless, free_port, info_line, listen, tools } from './dial_rig.ts'

const test = suite('doctor/survey', 20_000)
test.after.each(async () => {
  await close_listeners()
  await stop_all()
})

const look = (urls: string[], with_tools: DialTools = tools(), more: Partial<Survey> = {}) =>
  survey({
    given: urls.map((url) => parse_given(url).target),
    tools: with_tools,
    random: seeded_random(7),
    wants_probe: true,
    progress() {},
    interrupted: new AbortController().signal,
    ...more,
  })
/** A machine under load takes its time for round trips. */
const found = (facts: Facts) =>
  diagnosis(facts).map(({ severity, place, what }) => `${severity} ${place}: ${what}`)
    .filter((line) => !line.includes('a round trip to'))

const member = (name: string, more: TestOptions = {}): TestOptions => ({
  ...{ workers: 0, server_name: name, http_host: '127.0.0.1', http_port: -1, websocket: { no_tls: true } },
  ...more,
  cluster: { ...more.cluster },
})

test('a healthy mesh of three: one URL leads to all doors that are told of, and messages pass', async () => {
  const servers = await start_mesh(['a', 'b', 'c'].map((name) => member(name)))
  const http = servers.map(({ server }) => `http://127.0.0.1:${server.ports.monitor!.port}`)
  const facts = await look(http)
  assert.equal(found(facts), [])
  assert.is(
    survey_summary(facts),
    '3 servers in cluster test (a, b and c), 12 addresses dialled, a message from each was heard at each',
  )
  const one = await look([`nats://127.0.0.1:${servers[1].port}`])
  assert.equal(one.dials.filter(({ trouble }) => trouble === null).map(({ server }) => server!.name).sort(), [
    'a',
    'b',
    'c',
  ])
  assert.is(one.probe!.members.length, 3)
  assert.equal((await look([http[0]], tools(), { wants_probe: false })).probe, null)
})

test('through a WebSocket the WebSockets of all members are found', async () => {
  const [first] = await start_mesh(['a', 'b'].map((name) => member(name)))
  const { dials } = await look([`ws://127.0.0.1:${first.server.ports.websocket!.port}`])
  assert.equal(dials.filter(({ target }) => target.door === 'websocket').length, 2)
})

test('in the system account all members tell how they are', async () => {
  const limits = { max_connections: -1, max_subscriptions: -1, max_payload: -1 }
  const accounts = [{ name: '$SYS', users: [{ user: 'sys', password: 'sys', nkey: '', account: '$SYS' }], limits }]
  const servers = await start_mesh(['a', 'b'].map((name) => member(name, { accounts, no_auth_user: 'sys' })))
  const client = await RawClient.connect(servers[0].port, { connect: { user: 'sys', pass: 'sys' } })
  await wait_for_interest(client, `$SYS.REQ.SERVER.${servers[1].server.identity.server_id}.VARZ`)
  const url = `nats://127.0.0.1:${servers[0].port}`
  const facts = await look([url], tools(2_000, { user: 'sys', password: 'sys' }))
  assert.equal(found(facts), [])
  assert.is(facts.dials.filter(({ target }) => target.door === 'system').length, 2)
  assert.is(facts.dials.filter(({ target }) => target.door === 'route').length, 2)
})

test('a sick mesh: who differs, who has gone, who was never there', async () => {
  const servers = await start_mesh([member('a'), member('b', { max_payload: 1_000 }), member('c')])
  const gone = servers[2]
  const http = servers.slice(0, 2).map(({ server }) => `http://127.0.0.1:${server.ports.monitor!.port}`)
  const nobody = await free_port()
  await gone.server.stop()
  const facts = await look([...http, `nats://127.0.0.1:${nobody}`, `nats://127.0.0.1:${gone.port}`], tools(1_000))
  const lines = found(facts)
  for (const port of [nobody, gone.port]) {
    assert.ok(lines.includes(`error client 127.0.0.1:${port}: connection refused`))
  }
  assert.ok(lines.some((line) => line.startsWith('error mesh: max_payload differs')))
})

test('a made-up cluster without an end, and one that answers with anything', async () => {
  const many = Array.from({ length: 1_100 }, (_, i) => `127.0.0.1:${i + 1}`)
  const liar = await listen((socket) => {
    socket.write(info_line({ connect_urls: many, ws_connect_urls: ['', ':', 'x:y', '[::1'] }))
    socket.end('PONG\r\n'.repeat(3))
  })
  const facts = await look(
    [`nats://127.0.0.1:${liar}`, `nats://127.0.0.1:${await listen(endless('x'.repeat(60_000)))}`],
    tools(300),
    {
      wants_probe: false,
    },
  )
  assert.ok(facts.dials.length <= 1_024)
})

test('whoever told of an address is known, and what is done can be followed and stopped', async () => {
  const [a] = await start_mesh(['a', 'b'].map((name) => member(name)))
  const url = `nats://127.0.0.1:${a.port}`
  const states: Progress[] = []
  const { dials } = await look([url], tools(), { progress: (state) => void states.push(state) })
  assert.equal(dials[0].told_by.slice().sort(), ['server "a"', 'server "b"', COMMAND_LINE].sort())
  assert.is(states.at(-1)!.members, 2)
  const stopped = new AbortController()
  stopped.abort()
  assert.equal((await look([url], tools(), { interrupted: stopped.signal })).dials, [])
  const silent = await listen(() => stopping.abort())
  const stopping = new AbortController()
  const began = performance.now()
  await look([`nats://127.0.0.1:${silent}`], tools(5_000), { interrupted: stopping.signal })
  assert.ok(performance.now() - began < 2_000, 'what is under way is not waited for')
})

test('a server at the usual port that has nothing to do with these is not theirs', async () => {
  const { port } = await start_server(member('a'))
  const { dials } = await look([`nats://127.0.0.1:${port}`], tools(300))
  assert.ok(dials.every(({ server }) => server === null || server.name === 'a'))
})

test.run()
