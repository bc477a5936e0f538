import * as assert from 'uvu/assert'
import { count, delay, exact, percent, short, short_name, size, span } from '../../src/page/numbers.ts'
import { suite } from '../harness.ts'

const test = suite('page/numbers')

test('numbers keep three digits, and never round into a fourth', () => {
  const values = [0, 0.04, 7.44, 9.96, 99.96, 312.4, 999.4, 999.5, 1_234, 99_960, 999_499, 999_500, 1.05e6, 4.2e9, 8e18]
  assert.equal(values.map(short), [
    ...['0', '0', '7.4', '10', '100', '312', '999', '1k', '1.23k', '100k', '999k', '1M', '1.05M', '4.20G', '8000P'],
  ])
  assert.equal([short(null), short(undefined), short(NaN), short(Infinity)], ['\u2013', '\u2013', '\u2013', '\u2013'])
  assert.equal([exact(1234567), exact(0.6), exact(null)], ['1,234,567', '1', '\u2013'])
})

test('sizes count in 1024', () => {
  assert.equal([0, 1, 1023, 1023.4, 1024, 1536, 1024 ** 2 * 1.5, 1024 ** 3 * 200].map(size), [
    ...['0 B', '1 B', '1023 B', '1023 B', '1 KiB', '1.50 KiB', '1.50 MiB', '200 GiB'],
  ])
  assert.is(size(undefined), '\u2013')
})

test('delays, shares and spans', () => {
  assert.equal([0.042, 0.999, 1.25, 9.96, 312.4, 1_234].map(delay), [
    '0.04 ms',
    '1.0 ms',
    '1.3 ms',
    '10 ms',
    '312 ms',
    '1.2 s',
  ])
  assert.equal([percent(0.126), percent(null)], ['13 %', '\u2013'])
  assert.equal([0, 59_999, 60_000, 200_000, 7_500_000, 86_400_000 * 3 + 7_200_000, -5].map(span), [
    ...['0 s', '59 s', '1 min', '3 min 20 s', '2 h 5 min', '3 d 2 h', '0 s'],
  ])
  // What is between two parts that are there is not left out for a third.
  assert.is(span(3_600_000 + 5_000), '1 h')
})

test('names that are ids are shortened in the middle, long ones at the end', () => {
  const id = `N${'A'.repeat(51)}WXYZ`
  assert.equal([short_name(id), short_name('alpha'), short_name('a'.repeat(30), 10)], [
    ...['NAAAA\u2026WXYZ', 'alpha', 'aaaaaaaaa\u2026'],
  ])
  assert.equal([count(1, 'member'), count(1_200, 'member'), count(2, 'is', 'are')], [
    '1 member',
    '1,200 members',
    '2 are',
  ])
})

test.run()
