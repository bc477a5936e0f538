import * as assert from 'uvu/assert'
import { ipqueuesz_query, ipqueuesz_report } from '../../src/monitor/ipqueuesz_report.ts'
import { Parameters } from '../../src/monitor/parameters.ts'
import { suite } from '../harness.ts'
import { sample_worker } from './samples.ts'

const test = suite('monitor/ipqueuesz_report')

test('rings in which something waits, or all; by a part of their name', () => {
  const workers = [
    sample_worker(0, { ring_bytes: 0 }),
    sample_worker(1, { role: 'route', ring_bytes: 7 }),
    sample_worker(2, { role: 'supervisor' }),
  ]
  const report = (query: string) => ipqueuesz_report(ipqueuesz_query(new Parameters(query)), workers)
  assert.equal(report(''), { 'rings to route thread 1': { pending: 7 } })
  assert.equal(report('all=1'), {
    'rings to client thread 0': { pending: 0 },
    'rings to route thread 1': { pending: 7 },
  })
  assert.equal(report('all=1&queues=client'), { 'rings to client thread 0': { pending: 0 } })
  assert.throws(() => report('all=x'), /decoding boolean/)
})

test.run()
