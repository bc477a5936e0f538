// A large fan-out delays nobody else: a read has a budget.
import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { start_test_worker } from '../test_worker.ts'
import { start_server, stop_all } from './embedded.ts'
import { RawClient } from './raw_client.ts'

const test = suite('server/07_fairness', 30_000)
test.after.each(stop_all)

const SUBSCRIPTIONS = 1_000
const MESSAGES = 3_000
const MEDIAN_MS_MAX = 20
/** The machine runs other things beside. */
const WORST_MS_MAX = 500

for (const workers of [1, 2]) {
  test(`PING is answered during a fan-out of 1:${SUBSCRIPTIONS} (workers ${workers})`, async () => {
    const { port } = await start_server({ workers })
    const readers = await start_test_worker('./subscriber_worker.ts', import.meta.url, {
      port,
      connections: 20,
      subject: 'fan.out',
      subscriptions: SUBSCRIPTIONS / 20,
      messages: SUBSCRIPTIONS * MESSAGES,
    })
    try {
      const event = () =>
        new Promise<string>((resolve, reject) => readers.once('message', resolve).once('error', reject))
      assert.is(await event(), 'subscribed')
      const pinger = await RawClient.connect(port)
      const publisher = await RawClient.connect(port)
      let received = false
      const all = event().then((text) => {
        received = true
        return text
      })
      const delays: number[] = []
      const start = performance.now()
      void publisher.send('PUB fan.out 16\r\n0123456789abcdef\r\n'.repeat(MESSAGES))
      while (!received) delays.push(await pinger.flush(20_000))
      assert.is(await all, 'received')
      delays.sort((a, b) => a - b)
      const median = delays[delays.length >> 1], worst = delays.at(-1)!
      console.log(
        `  ${delays.length} PINGs in ${(performance.now() - start).toFixed(0)} ms: median ${
          median.toFixed(2)
        } ms, worst ${worst.toFixed(1)} ms`,
      )
      assert.ok(median <= MEDIAN_MS_MAX, `median ${median} ms`)
      assert.ok(worst <= WORST_MS_MAX, `worst ${worst} ms`)
    } finally {
      await readers.terminate()
    }
  })
}

test.run()
