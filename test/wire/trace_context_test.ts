import * as assert from 'uvu/assert'
import { recorded_trace } from '../../src/wire/trace_context.ts'
import { suite } from '../harness.ts'

const test = suite('wire/trace_context')

const ID = '479fefe9525eddb:5adb976bfc1f95c1:479fefe9525eddb'

test('a message without such headers asks for nothing', () => {
  assert.is(recorded_trace({ 'Nats-Trace-Dest': ['a'] }), null)
})

test("Jaeger's id says it in its last part, and takes its context along", () => {
  assert.equal(recorded_trace({ 'uber-trace-id': [`${ID}:1`], 'Uberctx-X': ['y'], other: ['z'] }), {
    'Uber-Trace-Id': [`${ID}:1`],
    'Uberctx-X': ['y'],
  })
  for (const id of [`${ID}:0`, `${ID}:x`, `${ID}:111`, ID]) assert.is(recorded_trace({ 'Uber-Trace-Id': [id] }), null)
})

test("Zipkin's headers say so, or leave it to us", () => {
  assert.equal(recorded_trace({ 'X-B3-Sampled': ['1'], 'X-B3-SpanId': ['5'] }), {
    'X-B3-Sampled': ['1'],
    'X-B3-Spanid': ['5'],
  })
  assert.equal(recorded_trace({ 'X-B3-TraceId': ['7'] }), { 'X-B3-Traceid': ['7'] })
  assert.is(recorded_trace({ 'X-B3-TraceId': ['7'], 'X-B3-Sampled': ['0'] }), null)
  assert.equal(recorded_trace({ b3: ['80f198ee-e457b5a2-1'] }), { B3: ['80f198ee-e457b5a2-1'] })
  for (const b3 of ['0', '80f198ee-e457b5a2-0']) assert.is(recorded_trace({ b3: [b3] }), null)
})

test("W3C's parent says it in its flags, and has its state beside it", () => {
  const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7'
  assert.equal(recorded_trace({ traceparent: [`${parent}-01`], tracestate: ['a=b'] }), {
    Traceparent: [`${parent}-01`],
    Tracestate: ['a=b'],
  })
  assert.is(recorded_trace({ traceparent: [`${parent}-00`] }), null)
})

test.run()
