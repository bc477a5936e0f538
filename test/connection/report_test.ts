import * as assert from 'uvu/assert'
import { traffic_report } from '../../src/connection/report.ts'
import { ManualClock } from '../manual_clock.ts'
import { suite } from '../harness.ts'

const test = suite('connection/report')

const connection = {
  cid: 1,
  ip: '::1',
  port: 2,
  start_ms: 3,
  last_activity_ms: 400,
  in_messages: 5,
  in_bytes: 6,
  outbox: { pending: 7, out_messages: 8, out_bytes: 9 },
}

test('counts are as the connection has them, and times are those of the wall', () => {
  const clock = new ManualClock(1000)
  assert.equal(traffic_report(connection, 12, 3, clock), {
    cid: 1,
    ip: '::1',
    port: 2,
    start_ms: 3,
    last_activity_ms: clock.wall_ms() - 600,
    rtt_us: 12,
    pending_bytes: 7,
    in_messages: 5,
    out_messages: 8,
    in_bytes: 6,
    out_bytes: 9,
    subscriptions: 3,
  })
})

test('a round trip that was never measured is left out', () => {
  assert.not('rtt_us' in traffic_report(connection, undefined, 0, new ManualClock()))
})

test.run()
