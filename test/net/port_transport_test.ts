import * as assert from 'uvu/assert'
import { PORT_WINDOW_BYTES } from '../../src/base/limits.ts'
import { close_port, type Port, port_pair, PortTransport } from '../../src/net/port_transport.ts'
import { suite } from '../harness.ts'

const test = suite('net/port_transport')

/** One end, and what it saw. `takes`: whether it goes on reading. */
class End {
  readonly transport: PortTransport
  readonly seen: string[] = []
  readonly received: number[] = []
  received_bytes = 0
  takes = true
  #wake = (): void => {}

  constructor(port: Port) {
    this.transport = new PortTransport(port)
    this.transport.start({
      bytes: (buffer, length) => {
        if (length < 100) this.received.push(...buffer.subarray(0, length))
        this.received_bytes += length
        this.#wake()
        return this.takes
      },
      written: () => this.#see('written'),
      ended: () => this.#see('ended'),
      closed: (error) => this.#see(`closed ${error}`),
    })
  }

  /** Resolves when that is so. */
  async until(is_so: () => boolean): Promise<void> {
    while (!is_so()) await new Promise<void>((resolve) => this.#wake = resolve)
  }

  #see(what: string): void {
    this.seen.push(what)
    this.#wake()
  }
}

function make(): [End, End] {
  const [one, other] = port_pair()
  return [new End(one), new End(other)]
}

const bytes = (...values: number[]) => Uint8Array.from(values)

test('pieces arrive in order, in both directions, and the memory is free at once', async () => {
  const [a, b] = make()
  const piece = bytes(1, 2)
  assert.is(a.transport.write([piece, bytes(3)]), true)
  piece.fill(9)
  a.transport.write([bytes(4)])
  b.transport.write([bytes(5)])
  await b.until(() => b.received.length === 4)
  await a.until(() => a.received.length === 1)
  assert.equal([b.received, a.received], [[1, 2, 3, 4], [5]])
  a.transport.destroy()
  await b.until(() => b.seen.length > 0)
})

test('what came before the start is not lost', async () => {
  const [one, other] = port_pair()
  const a = new End(one)
  a.transport.write([bytes(1)])
  a.transport.write([bytes(2)])
  const b = new End(other)
  await b.until(() => b.received.length === 2)
  assert.equal(b.received, [1, 2])
  a.transport.destroy()
  await b.until(() => b.seen.length > 0)
})

test('a reader that has stopped holds the writer, and loses nothing', async () => {
  const [a, b] = make()
  b.takes = false
  a.transport.write([bytes(0)])
  await b.until(() => b.received.length === 1)
  const piece = new Uint8Array(PORT_WINDOW_BYTES / 4 - 1).fill(1)
  const taken = [1, 2, 3, 4, 5].map(() => a.transport.write([piece]))
  assert.equal(taken, [true, true, true, true, false])
  assert.equal(a.seen, [])
  assert.is(b.received_bytes, 1)
  b.takes = true
  b.transport.resume()
  await a.until(() => a.seen.includes('written'))
  await b.until(() => b.received_bytes === 1 + 5 * piece.length)
  a.transport.destroy()
  await b.until(() => b.seen.length > 0)
})

test('the end comes behind the last bytes, and both ends make the close', async () => {
  const [a, b] = make()
  a.transport.write([bytes(1)])
  a.transport.end()
  await b.until(() => b.seen.includes('ended'))
  assert.equal(b.received, [1])
  // Half open: what b has to say still arrives.
  b.transport.write([bytes(2)])
  b.transport.end()
  await a.until(() => a.seen.includes('closed null'))
  await b.until(() => b.seen.includes('closed null'))
  assert.equal([a.received, a.seen, b.seen], [[2], ['ended', 'closed null'], ['ended', 'closed null']])
  assert.is(a.transport.write([bytes(3)]), true)
})

test('an end waits for a reader that has stopped', async () => {
  const [a, b] = make()
  b.takes = false
  a.transport.write([bytes(1)])
  a.transport.write([bytes(2)])
  a.transport.end()
  await b.until(() => b.received.length === 1)
  // Behind all that a has sent.
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal([b.received, b.seen], [[1], []])
  b.takes = true
  b.transport.resume()
  await b.until(() => b.seen.includes('ended'))
  assert.equal(b.received, [1, 2])
  b.transport.end()
  await b.until(() => b.seen.includes('closed null'))
})

test('a cut is seen at both ends, once', async () => {
  const [a, b] = make()
  a.transport.destroy()
  a.transport.destroy()
  await b.until(() => b.seen.length > 0)
  await a.until(() => a.seen.length > 0)
  assert.equal([a.seen, b.seen], [['closed null'], ['closed null']])
  a.transport.end()
})

test('whoever knows that the other end is gone can say so', async () => {
  const [one, other] = port_pair()
  const a = new End(one)
  close_port(one)
  assert.equal(a.seen, ['closed null'])
  other.close()
})

test.run()
