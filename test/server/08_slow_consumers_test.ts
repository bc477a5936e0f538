// Consumers that do not read harm themselves only; consumers that read slowly hold back whoever publishes for them.
import * as assert from 'uvu/assert'
import { hold_once } from '../attempts.ts'
import { suite } from '../harness.ts'
import { start_server, stop_all, type TestServer } from './embedded.ts'
import { connect_many, RawClient } from './raw_client.ts'

const test = suite('server/08_slow_consumers', 90_000)
test.after.each(stop_all)

const MIB = 1024 * 1024

/** The most that the process grew by while `work` went on, in MiB. */
async function growth_of(work: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage.rss()
  let most = before
  const timer = setInterval(() => most = Math.max(most, process.memoryUsage.rss()), 20)
  await work().finally(() => clearInterval(timer))
  return (Math.max(most, process.memoryUsage.rss()) - before) / MIB
}

/** Publishes `count` messages of `size` bytes; each batch waits until the server has taken the one before. */
async function publish(publisher: RawClient, subject: string, count: number, size: number, ms: number): Promise<void> {
  const message = Buffer.from(`PUB ${subject} ${size}\r\n${'x'.repeat(size)}\r\n`, 'latin1')
  for (let i = 0; i < count; i++) {
    void publisher.send(message)
    if (i % 8 === 7) await publisher.flush(ms)
  }
  await publisher.flush(ms)
}

/** Readers that stand still from the first message on. */
async function stand_still(port: number, count: number): Promise<RawClient[]> {
  const clients = await connect_many(port, count)
  for (const client of clients) {
    client.read_messages(() => {})
    await client.send('SUB large 1\r\n')
    await client.flush()
    client.socket.pause()
  }
  return clients
}

const STANDING = 100
const PAYLOAD = 64 * 1024
const MAX_PENDING = 2 * MIB

for (const workers of [0, 2]) {
  test(`${STANDING} readers that stand still are cut at max_pending, in bounded memory (workers ${workers})`, async () => {
    const server = await start_server({ workers, max_pending: MAX_PENDING })
    const standing = await stand_still(server.port, STANDING)
    const reader = await RawClient.connect(server.port)
    let got = 0
    reader.read_messages(() => got++)
    await reader.send('SUB large 1\r\n')
    await reader.flush()
    const publisher = await RawClient.connect(server.port)
    let sent = 0
    // What the kernel takes for a socket differs; so it goes on until it takes no more.
    const growth = await growth_of(async () => {
      while (cut_lines(server) < STANDING && sent < 800) {
        await publish(publisher, 'large', 16, PAYLOAD, 20_000)
        sent += 16
      }
    })
    await reader.until(() => got >= sent, 'all messages')
    assert.is(cut_lines(server), STANDING)
    assert.is(got, sent)
    // Each of them may have max_pending waiting, and what Node itself keeps of a write.
    assert.ok(growth < STANDING * MAX_PENDING / MIB * 1.5 + 100, `grew by ${growth} MiB`)
    console.log(`  ${sent} messages of ${PAYLOAD} bytes, memory grew by ${growth.toFixed(0)} MiB`)
    for (const client of standing) client.socket.resume()
    await Promise.all(standing.map((client) => client.closed))
  })
}

const cut_lines = ({ log }: TestServer): number => log.filter((line) => /Slow Consumer Detected/.test(line)).length

test('a reader that stands still is cut at its write deadline, others are not', async () => {
  const server = await start_server({ workers: 1, write_deadline_ms: 300 })
  await stand_still(server.port, 5)
  const reader = await RawClient.connect(server.port)
  let got = 0
  reader.read_messages(() => got++)
  await reader.send('SUB large 1\r\n')
  await reader.flush()
  const publisher = await RawClient.connect(server.port)
  await publish(publisher, 'large', 200, PAYLOAD, 10_000)
  await server.wait_log(/Slow Consumer Detected: WriteDeadline of 0\.3s exceeded/)
  await reader.until(() => got === 200, 'all messages')
  await reader.flush()
  for (let i = 0; cut_lines(server) < 5; i++) {
    assert.ok(i < 100, server.log.join('\n'))
    await publish(publisher, 'large', 1, PAYLOAD, 5_000)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
})

/** Reads 64 KiB about every 2 ms. */
function read_slowly({ socket }: RawClient): void {
  socket.on('data', () => {
    socket.pause()
    setTimeout(() => socket.resume(), 2)
  })
}

const TOTAL = 120 * MIB

for (const [workers, size] of [[0, 1024], [1, 128], [2, 1024], [2, 16384]]) {
  // A publisher is held back for 10 ms per read at most: readers that a busy machine makes slower than that are rightly cut.
  test(`a fast publisher is held back for readers that are slow (workers ${workers}, ${size} bytes)`, () =>
    hold_once(() => flood(workers, size).then(() => null, (error) => error.message)))
}

/** Publishes more than anybody may have pending to readers that read slowly. Throws if one is cut, or memory grows. */
async function flood(workers: number, size: number): Promise<void> {
  const server = await start_server({ workers, max_pending: 4 * MIB })
  const readers = await connect_many(server.port, workers === 2 ? 6 : 1)
  const got = readers.map(() => 0)
  for (const [i, reader] of readers.entries()) {
    reader.read_messages(() => got[i]++)
    await reader.send('SUB large 1\r\n')
    await reader.flush()
    read_slowly(reader)
  }
  const count = Math.floor(TOTAL / size / readers.length)
  const publisher = await RawClient.connect(server.port)
  const message = `PUB large ${size}\r\n${'x'.repeat(size)}\r\n`
  const batch = Buffer.from(message.repeat(Math.ceil(65536 / message.length)), 'latin1')
  const batches = Math.ceil(count * message.length / batch.length)
  const growth = await growth_of(async () => {
    for (let i = 0; i < batches; i++) await publisher.send(batch)
    const sent = batches * batch.length / message.length
    for (const [i, reader] of readers.entries()) {
      await reader.until(() => got[i] >= sent, 'all messages', 25_000).catch((error) => {
        throw new Error(`reader ${i} has ${got} of ${sent}: ${error.message}\n${server.log.slice(-5).join('\n')}`)
      })
    }
  })
  console.log(`  memory grew by ${growth.toFixed(0)} MiB`)
  assert.is(cut_lines(server), 0)
  assert.ok(growth < 80 + readers.length * 8, `grew by ${growth} MiB`)
  await server.server.stop()
}

test.run()
