import * as assert from 'uvu/assert'
import { connect, createServer, type Socket } from 'node:net'
import { suite } from '../harness.ts'
import { system_clock } from '../../src/base/clock.ts'
import {
  ACCEPT_OPTIONS,
  choose_reading,
  event_reading,
  hot_reading,
  type OnBytes,
  resume_reading,
  type SocketReading,
  watch_ends,
} from '../../src/net/socket.ts'

const test = suite('net/socket', 20_000)
const shared = new Uint8Array(new SharedArrayBuffer(64 * 1024))

function with_resolvers<T>() {
  let resolve!: (value: T) => void, reject!: (error: Error) => void
  const promise = new Promise<T>((yes, no) => [resolve, reject] = [yes, no])
  return { promise, resolve, reject }
}

/** A failed test leaves nothing open that keeps the process. */
const opened: Socket[] = []
test.after(() => opened.forEach((socket) => socket.destroy()))

/** A server whose sockets are adopted, and one client of it. */
async function pair(reading: SocketReading, on_bytes: OnBytes, next_buffer = () => shared as Uint8Array) {
  const adopted = with_resolvers<Socket>()
  const server = createServer(ACCEPT_OPTIONS, (s) => adopted.resolve(reading.adopt(s, next_buffer, on_bytes)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = connect({ port: (server.address() as any).port, host: '127.0.0.1', allowHalfOpen: true })
  client.on('error', () => {})
  await new Promise((resolve) => client.once('connect', resolve))
  const socket = await adopted.promise
  server.close()
  opened.push(client, socket)
  return { client, socket }
}

const pattern = (length: number, seed = 0) => new Uint8Array(length).map((_, i) => (i * 31 + seed) ^ (i >> 8))
const pause_ms = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test('this runtime can read into buffers of ours', async () => {
  assert.is(await choose_reading(system_clock()), hot_reading)
})

test('where that does not work, events are chosen', async () => {
  const throwing = {
    ...hot_reading,
    adopt: () => {
      throw new Error('No handle')
    },
  }
  assert.is(await choose_reading(system_clock(), throwing), event_reading)
  const garbling: SocketReading = {
    ...hot_reading,
    adopt: (s, next, on_bytes) => hot_reading.adopt(s, next, (_, length) => on_bytes(new Uint8Array(length), length)),
  }
  assert.is(await choose_reading(system_clock(), garbling), event_reading)
})

for (const reading of [hot_reading, event_reading]) {
  test(`${reading.name}: nothing is read before resume_reading, then large transfers arrive whole`, async () => {
    const sent = pattern(20_000_000)
    const received = new Uint8Array(sent.length)
    let count = 0, largest = 0
    const all = with_resolvers<void>()
    const { client, socket } = await pair(reading, (bytes, length) => {
      received.set(bytes.subarray(0, length), count)
      count += length
      largest = Math.max(largest, length)
      if (count === sent.length) all.resolve()
      return true
    })
    client.write(sent)
    await pause_ms(50)
    assert.is(count, 0)
    resume_reading(socket)
    await all.promise
    assert.is(Buffer.compare(received, sent), 0)
    if (reading === hot_reading) assert.ok(largest <= shared.length)
    client.destroy()
    socket.destroy()
  })

  test(`${reading.name}: after false nothing more comes until resume_reading, again and again`, async () => {
    const sent = pattern(3_000_000)
    const received = new Uint8Array(sent.length)
    let count = 0, calls = 0, stopped = false
    const all = with_resolvers<void>()
    const { client, socket } = await pair(reading, (bytes, length) => {
      if (stopped) all.reject(new Error('Bytes came while reading was stopped'))
      received.set(bytes.subarray(0, length), count)
      count += length
      if (count === sent.length) all.resolve()
      if (++calls % 3 !== 0) return true
      stopped = true
      setTimeout(() => {
        stopped = false
        resume_reading(socket)
      }, 2)
      return false
    })
    resume_reading(socket)
    client.write(sent)
    await all.promise
    assert.is(Buffer.compare(received, sent), 0)
    client.destroy()
    socket.destroy()
  })

  test(`${reading.name}: after the peer's end what is queued still goes out, also large and from shared memory`, async () => {
    const events: string[] = []
    const answer = new Uint8Array(new SharedArrayBuffer(8_000_000))
    answer.set(pattern(answer.length, 5))
    const closed = with_resolvers<void>()
    const { client, socket } = await pair(reading, (_, length) => {
      events.push(`bytes ${length}`)
      socket.write(answer)
      return true
    })
    watch_ends(socket, {
      ended() {
        events.push('ended')
        setTimeout(() => socket.end('bye'), 50)
      },
      closed(error) {
        events.push(`closed ${error}`)
        closed.resolve()
      },
    })
    resume_reading(socket)
    const received: Uint8Array[] = []
    client.on('data', (chunk: Uint8Array) => received.push(chunk))
    const client_end = new Promise((resolve) => client.once('end', resolve))
    client.end('hello')
    await client_end
    await closed.promise
    assert.is(Buffer.compare(Buffer.concat(received), Buffer.concat([answer, Buffer.from('bye')])), 0)
    assert.equal(events, ['bytes 5', 'ended', 'closed null'])
  })

  test(`${reading.name}: a reset ends with closed once, carrying an error or none, and never throws`, async () => {
    let ended = 0, closes = 0
    const closed = with_resolvers<void>()
    const { client, socket } = await pair(reading, () => true)
    watch_ends(socket, {
      ended: () => ended++,
      closed() {
        closes++
        closed.resolve()
      },
    })
    resume_reading(socket)
    client.write('x')
    await pause_ms(20)
    client.resetAndDestroy()
    // A runtime without resets says end; then writing or closing is up to the owner.
    await Promise.race([closed.promise, pause_ms(500)])
    if (ended > 0) socket.destroy()
    await closed.promise
    assert.is(closes, 1)
  })

  test(`${reading.name}: destroy ends with closed(null)`, async () => {
    const closed = with_resolvers<Error | null>()
    const { client, socket } = await pair(reading, () => true)
    watch_ends(socket, { ended: () => {}, closed: closed.resolve })
    resume_reading(socket)
    socket.destroy()
    assert.is(await closed.promise, null)
    client.destroy()
  })

  test(`${reading.name}: a dialled socket reads, writes and knows its peer; a refused one closes with an error`, async () => {
    const server = createServer((s) => s.pipe(s))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as any
    const sent = pattern(1_000_000)
    const received: Uint8Array[] = []
    let count = 0
    const all = with_resolvers<void>()
    const socket = reading.dial({ host: '127.0.0.1', port }, () => shared, (bytes, length) => {
      received.push(bytes.slice(0, length))
      count += length
      if (count === sent.length) all.resolve()
      return true
    })
    socket.write(sent)
    await all.promise
    assert.is(Buffer.compare(Buffer.concat(received), sent), 0)
    assert.is(socket.remotePort, port)
    const closed = with_resolvers<Error | null>()
    watch_ends(socket, { ended: () => {}, closed: closed.resolve })
    socket.destroy()
    assert.is(await closed.promise, null)
    await new Promise((resolve) => server.close(resolve))
    const refused = reading.dial({ host: '127.0.0.1', port }, () => shared, () => true)
    const refusal = with_resolvers<Error | null>()
    watch_ends(refused, { ended: () => {}, closed: refusal.resolve })
    assert.is((await refusal.promise as any)?.code, 'ECONNREFUSED')
  })
}

test('an adopted socket knows its addresses, and many share one buffer', async () => {
  const reads: string[] = []
  const pairs = []
  for (let i = 0; i < 20; i++) {
    pairs.push(
      await pair(hot_reading, (bytes, length) => {
        reads.push(String.fromCharCode(...bytes.subarray(0, length)))
        return true
      }),
    )
  }
  for (const { socket, client } of pairs) {
    assert.is(socket.remoteAddress, '127.0.0.1')
    assert.is(socket.remotePort, client.localPort)
    assert.is(socket.localPort, client.remotePort)
    resume_reading(socket)
  }
  pairs.forEach(({ client }, i) => client.write(`client ${i}`))
  while (reads.length < 20) await pause_ms(5)
  assert.equal(reads.toSorted(), pairs.map((_, i) => `client ${i}`).toSorted())
  for (const { socket, client } of pairs) {
    socket.destroy()
    client.destroy()
  }
})

test.run()
