import * as assert from 'uvu/assert'
import { aligned, report_text, significant } from '../../src/bench/bench_tables.ts'
import { suite } from '../harness.ts'
import { made_report } from './made_report.ts'

const test = suite('bench/bench_tables')

test('columns are as wide as their widest word', () => {
  assert.equal(aligned([['', 'two', 'x'], ['long name', '1', '12,345'], ['b', '22', '']]), [
    '           two       x',
    'long name    1  12,345',
    'b           22',
  ])
})

test('the text has tables of rates, latencies and processor time', () => {
  const text = report_text(made_report({ workers: [1, 2] }))
  assert.match(text, /^per second +1 worker +2 workers +nats-server 2\.9\.10$/m)
  assert.match(text, /^1:1, deliveries +4,115,223 +5,761,313 +5,761,313$/m)
  assert.match(text, /^latency, us +p50 +p90 +p99 +p99\.9$/m)
  assert.match(text, /^request-reply, 2 workers +\d+ +78 +312 +4096$/m)
  assert.match(text, /^server cpu, us each +1 worker /m)
  assert.match(text, /^1:1 +0\.142 +0\.142 +0\.142$/m)
  assert.not.match(text, /^one-way latency, deliveries/m)
  assert.not.match(text, /\*|FAILED|undefined|NaN/)
})

test('a star marks what says how fast the generator is, and a line what failed', () => {
  assert.match(report_text(made_report({ generator: 1 })), /^1:1, deliveries +[\d,]+\* +[\d,]+\*/m)
  const failed = report_text(made_report({ failures: ['no end'] }))
  assert.match(failed, /^1:1, deliveries +- +- +- +-$/m)
  assert.match(failed, /^FAILED 1:1, 2 workers: no end$/m)
})

test('figures have three digits that matter', () => {
  assert.equal([0, 0.1423, 1.25, 43.21, 1234.5].map(significant), ['0', '0.142', '1.25', '43.2', '1235'])
})

test.run()
