// How rows get in order, and which are found.
import * as assert from 'uvu/assert'
import { matching, next_sorting, page_words, sorted } from '../../src/page/table_order.ts'
import { suite } from '../harness.ts'

const test = suite('page/table_order')

test('numbers go by size, texts as people count, and what is not known comes last both ways', () => {
  const by = (value: (row: any) => any, direction: 'ascending' | 'descending', rows: unknown[]) =>
    sorted(rows, value, direction)
  assert.equal(by((n) => n, 'ascending', [10, null, 9, 100]), [9, 10, 100, null])
  assert.equal(by((n) => n, 'descending', [10, null, 9, 100]), [100, 10, 9, null])
  assert.equal(by((n) => n, 'ascending', ['n10', 'n9', 'B', 'a']), ['a', 'B', 'n9', 'n10'])
})

test('rows with the same value stay as they were', () => {
  const rows = [['x', 1], ['y', 0], ['z', 1]] as const
  assert.equal(sorted(rows, ([, value]) => value, 'descending').map(([name]) => name), ['x', 'z', 'y'])
})

test('every word of a search has to be somewhere in the row', () => {
  const rows = [['alpha', '10.0.0.1'], ['beta', '10.0.0.2']]
  const found = (search: string) => matching(rows, (row) => row, search).map(([name]) => name)
  assert.equal([found(''), found('  '), found('ALPHA'), found('0.2 bet'), found('alpha beta'), found('10.')], [
    ...[['alpha', 'beta'], ['alpha', 'beta'], ['alpha'], ['beta'], [], ['alpha', 'beta']],
  ])
})

test('a click puts in order by that column, a second one the other way; the server knows one way only', () => {
  const page = { name: 'a', order: { by: 'page' as const, value: () => 0, first: 'descending' as const } }
  const server = { name: 'b', order: { by: 'server' as const, name: 'b', direction: 'ascending' as const } }
  const first = next_sorting(null, page)
  assert.equal(first, { name: 'a', direction: 'descending' })
  assert.equal(next_sorting(first, page), { name: 'a', direction: 'ascending' })
  assert.equal(next_sorting(next_sorting(first, page), page), first)
  assert.equal([next_sorting(first, server), next_sorting(next_sorting(first, server), server)], [
    { name: 'b', direction: 'ascending' },
    { name: 'b', direction: 'ascending' },
  ])
  assert.equal(next_sorting(first, { name: 'c' }), first)
})

test('a page says which part of the whole it is', () => {
  assert.equal([page_words(0, 0, 0), page_words(25, 25, 1204), page_words(50, 0, 12)], [
    ...['none', '26 to 50 of 1,204', 'none from 51 on, of 12'],
  ])
})

test.run()
