// Requests from account to account, on one thread and across two (reference client.md 5.9).
import * as assert from 'uvu/assert'
import type { ExportSettings, ImportSettings } from '../../src/auth/account_imports.ts'
import { suite } from '../harness.ts'
import { ActorRig } from './actor_rig.ts'

const test = suite('connection/service_requests')

const FIELDS = { verbose: false, pedantic: false, headers: true, no_responders: true }
const limits = { max_connections: -1, max_subscriptions: -1, max_payload: -1 }

interface World {
  gives?: Partial<ExportSettings>
  wants?: Partial<ImportSettings>
  threads?: number
  chain?: boolean
}

/** A exports a service, B has it; with `chain`, A has it from C itself. */
function make({ gives = {}, wants = {}, threads = 1, chain = false }: World = {}) {
  const exported: ExportSettings = {
    ...{
      kind: 'service',
      subject: 'q.*',
      response_type: 'single',
      response_threshold_ms: 5000,
      account_token_position: 0,
    },
    ...gives,
  }
  const imported = (account: string, more: Partial<ImportSettings> = {}): ImportSettings => (
    { kind: 'service', account, subject: 'q.*', local: 'q.*', share: false, ...more }
  )
  const user = (name: string) => ({ user: name, password: name, nkey: '', account: name })
  const rig = new ActorRig({
    threads,
    options(options) {
      options.accounts = [
        { name: 'A', users: [user('A')], limits, exports: [exported], ...(chain && { imports: [imported('C')] }) },
        { name: 'B', users: [user('B')], limits, imports: [imported('A', wants)] },
        { name: 'C', users: [user('C')], limits, exports: [exported] },
      ]
    },
  })
  const client = (name: string, thread = 0) => rig.client({ ...FIELDS, user: name, pass: name }, thread)
  return { rig, client }
}

/** The request as the responder sees it: its subject, sid, reply, and what stands in the header. */
function seen(text: string) {
  const [, subject, sid, reply, info] =
    /^HMSG (\S+) (\S+) (_R_\.\w{6}\.\w{6}) .*\r\nNATS\/1\.0\r\nNats-Request-Info: (.*)\r\n\r\n/.exec(text)!
  return { subject, sid, reply, info: JSON.parse(info) }
}

for (const threads of [1, 2]) {
  test(`a request goes to the exporter and its answer comes back, with ${threads} threads`, () => {
    const { rig, client } = make({ threads })
    const responder = client('A', threads - 1), requester = client('B')
    responder.send('SUB q.> 1\r\n')
    requester.send('SUB r 7\r\nPUB q.x r 3\r\nask\r\n')
    rig.settle()
    const { subject, reply, info } = seen(responder.take())
    assert.equal([subject, info.acc, info.host], ['q.x', 'B', undefined])
    responder.send(`PUB ${reply} 6\r\nanswer\r\nPUB ${reply} 4\r\nmore\r\n`)
    rig.settle()
    assert.is(requester.take(), 'MSG r 7 6\r\nanswer\r\n')
  })
}

test('headers are kept both ways', () => {
  const { rig, client } = make()
  const responder = client('A'), requester = client('B')
  responder.send('SUB q.> 1\r\n')
  requester.send('SUB r 7\r\nHPUB q.x r 18 21\r\nNATS/1.0\r\nK: v\r\n\r\nask\r\n')
  rig.settle()
  const text = responder.take()
  assert.match(text, /\r\nNATS\/1\.0\r\nK: v\r\nNats-Request-Info: \{.*\}\r\n\r\nask\r\n$/)
  responder.send(`HPUB ${/_R_\S+/.exec(text)![0]} 18 19\r\nNATS/1.0\r\nJ: w\r\n\r\n!\r\n`)
  rig.settle()
  assert.is(requester.take(), 'HMSG r 7 18 19\r\nNATS/1.0\r\nJ: w\r\n\r\n!\r\n')
})

test('streamed answers come until an empty one', () => {
  const { rig, client } = make({ gives: { response_type: 'stream' } })
  const responder = client('A'), requester = client('B')
  responder.send('SUB q.> 1\r\n')
  requester.send('SUB r 7\r\nPUB q.x r 0\r\n\r\n')
  rig.settle()
  const { reply } = seen(responder.take())
  for (const body of ['one', 'two', '', 'late']) responder.send(`PUB ${reply} ${body.length}\r\n${body}\r\n`)
  rig.settle()
  assert.is(requester.take(), 'MSG r 7 3\r\none\r\nMSG r 7 3\r\ntwo\r\nMSG r 7 0\r\n\r\n')
})

