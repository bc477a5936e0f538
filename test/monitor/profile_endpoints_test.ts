import * as assert from 'uvu/assert'
import { system_clock } from '../../src/base/clock.ts'
import { Parameters } from '../../src/monitor/parameters.ts'
import { crew_profiles, profile_endpoint, type ProfileContext } from '../../src/monitor/profile_endpoints.ts'
import { suite } from '../harness.ts'

const test = suite('monitor/profile_endpoints')

const asked: unknown[] = []
const CONTEXT: ProfileContext = {
  threads: ['supervisor', 0, 1],
  take: (...question) => {
    asked.push(question)
    return Promise.resolve('{}')
  },
}
const get = (path: string, query = '', context = CONTEXT) => profile_endpoint(context, path)!(new Parameters(query), {})

test('a profile of a thread over a time', async () => {
  asked.length = 0
  const { status, headers, body } = await get('/debug/pprof/profile', 'thread=1&seconds=3')
  assert.equal([status, headers['Content-Disposition'], body], [
    ...[200, 'attachment; filename="thread-1.cpuprofile"', '{}'],
  ])
  await get('/debug/pprof/heap')
  assert.equal(asked, [[1, 'cpu', 3000], ['supervisor', 'heap', 10_000]])
})

test('what can not be is said', async () => {
  assert.equal(await get('/debug/pprof/heap', 'thread=7').then(({ status, body }) => [status, body]), [
    ...[400, 'thread must be one of supervisor, 0, 1\n'],
  ])
  assert.is((await get('/debug/pprof/heap', 'seconds=121')).status, 400)
  assert.is((await get('/debug/pprof/heap', 'seconds=-1')).status, 400)
  const unable = { ...CONTEXT, take: () => Promise.reject(new Error('no inspector')) }
  const { status, body } = await get('/debug/pprof/profile', '', unable)
  assert.equal([status, body], [501, 'No profile can be taken: no inspector\n'])
  assert.is(profile_endpoint(CONTEXT, '/varz'), undefined)
})

test('the page names the threads', async () => {
  for (const path of ['/', '/debug/pprof', '/debug/pprof/']) {
    assert.match(String((await get(path)).body), 'href="/debug/pprof/profile?thread=supervisor"')
  }
  const crew = { workers: 0, threads: [0], api: () => undefined as never }
  assert.equal(crew_profiles(crew, system_clock()).threads, ['supervisor'])
  assert.equal(crew_profiles({ ...crew, workers: 1 }, system_clock()).threads, ['supervisor', 0])
})

test.run()
