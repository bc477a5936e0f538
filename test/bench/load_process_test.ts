// A process of the load against a server in this process.
import * as assert from 'uvu/assert'
import { createServer } from 'node:net'
import { PassThrough } from 'node:stream'
import { system_clock } from '../../src/base/clock.ts'
import type { LoadJob, LoadNews } from '../../src/bench/load_job.ts'
import { run_load_process } from '../../src/bench/load_process.ts'
import { suite } from '../harness.ts'
import { start_server, stop_all } from '../server/embedded.ts'

const test = suite('bench/load_process')
test.after.each(stop_all)

/** A process whose news can be waited for, one after the other. */
function start_load(port: number, job: Partial<LoadJob>) {
  const input = new PassThrough()
  const told: LoadNews[] = []
  let on_news = () => {}
  const ended = run_load_process({
    ...{ mode: 'rate', publishers: 1, subscribers: 1, queue: '', size: 16, messages: 1000, pace: 5000 },
    ...{ publish_port: port, subscribe_port: port, ...job },
  }, {
    ...{ input, clock: system_clock() },
    tell(news) {
      told.push(news)
      on_news()
    },
  })
  const next = async (): Promise<LoadNews> => {
    while (told.length === 0) {
      const news = new Promise<void>((resolve) => on_news = resolve)
      await Promise.race([news, ended])
    }
    return told.shift()!
  }
  const all_counted = async (expected: number): Promise<LoadNews & { news: 'counted' }> => {
    for (;;) {
      input.write('count\n')
      const news = await next()
      assert.is(news.news, 'counted')
      const counted = news as LoadNews & { news: 'counted' }
      if (counted.got >= expected) return counted
    }
  }
  return { input, ended, next, all_counted, order: (word: string) => void input.write(`${word}\n`) }
}

const rates: [what: string, job: Partial<LoadJob>, expected: number][] = [
  ['1:1', {}, 1000],
  ['fan-out', { subscribers: 3, messages: 20_000 }, 60_000],
  ['a queue group', { publishers: 2, subscribers: 4, queue: 'q' }, 2000],
  ['large payloads', { size: 100_000, messages: 50 }, 50],
  ['empty payloads', { size: 0 }, 1000],
]
for (const [what, job, expected] of rates) {
  test(`every message is counted: ${what}`, async () => {
    const { port } = await start_server({ workers: 0 })
    const load = start_load(port, job)
    assert.equal(await load.next(), { news: 'ready' })
    load.order('go')
    const published = await load.next() as LoadNews & { news: 'published' }
    assert.is(published.news, 'published')
    const counted = await load.all_counted(expected)
    assert.is(counted.got, expected)
    assert.ok(published.began_ms <= published.ended_ms && published.began_ms < counted.last_ms)
    assert.ok(counted.cpu_seconds >= 0)
    load.input.end()
    await load.ended
  })
}

test('publishers alone end when the server has taken all', async () => {
  const { port } = await start_server({ workers: 0 })
  const load = start_load(port, { subscribers: 0, messages: 5000 })
  assert.equal(await load.next(), { news: 'ready' })
  load.order('go')
  assert.is((await load.next()).news, 'published')
  assert.is((await load.all_counted(0)).got, 0)
  load.input.end()
  await load.ended
})

for (const mode of ['round_trip', 'paced'] as const) {
  test(`every message is timed: ${mode}`, async () => {
    const { port } = await start_server({ workers: 0 })
    const load = start_load(port, { mode, messages: 200 })
    assert.equal(await load.next(), { news: 'ready' })
    load.order('go')
    const { latencies, seconds, news } = await load.next() as LoadNews & { news: 'timed' }
    assert.is(news, 'timed')
    assert.ok(seconds > 0)
    if (mode === 'paced') assert.ok(seconds >= 0.039, 'no faster than the pace')
    const { p50_us, p90_us, p99_us, p999_us } = latencies
    assert.ok(p50_us > 0 && p50_us <= p90_us && p90_us <= p99_us && p99_us <= p999_us && p999_us < seconds * 1e6)
    load.input.end()
    await load.ended
  })
}

test('a server that says no, or hangs up, ends it with the reason', async () => {
  const rude = createServer((socket) => {
    socket.write('INFO {}\r\n')
    socket.on('error', () => {})
    socket.once('data', () => socket.end("-ERR 'Authorization Violation'\r\n"))
  })
  const port = await new Promise<number>((resolve) =>
    rude.listen(0, '127.0.0.1', () => resolve((rude.address() as { port: number }).port))
  )
  const failure = async (load: { ended: Promise<void> }) => await load.ended.then(() => '', ({ message }) => message)
  assert.is(await failure(start_load(port, {})), "-ERR 'Authorization Violation'")
  await new Promise((resolve) => rude.close(resolve))
  assert.match(await failure(start_load(port, {})), /ECONNREFUSED|refused/)
})

test.run()
