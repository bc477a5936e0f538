// However the bytes of a session are cut, the answers are the same.
import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { start_server, stop_all } from './embedded.ts'
import { RawClient } from './raw_client.ts'
import { open_peer, type RawPeer } from './raw_peer.ts'

const test = suite('server/02_byte_by_byte', 20_000)
test.after.each(stop_all)

const CLIENT_SESSION = [
  'CONNECT {"verbose":true,"pedantic":true,"headers":true,"no_responders":true,"protocol":0}\r\n',
  'PING\r\n',
  'SUB foo.> 1\r\n',
  'sub  foo.*\tworkers  2\r\n',
  'PUB foo.bar 5\r\nhello\r\n',
  'PUB foo.bar reply.to 0\r\n\r\n',
  'HPUB foo.baz 18 23\r\nNATS/1.0\r\na: bc\r\n\r\nhello\r\n'.replace('18 23', '19 24'),
  'pub\tfoo.lf 2\r\nhi\r\n',
  'UNSUB 1 5\r\n',
  'PUB foo.last 10\r\nPING\r\nPONG\r\n',
  'PUB foo.gone 1\r\nx\r\n',
  'PUB nobody reply 2\r\nno\r\n',
  'SUB reply 3\r\nPUB nobody reply 2\r\nno\r\n',
  'SUB bad..subject 4\r\n',
  'PUB foo.* 1\r\nx\r\n',
  `PUB foo.long 9000\r\n${'0123456789'.repeat(900)}\r\n`,
  'UNSUB 2\r\nUNSUB 3\r\n',
  'PING\r\n',
  'NONSENSE of a client\r\n',
]

const PEER_SESSION = [
  'PING\r\n',
  'RS+ $G there.>\r\n',
  'RS+ $G there.* workers 3\r\n',
  'RMSG $G here.one 5\r\nhello\r\n',
  'RMSG $G here.one reply.to 5\r\nhello\r\n',
  'RMSG $G here.queued | q 5\r\nhello\r\n',
  'RMSG $G here.queued + reply.to q 5\r\nhello\r\n',
  'HMSG $G here.headers 12 17\r\nNATS/1.0\r\n\r\nhello\r\n',
  'HMSG $G here.headers | q 12 17\r\nNATS/1.0\r\n\r\nhello\r\n',
  `RMSG $G here.long 9000\r\n${'0123456789'.repeat(900)}\r\n`,
  'RS- $G there.* workers\r\n',
  'RMSG $G here.end 0\r\n\r\n',
  'PING\r\n',
]

/** One write for everything. */
const whole = async (client: RawClient, parts: string[]) => await client.send(parts.join(''))

/** One write and one turn of the loop for each byte, so that the server mostly reads them one by one. */
async function byte_by_byte(client: RawClient, parts: string[]): Promise<void> {
  for (const byte of Buffer.from(parts.join(''), 'latin1')) {
    void client.send(Uint8Array.of(byte))
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function client_session(write: typeof whole, workers: number): Promise<string> {
  const { port } = await start_server({ workers })
  const client = await RawClient.open(port)
  client.keeps_pongs = true
  await write(client, CLIENT_SESSION)
  await client.closed
  return client.text
}

for (const workers of [0, 1]) {
  test(`a client's session is the same in one write and in writes of one byte (workers ${workers})`, async () => {
    const expected = await client_session(whole, workers)
    assert.match(expected, /MSG foo\.bar 1 5\r\nhello\r\n/)
    assert.match(expected, /HMSG foo\.baz 1 19 24\r\nNATS\/1\.0\r\na: bc\r\n\r\nhello\r\n/)
    assert.match(expected, /MSG foo\.last 1 10\r\nPING\r\nPONG\r\n/)
    assert.match(expected, /HMSG reply 3 38 38\r\nNATS\/1\.0 503\r\nNats-Subject: nobody\r\n\r\n\r\n/)
    assert.match(expected, /-ERR 'Unknown Protocol Operation'\r\n$/)
    assert.is(/MSG foo\.gone 1 /.test(expected), false)
    assert.is(await client_session(byte_by_byte, workers), expected)
  })
}

async function peer_session(write: typeof whole, workers: number): Promise<{ client: string; peer: string }> {
  const server = await start_server({ workers, cluster: {} })
  const client = await RawClient.connect(server.port)
  await client.send('SUB here.> 1\r\nSUB here.queued q 2\r\nSUB here.headers q 3\r\n')
  await client.flush()
  const peer = await open_peer(server, 'PEER', { write: (raw, text) => write(raw, [text]) })
  await peer.expect(/RS\+ \$G here\.headers q 1\r\n/)
  peer.raw.keeps_pongs = true
  await write(peer.raw, PEER_SESSION)
  await client.until(() => client.text.includes('MSG here.end 1 0\r\n'), 'the last message')
  await client.flush()
  return { client: client.text, peer: await routed(client, peer) }
}

/** What the peer gets for the interest that it announced. */
async function routed(client: RawClient, { raw }: RawPeer): Promise<string> {
  await client.send('PUB there.one 2\r\nhi\r\nPUB there.a.b 2\r\nhi\r\nPUB elsewhere 2\r\nhi\r\n')
  await raw.until(() => /RMSG \$G there\.a\.b 2\r\nhi\r\n/.test(raw.text), 'the last message')
  return raw.text
}

for (const workers of [0, 1]) {
  test(`a peer's session is the same in one write and in writes of one byte (workers ${workers})`, async () => {
    const expected = await peer_session(whole, workers)
    assert.is(expected.peer.match(/RMSG /g)?.length, 2)
    assert.equal(await peer_session(byte_by_byte, workers), expected)
  })
}

test.run()
