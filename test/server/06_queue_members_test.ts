// Queue groups over four threads while members come and go: nothing is lost while there is one, and nobody hears that
// there is none.
import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { start_server, stop_all } from './embedded.ts'
import { connect_many, payload_of, RawClient } from './raw_client.ts'

const test = suite('server/06_queue_members', 30_000)
test.after.each(stop_all)

const PUBLISHERS = 6
const REQUESTS = 4_000
const BATCH = 40

interface Run {
  received: Map<string, number>
  refusals: string[]
  goes_on: boolean
}

test('no request is lost or refused while members come and go', async () => {
  const { port } = await start_server({ workers: 4 })
  const run: Run = { received: new Map(), refusals: [], goes_on: true }
  const member = await RawClient.connect(port)
  take_requests(member, run)
  await member.send('SUB work q 1\r\n')
  await member.flush()
  const movers = await connect_many(port, 12)
  const moving = movers.map((mover, i) => move(mover, i, run))
  const publishers = await connect_many(port, PUBLISHERS)
  await Promise.all(publishers.map((publisher, i) => publish(publisher, i, run)))
  run.goes_on = false
  await Promise.all(moving)
  await member.until(() => run.received.size >= PUBLISHERS * REQUESTS, 'all requests').catch(() => {})
  await Promise.all([...movers, ...publishers, member].map((client) => client.flush()))
  assert.equal(run.refusals, [])
  assert.equal([...run.received].filter(([, times]) => times !== 1), [])
  const missing = numbers().filter((name) => !run.received.has(name))
  assert.is(missing.length, 0, `${missing.length} are missing, such as ${missing.slice(0, 5)}`)
})

const numbers = () =>
  Array.from({ length: PUBLISHERS }, (_, i) => Array.from({ length: REQUESTS }, (_, n) => `${i}.${n}`)).flat()

function take_requests(client: RawClient, { received }: Run): void {
  client.read_messages((message) => {
    const name = payload_of(message)
    received.set(name, (received.get(name) ?? 0) + 1)
  })
}

/** Joins and leaves; every other mover lets its subscription end by itself after a few messages. */
async function move(mover: RawClient, i: number, run: Run): Promise<void> {
  take_requests(mover, run)
  for (let sid = 1; run.goes_on; sid++) {
    await mover.send(i % 2 === 0 ? `SUB work q ${sid}\r\n` : `SUB work q ${sid}\r\nUNSUB ${sid} 3\r\n`)
    await mover.flush()
    await mover.send(`UNSUB ${sid}\r\n`)
    // What was on its way to a member that has left is still its own: the connection stays.
    await mover.flush()
  }
}

async function publish(publisher: RawClient, i: number, { refusals }: Run): Promise<void> {
  publisher.read_messages(({ header, subject }) => refusals.push(`${subject} ${header.trim()}`))
  await publisher.send('SUB _INBOX.* 1\r\n')
  for (let from = 0; from < REQUESTS; from += BATCH) {
    let text = ''
    for (let n = from; n < from + BATCH; n++) {
      const name = `${i}.${n}`
      text += `PUB work _INBOX.${i}-${n} ${name.length}\r\n${name}\r\n`
    }
    await publisher.send(text)
    await publisher.flush()
  }
}

test('requests are refused at once when the last member has left', async () => {
  const { port } = await start_server({ workers: 4 })
  const members = await connect_many(port, 8)
  for (const member of members) await member.send('SUB work q 1\r\n')
  for (const member of members) await member.flush()
  for (const member of members) await member.send('UNSUB 1\r\n')
  for (const member of members) await member.flush()
  for (const publisher of await connect_many(port, 8)) {
    await publisher.send('SUB answer 1\r\nPUB work answer 0\r\n\r\n')
    await publisher.expect(/^HMSG answer 1 36 36\r\nNATS\/1\.0 503\r\nNats-Subject: work\r\n\r\n\r\n/)
  }
})

test.run()
