import * as assert from 'uvu/assert'
import { choose_pinning, core_list, own_pinning, ranges } from '../../src/bench/pinning.ts'
import { suite } from '../harness.ts'

const test = suite('bench/pinning')
const first = (count: number) => Array.from({ length: count }, (_, core) => core)

test('from four cores on the load has a quarter of them to itself, four at most', () => {
  const four = choose_pinning(first(4), true, true)
  assert.equal([four.server, four.load], [['taskset', '-c', '0,1,2'], ['taskset', '-c', '3']])
  assert.equal([four.server_cores, four.load_processes], [3, 1])
  assert.is(four.said, 'pinned by taskset: servers on cores 0-2, load on 3')
  const many = choose_pinning(first(64), true, true)
  assert.equal([many.server_cores, many.load_processes], [60, 4])
  assert.is(many.said, 'pinned by taskset: servers on cores 0-59, load on 60-63')
})

test('where nothing can be pinned the report says why', () => {
  const two = choose_pinning([0, 1], true, true)
  assert.equal([two.server, two.load, two.server_cores, two.load_processes], [[], [], 2, 1])
  assert.match(two.said, /^not pinned: with 2 cores none can be kept for the load/)
  assert.match(choose_pinning(first(3), true, true).said, /^not pinned: with 3 cores/)
  assert.match(choose_pinning(first(8), false, false).said, /only Linux/)
  const without = choose_pinning(first(8), true, false)
  assert.match(without.said, /taskset \(util-linux\) is not installed/)
  assert.equal([without.server, without.server_cores, without.load_processes], [[], 8, 2])
})

test('lists of cores are read and written as the kernel has them', () => {
  assert.equal(core_list('0-2,5,8-9'), [0, 1, 2, 5, 8, 9])
  assert.equal(core_list('3'), [3])
  assert.is(ranges([0, 1, 2, 5, 8, 9]), '0-2,5,8-9')
  assert.is(ranges([]), '')
})

test('this machine has some choice', () => {
  const own = own_pinning(2)
  assert.ok(own.server_cores >= 1 && own.load_processes >= 1 && own.said !== '')
})

test.run()
