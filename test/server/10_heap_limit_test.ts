// A client that fills the heap of its worker ends that worker; everybody else notices nothing.
import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { start_server, stop_all } from './embedded.ts'
import { connect_many, RawClient } from './raw_client.ts'

const test = suite('server/10_heap_limit', 60_000)
test.after.each(stop_all)

const HEAP_MB = 48
const SID_BYTES = 3_900

/** Subscribes with long sids, which the server keeps as texts, until it is cut. */
async function fill_heap(client: RawClient): Promise<void> {
  for (let batch = 0; batch < 1_000 && !client.is_closed; batch++) {
    let text = ''
    for (let i = 0; i < 50; i++) text += `SUB heap.filler ${`${batch}.${i}.`.padEnd(SID_BYTES, 'x')}\r\n`
    await Promise.race([client.send(text), client.closed])
    await client.flush(20_000).catch(() => {})
  }
  await client.closed
}

test('a heap that is used up ends one worker, and the others go on', async () => {
  const resource_limits = { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 8 }
  const server = await start_server({ workers: 3 }, { resource_limits })
  const others = await connect_many(server.port, 24)
  for (const [i, client] of others.entries()) {
    await client.send(`SUB other.${i} 1\r\n`)
    await client.flush()
  }
  const filler = await RawClient.connect(server.port)
  await fill_heap(filler)
  await server.wait_log(/^ERR Worker \d has ended/, 20_000)
  await server.wait_log(/^INF Worker \d was restarted/)
  assert.is(server.server.restarts, 1)
  const alive = (await Promise.all(others.map((client) => client.flush().then(() => client, () => null))))
    .filter((client) => client !== null)
  assert.ok(alive.length >= 2, `${alive.length} of ${others.length} live on`)
  // Interest of the filler is gone, that of the others is not.
  const publisher = await RawClient.connect(server.port)
  await publisher.send('SUB answer 1\r\nPUB heap.filler answer 0\r\n\r\n')
  await publisher.expect(/^HMSG answer 1 \d+ \d+\r\nNATS\/1\.0 503/)
  for (const [i, client] of others.entries()) {
    if (client.is_closed) continue
    await publisher.send(`PUB other.${i} 2\r\nhi\r\n`)
    await client.expect(/^MSG other\.\d+ 1 2\r\nhi\r\n/)
  }
})

test.run()
