// The head of a request from a socket: whole, in pieces, too long, too late, or never.
import * as assert from 'uvu/assert'
import { connect, createServer, type Socket } from 'node:net'
import { latin1_text } from '../../src/base/bytes.ts'
import { system_clock } from '../../src/base/clock.ts'
import { type HeadLimits, type HeadOutcome, read_request_head } from '../../src/net/request_head.ts'
import { ACCEPT_OPTIONS } from '../../src/net/socket.ts'
import { suite } from '../harness.ts'

const test = suite('net/request_head', 10_000)

const LIMITS: HeadLimits = { wait_ms: 5_000, bytes_max: 2_000 }

/** What becomes of a connection that does this. */
function outcome_of(talk: (socket: Socket) => void, limits: Partial<HeadLimits> = {}): Promise<HeadOutcome> {
  return new Promise((resolve) => {
    const server = createServer(ACCEPT_OPTIONS, (socket) => {
      socket.on('error', () => {})
      read_request_head(socket, system_clock(), { ...LIMITS, ...limits }, (outcome) => {
        resolve(outcome)
        socket.destroy()
        server.close()
      })
    })
    server.listen(0, '127.0.0.1', () => {
      const socket = connect((server.address() as { port: number }).port, '127.0.0.1')
      socket.on('error', () => {})
      socket.setNoDelay(true)
      socket.once('connect', () => talk(socket))
    })
  })
}

const HEAD = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n'

test('a head comes in one piece, with or without something behind it', async () => {
  for (const more of ['', 'more']) {
    const outcome = await outcome_of((socket) => socket.write(HEAD + more))
    assert.ok(outcome.kind === 'head')
    assert.equal([latin1_text(outcome.bytes), outcome.behind], [HEAD, more.length])
  }
})

test('or byte by byte', async () => {
  const outcome = await outcome_of((socket) => {
    const send = (at: number) => void (at < HEAD.length && socket.write(HEAD[at], () => setImmediate(send, at + 1)))
    send(0)
  })
  assert.ok(outcome.kind === 'head')
  assert.equal([latin1_text(outcome.bytes), outcome.behind], [HEAD, 0])
})

test('a long one grows up to its bound, and not beyond', async () => {
  const head = (bytes: number) => HEAD.replace('h\r', `${'h'.repeat(bytes - HEAD.length + 1)}\r`)
  const longest = await outcome_of((socket) => socket.write(head(2_000)))
  assert.is(longest.kind === 'head' && longest.bytes.length, 2_000)
  assert.is((await outcome_of((socket) => socket.write(head(2_001)))).kind, 'too_long')
  assert.is((await outcome_of((socket) => socket.write('x'.repeat(2_000)))).kind, 'too_long')
})

test('one that does not end in time is late', async () => {
  assert.is((await outcome_of((socket) => socket.write('GET'), { wait_ms: 50 })).kind, 'late')
})

test('a client that leaves is gone', async () => {
  assert.is((await outcome_of((socket) => socket.end('GET'))).kind, 'gone')
  assert.is((await outcome_of((socket) => socket.resetAndDestroy())).kind, 'gone')
})

test.run()
