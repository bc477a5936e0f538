// The subject index grows while messages pass: how late do they become?
import { hold_once } from '../attempts.ts'
import { suite } from '../harness.ts'
import { sized } from '../sizes.ts'
import { start_test_worker } from '../test_worker.ts'
import { start_server, stop_all } from './embedded.ts'
import { RawClient } from './raw_client.ts'

const test = suite('server/11_growth', sized({ short: 60_000, full: 60_000, long: 360_000 }))
test.after.each(stop_all)

const SUBSCRIPTIONS = sized({ short: 200_000, full: 200_000, long: 1_000_000 })
const SAMPLES = 1_000
/** The machine runs other things beside, and the load itself takes a core: the figures are printed to be read. */
const WORST_MS_MAX = sized({ short: 250, full: 250, long: 500 })

interface Pace {
  name: string
  /** SUBs that a connection sends before it waits for the server; 0: it never waits. */
  batch: number
  median_ms_max: number
}

const paces: Pace[] = [
  // Reads are short then: what is late is late because of the growth.
  { name: 'a few at a time', batch: 200, median_ms_max: 5 },
  // Reads are full of SUBs: they have a budget as those of messages have.
  { name: 'all at once', batch: 0, median_ms_max: 50 },
]

for (const { name, batch, median_ms_max } of paces) {
  // Two workers, the supervisor and the sender share two cores: then the median is that of their time slices.
  for (const workers of [1, 2]) {
    growth_test(`${name}, workers ${workers}`, workers, batch, workers === 1 ? median_ms_max : 100)
  }
}

function growth_test(name: string, workers: number, batch: number, median_ms_max: number): void {
  test(`messages pass while ${SUBSCRIPTIONS} subscriptions come (${name})`, () =>
    hold_once(async () => {
      const { seconds, delays } = await grow(workers, batch)
      const sorted = delays.sort((a, b) => a - b)
      const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
      const worst = sorted.slice(-5).map((ms) => ms.toFixed(1)).join(' ')
      const figures = `p50 ${at(0.5).toFixed(2)}, p99 ${at(0.99).toFixed(2)}, worst ${worst} ms`
      console.log(`  ${SUBSCRIPTIONS} SUBs in ${seconds.toFixed(2)} s (${name}): ${sorted.length} messages, ${figures}`)
      return at(0.5) <= median_ms_max && sorted.at(-1)! <= WORST_MS_MAX ? null : figures
    }))
}

/** Loads a fresh server with subscriptions, and tells how late messages of others were meanwhile. */
async function grow(workers: number, batch: number): Promise<{ seconds: number; delays: number[] }> {
  const { port, server } = await start_server({ workers })
  const setup = { port, subscriptions: SUBSCRIPTIONS, samples: SAMPLES, batch }
  const loader = await start_test_worker('./load_worker.ts', import.meta.url, setup)
  const event = (expected: string) =>
    new Promise<void>((resolve, reject) => {
      loader.once('message', (text) => text === expected ? resolve() : reject(new Error(text)))
      loader.once('error', reject)
    })
  try {
    await event('ready')
    const stream = await start_stream(port)
    const loaded = event('loaded')
    loader.postMessage('go')
    const start = performance.now()
    await loaded
    const seconds = (performance.now() - start) / 1000
    const delays = await stream.stop()
    // Each of these subscriptions is there and gets its message.
    const publisher = await RawClient.connect(port)
    const arrived = event('samples')
    const step = SUBSCRIPTIONS / SAMPLES
    await publisher.send(Array.from({ length: SAMPLES }, (_, i) => `PUB load.${i * step} 0\r\n\r\n`).join(''))
    await arrived
    return { seconds, delays }
  } finally {
    await loader.terminate()
    await server.stop()
  }
}

/** A message about every millisecond, between two clients; stop() gives the delays of all. */
async function start_stream(port: number) {
  const subscriber = await RawClient.connect(port)
  const delays: number[] = []
  let sent = 0
  subscriber.read_messages(({ bytes, payload_start, payload_end }) => {
    delays.push(performance.now() - Number(bytes.toString('latin1', payload_start, payload_end)))
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

test('a server can be stopped while its index grows', async () => {
  for (const count of [80_000, 85_000, 90_000, 100_000]) {
    const { port, server } = await start_server({ workers: 1 })
    const client = await RawClient.connect(port)
    await client.send(Array.from({ length: count }, (_, i) => `SUB load.${i} ${i}\r\n`).join(''))
    await client.flush(20_000)
    await server.stop()
  }
})

test.run()
