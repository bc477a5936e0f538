import * as assert from 'uvu/assert'
import { PORT_WINDOW_BYTES } from '../../src/base/limits.ts'
import { stream_pair } from '../../src/embedding/streams.ts'
import { port_pair, PortTransport } from '../../src/net/port_transport.ts'
import type { TransportEvents } from '../../src/net/transport.ts'
import { suite } from '../harness.ts'

const test = suite('embedding/streams')

function make(events: Partial<TransportEvents> = {}) {
  const [ours, theirs] = port_pair()
  const server = new PortTransport(theirs)
  const closed = new Promise<void>((resolve) =>
    server.start({ bytes: () => true, written() {}, ended: () => server.end(), ...events, closed: () => resolve() })
  )
  return { ...stream_pair(ours), server, closed }
}

test('bytes go both ways', async () => {
  const { readable, writable, server, closed } = make({
    bytes(buffer, length) {
      server.write([buffer.slice(0, length)])
      return true
    },
  })
  const writer = writable.getWriter(), reader = readable.getReader()
  await writer.write(Uint8Array.of(1, 2, 3))
  assert.equal([...(await reader.read()).value!], [1, 2, 3])
  await writer.close()
  await closed
  assert.is((await reader.read()).done, true)
})

test('a server that does not read holds the writer', async () => {
  let take = false
  const { writable, server } = make({ bytes: () => take })
  const writer = writable.getWriter()
  await writer.write(new Uint8Array(10))
  let is_written = false
  const writing = writer.write(new Uint8Array(PORT_WINDOW_BYTES + 1)).then(() => is_written = true)
  await new Promise((resolve) => setImmediate(resolve))
  assert.is(is_written, false)
  take = true
  server.resume()
  await writing
  await writer.abort()
})

test('a cut by the server ends both streams', async () => {
  const { readable, writable, server } = make()
  const writer = writable.getWriter(), reader = readable.getReader()
  server.destroy()
  assert.is((await reader.read()).done, true)
  await writer.closed.then(() => assert.unreachable(), (error) => assert.match(String(error), /the server has ended/))
})

test('whoever wants no more bytes cuts the connection', async () => {
  const { readable, closed } = make()
  await readable.cancel()
  await closed
})

test.run()
