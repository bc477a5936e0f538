import * as assert from 'uvu/assert'
import { page_of, Parameters } from '../../src/monitor/parameters.ts'
import { suite } from '../harness.ts'

const test = suite('monitor/parameters')

/** The message of the ParameterError that f throws. */
function message(f: () => unknown): string {
  try {
    f()
  } catch (error) {
    if (error instanceof Error && error.name === 'ParameterError') return error.message
  }
  return assert.unreachable('no ParameterError') as never
}

test('the first occurrence counts, pairs that can not be decoded do not exist', () => {
  const parameters = new Parameters('a=1&a=2&b=x+y%2B&c=%zz&d;e=5&&f&g=a=b')
  assert.equal(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => parameters.text(name)), [
    '1',
    'x y+',
    '',
    '',
    '',
    '',
    'a=b',
    '',
  ])
})

test('booleans have the spellings of Go', () => {
  for (const word of ['1', 't', 'T', 'true', 'TRUE', 'True']) assert.is(new Parameters(`x=${word}`).bool('x'), true)
  for (const word of ['', '0', 'f', 'F', 'false', 'FALSE', 'False']) {
    assert.is(new Parameters(`x=${word}`).bool('x'), false)
  }
  assert.is(
    message(() => new Parameters('auth=tRue').bool('auth')),
    `Error decoding boolean for 'auth': strconv.ParseBool: parsing "tRue": invalid syntax`,
  )
})

test('integers have signs, bounds and the errors of Go', () => {
  assert.is(new Parameters('n=%2B3').int('n'), 3)
  assert.is(new Parameters('n=-3').int('n'), -3)
  assert.is(new Parameters('').int('n'), 0)
  assert.is(
    message(() => new Parameters('limit=+3').int('limit')),
    `Error decoding int for 'limit': strconv.Atoi: parsing " 3": invalid syntax`,
  )
  assert.is(
    message(() => new Parameters('limit=9223372036854775808').int('limit')),
    `Error decoding int for 'limit': strconv.Atoi: parsing "9223372036854775808": value out of range`,
  )
  assert.is(
    message(() => new Parameters('cid=-1').unsigned('cid')),
    `Error decoding uint64 for 'cid': strconv.ParseUint: parsing "-1": invalid syntax`,
  )
  assert.is(
    message(() => new Parameters('cid=%22%01').unsigned('cid')),
    `Error decoding uint64 for 'cid': strconv.ParseUint: parsing "\\"\\x01": invalid syntax`,
  )
})

test('subs is a boolean or the word detail', () => {
  assert.is(new Parameters('').subscriptions(), 'none')
  assert.is(new Parameters('subs=1').subscriptions(), 'subjects')
  assert.is(new Parameters('subs=DETAIL').subscriptions(), 'detail')
  assert.match(message(() => new Parameters('subs=xxx').subscriptions()), /^Error decoding boolean for 'subs': /)
})

test('state is open, closed or all', () => {
  const state = (text: string) => new Parameters(`state=${text}`).state()
  assert.equal(['', 'OPEN', 'closed', 'any', 'All'].map(state), ['open', 'open', 'closed', 'all', 'all'])
  assert.is(message(() => state('xXx')), 'Error decoding state for xXx')
})

test('pages have no negative offset and a default limit', () => {
  assert.equal(page_of(-3, -1), { offset: 0, limit: 1024 })
  assert.equal(page_of(3, 0), { offset: 3, limit: 1024 })
  assert.equal(page_of(3, 2), { offset: 3, limit: 2 })
})

test.run()
