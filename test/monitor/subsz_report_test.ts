import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { Parameters } from '../../src/monitor/parameters.ts'
import { is_asked_for, subsz_query, subsz_report } from '../../src/monitor/subsz_report.ts'
import { suite } from '../harness.ts'
import { NOW_MS, SAMPLE_COUNTS } from './samples.ts'

const test = suite('monitor/subsz_report')

const SUBJECTS = ['foo.*', 'foo.bar', 'nope', '>', 'foo.>', 'foo', '*.bar', 'foo.bar.baz']
const LIST = SUBJECTS.map((subject, i) => ({ account: i < 6 ? 'A' : 'B', subject, sid: `${i}`, messages: 0, cid: 7 }))

function subsz(query: string) {
  const asked = subsz_query(new Parameters(query))
  const found = LIST.filter(({ account, subject }) => asked.list && is_asked_for(asked, account, subject))
  const { offset, limit } = asked.page
  const page = { total: found.length, reports: found.slice(offset, offset + limit) }
  return subsz_report(asked, 'NID', NOW_MS, SAMPLE_COUNTS, page) as {
    total: number
    offset: number
    limit: number
    subscriptions_list?: { subject: string }[]
  }
}

const subjects = (query: string) => subsz(query).subscriptions_list?.map((entry) => entry.subject)

test('without a list the total is 0', () => {
  assert.is(
    JSON.stringify(subsz('')),
    '{"server_id":"NID","now":"2026-01-02T03:04:05.6Z","num_subscriptions":3,"num_cache":1,"num_inserts":5,' +
      '"num_removes":2,"num_matches":8,"cache_hit_rate":0.125,"max_fanout":2,"avg_fanout":1.5,"total":0,"offset":0,"limit":1024}',
  )
})

test('an entry names its account', () => {
  assert.is(
    JSON.stringify(subsz('subs=1').subscriptions_list![0]),
    '{"account":"A","account_tag":"A","subject":"foo.*","sid":"0","msgs":0,"cid":7}',
  )
})

test('a test subject and an account narrow the list', () => {
  assert.equal(subjects('subs=1&test=foo.bar'), ['foo.*', 'foo.bar', '>', 'foo.>', '*.bar'])
  assert.equal(subjects('subs=1&test=foo.bar&acc=B'), ['*.bar'])
  assert.is(subsz('subs=1&acc=A').total, 6)
  assert.not.ok('subscriptions_list' in subsz('subs=1&acc=C'))
})

test('a test subject must be literal', () => {
  for (const subject of ['foo.*', '>', 'a..b', '.a', 'a.']) {
    assert.throws(
      () => subsz(`test=${subject}`),
      (error: Error) => error.message === `invalid test subject, must be valid publish subject: ${subject}`,
    )
  }
})

test('pages are consecutive parts and the total stays', () => {
  fc.assert(fc.property(fc.integer({ min: -1, max: 12 }), fc.integer({ min: -1, max: 12 }), (offset, limit) => {
    const report = subsz(`subs=1&offset=${offset}&limit=${limit}`)
    assert.is(report.total, LIST.length)
    assert.is(report.limit, limit > 0 ? limit : 1024)
    const expected = SUBJECTS.slice(Math.max(0, offset)).slice(0, report.limit)
    assert.equal(report.subscriptions_list?.map((entry) => entry.subject) ?? [], expected)
  }))
})

test.run()
