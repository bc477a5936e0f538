import * as assert from 'uvu/assert'
import { gatewayz_report, jsz_report, leafz_report } from '../../src/monitor/unserved_reports.ts'
import { suite } from '../harness.ts'
import { sample_server } from './samples.ts'

const test = suite('monitor/unserved_reports')

test('they say that there is nothing', () => {
  const head = { server_id: 'NID', now: '2026-01-02T03:04:05.6Z' }
  assert.equal(gatewayz_report(sample_server()), { ...head, outbound_gateways: {}, inbound_gateways: {} })
  assert.equal(leafz_report(sample_server()), { ...head, leafnodes: 0, leafs: [] })
  const jsz = jsz_report(sample_server()) as Record<string, unknown>
  assert.equal([jsz.server_id, jsz.disabled, jsz.streams], ['NID', true, 0])
})

test.run()
