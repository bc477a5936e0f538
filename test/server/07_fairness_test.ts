// A large fan-out delays nobody else: a read has a budget.
import * as assert from 'uvu/assert'
import { hold_once } from '../attempts.ts'
import { suite } from '../harness.ts'
import { start_test_worker } from '../test_worker.ts'
import { start_server, stop_all } from './embedded.ts'
import { RawClient } from './raw_client.ts'

const test = suite('server/07_fairness', 60_000)
test.after.each(stop_all)

const SUBSCRIPTIONS = 1_000
const MESSAGES = 3_000
/** By workers. Two of them with the readers and this thread are more than two cores can serve at once. */
const MEDIAN_MS_MAX = [0, 20, 100]
/** The machine runs other things beside. */
const WORST_MS_MAX = 500

for (const workers of [1, 2]) {
  test(`PING is answered during a fan-out of 1:${SUBSCRIPTIONS} (workers ${workers})`, async () => {
    const { port } = await start_server({ workers })
    await hold_once(async () => {
      const { median, worst, sum, count } = weigh(await fan_out(port))
      console.log(`  ${count} PINGs in ${sum.toFixed(0)} ms: ${median.toFixed(2)} ms, worst ${worst.toFixed(1)} ms`)
      return median <= MEDIAN_MS_MAX[workers] && worst <= WORST_MS_MAX ? null : `median ${median}, worst ${worst} ms`
    })
  })
}

/** The delays of PINGs, one after the other, during a fan-out. */
async function fan_out(port: number): Promise<number[]> {
  const readers = await start_test_worker('./subscriber_worker.ts', import.meta.url, {
    port,
    connections: 20,
    subject: 'fan.out',
    subscriptions: SUBSCRIPTIONS / 20,
    messages: SUBSCRIPTIONS * MESSAGES,
  })
  try {
    const event = () => new Promise<string>((resolve, reject) => readers.once('message', resolve).once('error', reject))
    assert.is(await event(), 'subscribed')
    const pinger = await RawClient.connect(port)
    const publisher = await RawClient.connect(port)
    const received = event()
    const delays: number[] = []
    void publisher.send('PUB fan.out 16\r\n0123456789abcdef\r\n'.repeat(MESSAGES))
    // Its answer comes behind all of them: until then the server is busy.
    let published = false
    void publisher.flush(20_000).finally(() => published = true)
    while (!published) delays.push(await pinger.flush(20_000))
    assert.is(await received, 'received')
    return delays
  } finally {
    await readers.terminate()
  }
}

/** The delay that somebody meets who comes at any time: half of the time was spent in delays up to it. */
function weigh(delays: number[]) {
  const sorted = [...delays].sort((a, b) => a - b)
  const sum = sorted.reduce((total, delay) => total + delay, 0)
  let half = sum / 2
  const median = sorted.find((delay) => (half -= delay) <= 0)!
  return { median, worst: sorted.at(-1)!, sum, count: delays.length }
}

test.run()
