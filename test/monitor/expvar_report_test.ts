import * as assert from 'uvu/assert'
import { expvar_report } from '../../src/monitor/expvar_report.ts'
import { suite } from '../harness.ts'

const test = suite('monitor/expvar_report')

test('the command line and the memory, by the names that tools know', () => {
  const given = ['onehop', '-D']
  const { cmdline, memstats } = expvar_report(given) as { cmdline: string[]; memstats: Record<string, number> }
  assert.equal(cmdline, given)
  assert.ok(Object.values(memstats).every((bytes) => Number.isInteger(bytes) && bytes >= 0))
  assert.ok(memstats.HeapSys >= memstats.HeapAlloc && memstats.HeapAlloc > 0)
})

test.run()
