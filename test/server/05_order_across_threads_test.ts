// Rings between threads: messages larger than a quarter of one, and rings that are full all the time.
import * as assert from 'uvu/assert'
import { createHash } from 'node:crypto'
import { hold_once } from '../attempts.ts'
import { suite } from '../harness.ts'
import { sized } from '../sizes.ts'
import { start_server, stop_all, type TestServer } from './embedded.ts'
import type { Message } from './message_reader.ts'
import { connect_many, RawClient } from './raw_client.ts'

const test = suite('server/05_order_across_threads', 60_000)
test.after.each(stop_all)

const CLIENTS = 10
const MESSAGES = sized({ short: 100_000, full: 1_000_000, long: 1_000_000 })

/**
 * Null if clients of that server were on both threads: only some are cut when a worker dies. The system deals connections out by
 * lot, so once in 500 times one worker gets all ten, and the round shows nothing: see hold_once.
 */
async function not_on_both_threads({ server }: TestServer, clients: RawClient[]): Promise<string | null> {
  await server.terminate_worker(0)
  await Promise.all(clients.map((client) => client.flush().catch(() => client.closed)))
  const cut = clients.filter((client) => client.is_closed).length
  if (cut > 0 && cut < clients.length) return null
  return `${cut} of ${clients.length} clients were on the first worker`
}

const MIB = 1024 * 1024

const large = [[MIB, MIB], [3 * MIB, 4 * MIB]]

for (const [size, max_payload] of sized({ short: large.slice(0, 1), full: large, long: large })) {
  test(
    `messages of ${size / MIB} MiB pass between threads whole and in order`,
    () => hold_once(() => pass_large_messages(size, max_payload)),
  )
}

async function pass_large_messages(size: number, max_payload: number): Promise<string | null> {
  const server = await start_server({ workers: 2, max_payload })
  const clients = await connect_many(server.port, CLIENTS)
  const got = clients.map(() => [] as string[])
  for (const [i, client] of clients.entries()) {
    client.read_messages((message) => got[i].push(`${message.subject} ${digest(message)}`))
    await client.send('SUB large.* 1\r\n')
    await client.flush()
  }
  const payloads = [
    Buffer.alloc(size, 'abcdefghijk'),
    Buffer.from('small'),
    Buffer.alloc(size - 1, 'lmnopq'),
    Buffer.alloc(0),
  ]
  const expected: string[] = []
  for (const [i, client] of clients.entries()) {
    for (const payload of payloads) {
      void client.send(`PUB large.${i} ${payload.length}\r\n`)
      void client.send(payload)
      void client.send('\r\n')
      expected.push(`large.${i} ${createHash('sha1').update(payload).digest('hex')}`)
    }
  }
  for (const [i, client] of clients.entries()) {
    await client.until(() => got[i].length >= expected.length, 'all messages', 20_000)
    // The order of one publisher is kept; publishers mix.
    assert.equal(stable_sort(got[i]), expected)
  }
  return not_on_both_threads(server, clients)
}

const digest = ({ bytes, payload_start, payload_end }: Message): string =>
  createHash('sha1').update(bytes.subarray(payload_start, payload_end)).digest('hex')

const stable_sort = (lines: string[]): string[] =>
  [...lines].sort((a, b) => Number(a.split(' ')[0].slice(6)) - Number(b.split(' ')[0].slice(6)))

test(
  `${MESSAGES} messages through full rings arrive in order at busy threads`,
  () => hold_once(pass_numbers),
)

async function pass_numbers(): Promise<string | null> {
  const server = await start_server({ workers: 2 })
  const subscribers = await connect_many(server.port, 6)
  const next = subscribers.map(() => 0)
  const wrong: string[] = []
  for (const [i, subscriber] of subscribers.entries()) {
    subscriber.read_messages(({ bytes, payload_start }) => {
      const number = number_at(bytes, payload_start)
      if (number !== next[i] && wrong.length < 10) wrong.push(`${i} got ${number} instead of ${next[i]}`)
      next[i] = number + 1
    })
    await subscriber.send('SUB numbers 1\r\n')
    await subscriber.flush()
  }
  const stop_noise = await make_noise(server.port)
  const publisher = await RawClient.connect(server.port)
  await publish_numbers(publisher, MESSAGES)
  for (const [i, each] of subscribers.entries()) await each.until(() => next[i] >= MESSAGES, 'all messages', 25_000)
  assert.equal(wrong, [])
  stop_noise()
  return not_on_both_threads(server, subscribers)
}

/** Eight digits. */
function number_at(bytes: Uint8Array, start: number): number {
  let number = 0
  for (let i = start; i < start + 8; i++) number = number * 10 + bytes[i] - 48
  return number
}

async function publish_numbers(publisher: RawClient, count: number): Promise<void> {
  for (let from = 0; from < count; from += 10_000) {
    let text = ''
    for (let i = from; i < from + 10_000; i++) text += `PUB numbers 8\r\n${String(i).padStart(8, '0')}\r\n`
    await publisher.send(text)
  }
}

/** Keeps the threads of its clients busy with fan-outs of their own until the returned function is called. */
async function make_noise(port: number): Promise<() => void> {
  const clients = await connect_many(port, 4)
  let goes_on = true
  for (const [i, client] of clients.entries()) {
    client.read_messages(() => {})
    for (let sid = 1; sid <= 100; sid++) void client.send(`SUB noise.${i} ${sid}\r\n`)
    const round = async () => {
      while (goes_on && !client.is_closed) {
        void client.send(`PUB noise.${i} 0\r\n\r\n`.repeat(20))
        await client.flush(20_000).catch(() => {})
      }
    }
    void round()
  }
  return () => goes_on = false
}

test.run()
