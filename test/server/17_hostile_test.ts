// Bytes that no honest peer sends, to every port: nobody else is disturbed, and nothing is left behind. The seed is printed where a
// run fails; ONEHOP_LONG=1 sends many more.
import * as assert from 'uvu/assert'
import { once } from 'node:events'
import { connect } from 'node:net'
import { deflateRawSync } from 'node:zlib'
import { type Random, seeded_random } from '../../src/base/prng.ts'
import { suite } from '../harness.ts'
import { sized } from '../sizes.ts'
import { createAccount, createUser, user_token } from '../auth/jwt_rig.ts'
import { client_frame } from '../wire/client_frames.ts'
import { start_server, stop_all, type TestServer } from './embedded.ts'
import { RawClient } from './raw_client.ts'

const test = suite('server/17_hostile', sized({ short: 120_000, full: 120_000, long: 1_200_000 }))
test.after.each(stop_all)

const CONVERSATIONS = sized({ short: 500, full: 1_500, long: 100_000 })
const AT_A_TIME = 16
const latin1 = (text: string) => Buffer.from(text, 'latin1')

const jwt = user_token(createAccount(), createUser())
const upgrade = latin1(
  'GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nOrigin: http://h\r\nCookie: a=b; c=d\r\n' +
    'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n',
)
const frames = Buffer.from([
  ...client_frame({ opcode: 2, payload: latin1('CONNECT {"verbose":false}\r\nSUB a 1\r\n') }),
  ...client_frame({ opcode: 9, payload: latin1('ping') }),
  ...client_frame({ opcode: 2, rsv: 4, payload: deflateRawSync(latin1('PUB a 5\r\nhello\r\n')) }),
  ...client_frame({ opcode: 8, payload: Uint8Array.of(3, 232) }),
])

/** What honest peers say, by port. `opening` is left as it is, so that what follows is reached at all. */
const HONEST: Record<'client' | 'websocket' | 'cluster', { opening: Buffer; rest: Buffer }[]> = {
  client: [
    {
      opening: latin1(''),
      rest: latin1(`CONNECT {"verbose":true,"jwt":"${jwt}","sig":"x"}\r\nPING\r\nSUB a.* q 1\r\n`),
    },
    {
      opening: latin1('CONNECT {"headers":true}\r\n'),
      rest: latin1(
        'SUB a.> 1\r\nPUB a.b r 5\r\nhello\r\nHPUB a 12 14\r\nNATS/1.0\r\n\r\nhi\r\nUNSUB 1 5\r\nPONG\r\n+OK\r\n',
      ),
    },
  ],
  websocket: [{ opening: latin1(''), rest: upgrade }, { opening: upgrade, rest: frames }],
  cluster: [
    {
      opening: latin1(''),
      rest: latin1(
        'CONNECT {"name":"X","cluster":"test","lnoc":true}\r\n' +
          'INFO {"server_id":"X","server_name":"x","version":"2.9.0","proto":1,"host":"127.0.0.1","port":1,"cluster":"test"}\r\n' +
          'PING\r\nRS+ $G a q 3\r\nRMSG $G a 5\r\nhello\r\nHMSG $G a 12 14\r\nNATS/1.0\r\n\r\nhi\r\nRS- $G a q\r\nLS+ x\r\n',
      ),
    },
  ],
}

/** Some bytes other, gone, doubled or put in; or nothing but lots of one thing. */
function mutated(honest: Buffer, random: Random): Buffer {
  if (random.below(20) === 0) return Buffer.alloc(random.below(100_000), random.below(256))
  let bytes = Buffer.from(honest)
  for (let i = random.below(6); i >= 0; i--) {
    const at = random.below(bytes.length + 1), length = random.below(12)
    const noise = Buffer.from(Array.from({ length }, () => random.below(256)))
    const kind = random.below(5)
    if (kind === 0) bytes = Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)])
    else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)])
    else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(random.below(at + 1))])
    else if (at < bytes.length) {
      bytes[at] = kind === 3 ? random.below(256) : [13, 10, 32, 48, 57, 34, 46, 62][random.below(8)]
    }
  }
  return bytes
}

/** Says it in pieces, reads whatever comes, and goes, or is sent away. */
async function converse(port: number, bytes: Buffer, random: Random): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  const closed = once(socket, 'close').catch(() => {})
  socket.on('error', () => {})
  socket.resume()
  for (let at = 0; at < bytes.length && !socket.destroyed;) {
    const length = random.below(3) === 0 ? 1 + random.below(20) : bytes.length
    socket.write(bytes.subarray(at, at + length))
    at += length
    if (random.below(4) === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  if (random.below(2) === 0) socket.end()
  else socket.destroySoon()
  const timer = setTimeout(() => socket.destroy(), 2_000)
  await closed
  clearTimeout(timer)
}

/** A client that is served all the while, and at the end. */
async function stays_served(client: RawClient, is_over: () => boolean): Promise<number> {
  let rounds = 0
  while (!is_over()) {
    client.send(`PUB honest.echo 2\r\nhi\r\n`)
    await client.expect(/MSG honest\.echo 1 2\r\nhi\r\n/)
    rounds++
  }
  return rounds
}

async function besiege(
  port_of: (server: TestServer) => number,
  said: { opening: Buffer; rest: Buffer }[],
): Promise<void> {
  const server = await start_server({
    workers: 2,
    websocket: { no_tls: true, compression: true, same_origin: true },
    cluster: {},
  })
  const seed = Date.now() | 0, random = seeded_random(seed)
  const client = await RawClient.connect(server.port)
  client.send('SUB honest.echo 1\r\n')
  let left = CONVERSATIONS
  const lane = async () => {
    while (left-- > 0) {
      const { opening, rest } = said[random.below(said.length)]
      await converse(port_of(server), Buffer.concat([opening, mutated(rest, random)]), random)
    }
  }
  const over = Promise.all(Array.from({ length: AT_A_TIME }, lane))
  let is_over = false
  void over.then(() => is_over = true)
  const rounds = await stays_served(client, () => is_over)
  await over
  assert.ok(
    rounds > 0 && server.server.restarts === 0,
    `seed ${seed}: ${rounds} rounds, ${server.server.restarts} restarts`,
  )
  const bad = server.log.filter((line) => /Worker \d+ has ended|TypeError|RangeError|AssertionError/.test(line))
  assert.equal(bad, [], `seed ${seed}`)
}

test('the client port', () => besiege(({ port }) => port, HONEST.client))
test('the WebSocket port', () => besiege(({ server }) => server.ports.websocket!.port, HONEST.websocket))
test('the cluster port', () => besiege(({ cluster_port }) => cluster_port, HONEST.cluster))

test('a zip bomb ends its own connection and takes no memory', async () => {
  const server = await start_server({ workers: 0, websocket: { no_tls: true, compression: true } })
  const bomb = deflateRawSync(Buffer.alloc(256 * 1024 * 1024), { level: 9 })
  const socket = connect(server.server.ports.websocket!.port, '127.0.0.1')
  socket.on('error', () => {})
  const before = process.memoryUsage().rss
  socket.write(upgrade)
  await once(socket, 'data')
  socket.write(Uint8Array.from(client_frame({ opcode: 2, rsv: 4, payload: bomb })))
  socket.resume()
  await once(socket, 'close')
  assert.ok(process.memoryUsage().rss - before < 100 * 1024 * 1024, 'it was inflated')
})

test.run()
