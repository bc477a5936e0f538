// Whether an import may be (reference client.md 5.9).
import * as assert from 'uvu/assert'
import {
  type AccountExchange,
  check_cycle,
  type ExportSettings,
  find_export,
  type ImportSettings,
} from '../../src/auth/account_imports.ts'
import { suite } from '../harness.ts'

const test = suite('auth/account_imports')

const gives = (kind: 'stream' | 'service', subject: string, more: Partial<ExportSettings> = {}): ExportSettings => (
  { kind, subject, response_type: 'single', response_threshold_ms: 1, account_token_position: 0, ...more }
)
const wants = (kind: 'stream' | 'service', account: string, subject: string, local = subject): ImportSettings => (
  { kind, account, subject, local, share: false }
)

test('an import is within an export of its kind', () => {
  const exporter = { name: 'A', exports: [gives('stream', 's.x'), gives('service', 'q.*'), gives('stream', 's.>')] }
  assert.is(find_export('B', wants('stream', 'A', 's.*'), exporter), exporter.exports[2])
  assert.is(find_export('B', wants('service', 'A', 'q.x'), exporter), exporter.exports[1])
  assert.throws(() => find_export('B', wants('stream', 'A', 'q.x'), exporter), 'stream import not authorized')
  assert.throws(() => find_export('B', wants('service', 'A', 'q.>'), exporter), 'service import not authorized')
  assert.throws(() => find_export('B', wants('service', 'A', 'q'), { name: 'A' }), 'service import not authorized')
})

test('a private export is for the accounts that it names', () => {
  const exporter = { name: 'A', exports: [gives('stream', 's', { accounts: ['C'] })] }
  find_export('C', wants('stream', 'A', 's'), exporter)
  assert.throws(() => find_export('B', wants('stream', 'A', 's'), exporter), 'not authorized')
})

test('a token of the subject may be the account', () => {
  const exporter = { name: 'A', exports: [gives('service', 'q.*.x', { account_token_position: 2 })] }
  find_export('B', wants('service', 'A', 'q.B.x'), exporter)
  for (const subject of ['q.C.x', 'q.*.x']) {
    assert.throws(() => find_export('B', wants('service', 'A', subject), exporter), 'not authorized')
  }
})

test('a request must not come back', () => {
  const account = (name: string, ...imports: ImportSettings[]): AccountExchange => ({ name, imports })
  const check = (...all: AccountExchange[]) => () => check_cycle(all[0], all[0].imports![0], all)
  assert.throws(
    check(account('A', wants('service', 'B', 'q')), account('B', wants('service', 'A', 'q'))),
    'import forms a cycle',
  )
  const by_three = [
    account('A', wants('service', 'B', 'q.*', 'x.*')),
    account('B', wants('service', 'C', 'r.>', 'q.>')),
    account('C', wants('service', 'A', 'x', 'r.1')),
  ]
  assert.throws(check(...by_three), 'import forms a cycle')
  check(account('A', wants('service', 'B', 'q')), account('B', wants('service', 'A', 'other')))()
  check(account('A', wants('service', 'B', 'q')), account('B', wants('stream', 'A', 'q')))()
  check(account('A', wants('service', 'B', 'q')), account('B', wants('service', 'C', 'q')), account('C'))()
})

test.run()