test("an answer that comes too late is nobody's", () => {
  const { rig, client } = make({ gives: { response_threshold_ms: 500 } })
  const responder = client('A'), requester = client('B')
  responder.send('SUB q.> 1\r\n')
  requester.send('SUB r 7\r\nPUB q.x r 0\r\n\r\n')
  rig.settle()
  const { reply } = seen(responder.take())
  rig.clock.pass(1500)
  responder.send(`PUB ${reply} 1\r\nx\r\n`)
  rig.settle()
  assert.is(requester.take(), '')
})

test('what nobody takes has no responders', () => {
  const { rig, client } = make()
  const requester = client('B')
  requester.send('SUB r 7\r\nPUB q.x r 0\r\n\r\n')
  rig.settle()
  assert.match(requester.take(), /^HMSG r 7 .*\r\nNATS\/1\.0 503\r\nNats-Subject: q\.x\r\n/)
})

test('whoever subscribes here gets it, too; a renamed service has its new name only', () => {
  const { rig, client } = make({ wants: { local: 'mine.*', share: true } })
  const responder = client('A'), requester = client('B')
  responder.send('SUB q.> 1\r\n')
  requester.send('SUB mine.x 3\r\nPUB mine.x r 0\r\n\r\nPUB q.x r 0\r\n\r\n')
  rig.settle()
  assert.match(requester.take(), /^MSG mine\.x 3 r 0\r\n\r\n$/)
  const { subject, info } = seen(responder.take())
  assert.equal([subject, info.user, info.host, info.kind], ['q.x', 'B', '127.0.0.1', 'Client'])
})

test('a request goes on to what the exporter has from others, and the answer all the way back', () => {
  const { rig, client } = make({ chain: true })
  const responder = client('C'), requester = client('B')
  responder.send('SUB q.> 1\r\n')
  requester.send('SUB r 7\r\nPUB q.x r 3\r\nask\r\n')
  rig.settle()
  const { reply, info } = seen(responder.take())
  assert.is(info.acc, 'B')
  responder.send(`PUB ${reply} 6\r\nanswer\r\n`)
  rig.settle()
  assert.is(requester.take(), 'MSG r 7 6\r\nanswer\r\n')
})

test('a client that can not read headers gets the request without', () => {
  const { rig, client } = make()
  const responder = rig.client({ ...FIELDS, headers: false, no_responders: false, user: 'A', pass: 'A' })
  responder.send('SUB q.> 1\r\n')
  client('B').send('PUB q.x 3\r\nask\r\n')
  rig.settle()
  assert.is(responder.take(), 'MSG q.x 1 3\r\nask\r\n')
})

test('the exporter is told how long it took: an answer, nobody, and no answer', () => {
  const latency = { subject: 'lat', sampling: 100 }
  const { rig, client } = make({ gives: { latency, response_threshold_ms: 500 } })
  const exporter = client('A'), requester = client('B')
  exporter.send('SUB lat 9\r\n')
  const told = () => {
    rig.settle()
    const text = exporter.take()
    const [, json] = /MSG lat 9 \d+\r\n(.*)\r\n/.exec(text)!
    const { status, requestor } = JSON.parse(json)
    assert.is(requestor.acc, 'B')
    return status
  }
  requester.send('SUB r 7\r\nPUB q.x r 0\r\n\r\n')
  assert.is(told(), 503)
  exporter.send('SUB q.* 1\r\n')
  requester.send('PUB q.x r 0\r\n\r\n')
  rig.settle()
  const { reply } = seen(exporter.take())
  exporter.send(`PUB ${reply} 1\r\nx\r\n`)
  assert.is(told(), 200)
  requester.send('PUB q.x r 0\r\n\r\n')
  rig.settle()
  exporter.take()
  rig.clock.pass(1500)
  assert.is(told(), 504)
})

test('where nothing is chosen by lot, requests are measured whose headers say that they are traced', () => {
  const { rig, client } = make({ gives: { latency: { subject: 'lat', sampling: 0 } } })
  const exporter = client('A'), requester = client('B')
  exporter.send('SUB lat 9\r\n')
  const ask = (header: string) => {
    requester.send(`HPUB q.x r ${header.length} ${header.length}\r\n${header}\r\n`)
    rig.settle()
    return exporter.take()
  }
  const traced = 'NATS/1.0\r\nX-B3-Sampled: 1\r\n\r\n'
  assert.is(ask('NATS/1.0\r\nX-B3-Sampled: 0\r\n\r\n'), '')
  const [, json] = /MSG lat 9 \d+\r\n(.*)\r\n/.exec(ask(traced))!
  assert.equal(JSON.parse(json).header, { 'X-B3-Sampled': ['1'] })
})

test.run()
