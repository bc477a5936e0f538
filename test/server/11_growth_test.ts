// The subject index grows while messages pass: how late do they become?
import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { start_test_worker } from '../test_worker.ts'
import { long_form, start_server, stop_all } from './embedded.ts'
import { RawClient } from './raw_client.ts'

const test = suite('server/11_growth', long_form ? 120_000 : 30_000)
test.after.each(stop_all)

const SUBSCRIPTIONS = long_form ? 1_000_000 : 200_000
const SAMPLES = 1_000
/** The machine runs other things beside, and the load itself takes a core: the figures are printed to be read. */
const MEDIAN_MS_MAX = 5
const WORST_MS_MAX = long_form ? 500 : 250

for (const workers of [1, 2]) {
  test(`messages pass while ${SUBSCRIPTIONS} subscriptions come (workers ${workers})`, async () => {
    const { port } = await start_server({ workers })
    const loader = await start_test_worker('./load_worker.ts', import.meta.url, { port, subscriptions: SUBSCRIPTIONS, samples: SAMPLES })
    const event = (expected: string) =>
      new Promise<string>((resolve, reject) =>
        loader.once('message', (text) => text === expected ? resolve(text) : reject(new Error(text))).once('error', reject)
      )
    try {
      await event('ready')
      const stream = await start_stream(port)
      const loaded = event('loaded')
      loader.postMessage('go')
      const start = performance.now()
      await loaded
      const seconds = (performance.now() - start) / 1000
      report(`  ${SUBSCRIPTIONS} SUBs in ${seconds.toFixed(2)} s, workers ${workers}`, await stream.stop())
      const publisher = await RawClient.connect(port)
      const arrived = event('samples')
      const step = SUBSCRIPTIONS / SAMPLES
      await publisher.send(Array.from({ length: SAMPLES }, (_, i) => `PUB load.${i * step} 0\r\n\r\n`).join(''))
      await arrived
    } finally {
      await loader.terminate()
    }
  })
}

/** A message about every millisecond, between two clients; stop() gives the delays of all. */
async function start_stream(port: number) {
  const subscriber = await RawClient.connect(port)
  const delays: number[] = []
  let sent = 0
  subscriber.read_messages(({ bytes, payload_start, payload_end }) => {
    delays.push(performance.now() - Number(bytes.latin1Slice(payload_start, payload_end)))
  })
  await subscriber.send('SUB stream 1\r\n')
  await subscriber.flush()
  const publisher = await RawClient.connect(port)
  const timer = setInterval(() => {
    const now = String(performance.now())
    sent++
    void publisher.send(`PUB stream ${now.length}\r\n${now}\r\n`)
  }, 1)
  const stop = async () => {
    clearInterval(timer)
    await subscriber.until(() => delays.length >= sent, 'the rest of the stream')
    return delays
  }
  return { stop }
}

function report(title: string, delays: number[]): void {
  const sorted = [...delays].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  const worst = sorted.slice(-5).map((ms) => ms.toFixed(1)).join(' ')
  console.log(`${title}: ${sorted.length} messages, p50 ${at(0.5).toFixed(2)}, p99 ${at(0.99).toFixed(2)}, worst ${worst} ms`)
  assert.ok(at(0.5) <= MEDIAN_MS_MAX, `median ${at(0.5)} ms`)
  assert.ok(sorted.at(-1)! <= WORST_MS_MAX, `worst ${worst} ms`)
}

test.run()
