// The event of a traced message, with the names of those that it went to.
import { gunzipSync } from 'node:zlib'
import * as assert from 'uvu/assert'
import { latin1_text } from '../../src/base/bytes.ts'
import type { TraceName, TraceReport, TraceTarget } from '../../src/connection/message_trace.ts'
import type { OwnMessage } from '../../src/connection/own_messages.ts'
import { TraceService } from '../../src/monitor/trace_service.ts'
import { suite } from '../harness.ts'

const test = suite('monitor/trace_service')
const target = (thread: number, slot: number, more: Partial<TraceTarget> = {}): TraceTarget => (
  { thread, slot, subscription: 1, subject: 'x', queue: '', hop: '', error: '', wall_ms: 0, ...more }
)
const NAMES: Record<string, TraceName> = {
  '0.1': { kind: 0, cid: 11, name: 'one', account: 'A', traces: true },
  '1.1': { kind: 0, cid: 12, name: '', account: 'B', traces: true, is_shadow: true },
  '1.2': { kind: 1, cid: 13, name: 'peer', account: '', traces: false },
}

function make() {
  const published: OwnMessage[] = []
  const service = new TraceService({
    describe: (thread, targets) => Promise.resolve(targets.map(({ slot }) => NAMES[`${thread}.${slot}`] ?? null)),
    account_name: () => 'A',
    server_object: () => ({ id: 'N' }),
    publish: (message) => {
      published.push(message)
      return Promise.resolve()
    },
  })
  const tell = async (report: Partial<TraceReport>) => {
    await service.tell({
      account: 1,
      dest: 't',
      gzip: false,
      headers: {},
      size: 5,
      hops: 0,
      events: [],
      targets: [],
      ...report,
    })
    return published.splice(0)[0]
  }
  return {
    tell,
    event: async (report: Partial<TraceReport>) => JSON.parse(Buffer.from((await tell(report)).body).toString()),
  }
}

test('targets are named in their order, with what makes them different', async () => {
  const { event } = make()
  const { server, request, hops, events } = await event({
    headers: { A: ['\xc3\xa4'] },
    hops: 1,
    events: [{ type: 'in' }],
    targets: [
      target(1, 2, { subscription: 0, hop: '1' }),
      target(0, 1, { queue: 'q' }),
      target(1, 1),
      target(0, 9),
      target(0, 1, { error: 'no' }),
    ],
  })
  const ts = '1970-01-01T00:00:00.000Z'
  assert.equal([server, request, hops], [{ id: 'N' }, { header: { A: ['ä'] }, msgsize: 5 }, 1])
  assert.equal(events, [
    { type: 'in' },
    {
      ...{ type: 'eg', ts, kind: 1, cid: 13, name: 'peer', hop: '1' },
      error: 'Message delivered but remote does not support message tracing so no trace event generated from there',
    },
    { type: 'eg', ts, kind: 0, cid: 11, name: 'one', sub: 'x', queue: 'q' },
    { type: 'se', ts, acc: 'B', to: 'x' },
    { type: 'eg', ts, kind: 0, cid: 12, acc: 'B', sub: 'x' },
    { type: 'eg', ts, kind: 0, cid: 0, sub: 'x', error: 'Not delivered because client is closed' },
    { type: 'eg', ts, kind: 0, cid: 11, name: 'one', sub: 'x', error: 'no' },
  ])
})

test('it goes where the message wanted it, compressed if it asked for that', async () => {
  const { tell } = make()
  const { account, subject, header_size, body } = await tell({ gzip: true })
  assert.equal([account, latin1_text(subject)], [1, 't'])
  assert.is(latin1_text(body, 0, header_size), 'NATS/1.0\r\nContent-Encoding: gzip\r\n\r\n')
  assert.equal(JSON.parse(gunzipSync(body.subarray(header_size, -2)).toString()).request.msgsize, 5)
})

test('a peer that knows no traces does not get one that is only that', async () => {
  const { event } = make()
  const { events } = await event({
    headers: { 'Nats-Trace-Only': ['1'] },
    targets: [target(1, 2, { subscription: 0, hop: '1' })],
  })
  assert.is(events[0].error, 'Not delivered because remote does not support message tracing')
})

test.run()
