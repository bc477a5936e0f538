import * as assert from 'uvu/assert'
import { type LoadJob, split_job } from '../../src/bench/load_job.ts'
import { suite } from '../harness.ts'

const test = suite('bench/load_job')
const job = (publishers: number, subscribers: number, mode: LoadJob['mode'] = 'rate'): LoadJob => ({
  ...{ mode, publishers, subscribers, queue: '', size: 16, messages: 10, pace: 1 },
  ...{ publish_port: 1, subscribe_port: 2 },
})
const split = (one: LoadJob, processes: number) =>
  split_job(one, processes).map(({ publishers, subscribers }) => [publishers, subscribers])

test('publishers and subscribers go to processes of their own, as evenly as it goes', () => {
  assert.equal(split(job(1, 1), 2), [[1, 0], [0, 1]])
  assert.equal(split(job(4, 4), 4), [[2, 0], [2, 0], [0, 2], [0, 2]])
  assert.equal(split(job(1, 10), 4), [[1, 0], [0, 4], [0, 3], [0, 3]])
  assert.equal(split(job(2, 4), 3), [[2, 0], [0, 2], [0, 2]])
})

test('nothing is split that has one process, one side or one clock', () => {
  assert.equal(split(job(4, 4), 1), [[4, 4]])
  assert.equal(split(job(3, 0), 4), [[3, 0]])
  assert.equal(split(job(1, 1, 'round_trip'), 4), [[1, 1]])
  assert.equal(split(job(1, 1, 'paced'), 4), [[1, 1]])
})

test.run()
