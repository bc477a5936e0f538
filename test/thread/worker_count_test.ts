import * as assert from 'uvu/assert'
import { choose_workers } from '../../src/thread/worker_count.ts'
import { suite } from '../harness.ts'

const test = suite('thread/worker_count')

test('without being asked there is one worker per core but one, within 1 and 8', () => {
  const workers = [1, 2, 3, 4, 8, 9, 10, 64].map((cores) => choose_workers(undefined, undefined, cores).workers)
  assert.equal(workers, [1, 1, 2, 3, 7, 8, 8, 8])
})

test('what is asked for holds', () => {
  for (const workers of [0, 1, 5, 30]) assert.is(choose_workers(workers, undefined, 2).workers, workers)
})

test('routes have a thread of their own from four cores on, or as asked', () => {
  const alone = (route_workers: number | undefined, cores: number) =>
    choose_workers(2, route_workers, cores).route_worker
  assert.equal([alone(undefined, 3), alone(undefined, 4)], [false, true])
  assert.equal([alone(0, 16), alone(1, 1), alone(3, 1)], [false, true, true])
})

test('without workers there is no thread for routes either', () => {
  assert.not(choose_workers(0, 1, 16).route_worker)
})

test.run()
