// The event that tells how long a request took.
import * as assert from 'uvu/assert'
import { latency_event } from '../../src/connection/service_latency.ts'
import { suite } from '../harness.ts'

const test = suite('connection/service_latency')

const measured = {
  ...{
    latency: { subject: 'l', sampling: 100 },
    requestor: '{"acc":"B"}',
    rtt_ms: 2,
    start_ms: 100,
    start_wall_ms: 10_000,
  },
}
const event = (status: 200 | 503 | 504) =>
  JSON.parse(new TextDecoder().decode(latency_event(measured, status, 'ID', 105, 10_005)))

test('an answer: what the service took, and all of it', () => {
  assert.equal(event(200), {
    ...{
      type: 'io.nats.server.metric.v1.service_latency',
      id: 'ID',
      timestamp: '1970-01-01T00:00:10.005Z',
      status: 200,
    },
    ...{ requestor: { acc: 'B' }, start: '1970-01-01T00:00:09.998Z', service: 5_000_000, system: 0, total: 7_000_000 },
  })
})

test('nobody, or no answer: why, and no time of the service', () => {
  const { status, description, service } = event(503)
  assert.equal([status, description, service], [503, 'Service Unavailable', 0])
  assert.equal([event(504).status, event(504).description], [504, 'Service Timeout'])
})

test('a request that asked for it: by which headers', () => {
  const headers = { B3: ['1'] }
  const bytes = latency_event({ ...measured, headers }, 200, 'ID', 105, 10_005)
  assert.equal(JSON.parse(new TextDecoder().decode(bytes)).header, headers)
  assert.is(event(200).header, undefined)
})

test.run()
