// A message traced through two members, to whom it went and why not.
import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { type Cluster, startCluster } from '../../src/test.ts'
import { close_clients, RawClient } from './raw_client.ts'

const test = suite('server/23_tracing', 30_000)
let cluster: Cluster | undefined
test.after.each(async () => {
  close_clients()
  await cluster?.stop()
})

const hpub = (subject: string, lines: string[], payload = '') => {
  const header = ['NATS/1.0', ...lines, '', ''].join('\r\n')
  return `HPUB ${subject} ${header.length} ${header.length + payload.length}\r\n${header}${payload}\r\n`
}

test('every member tells its part, and the parts fit together', async () => {
  cluster = await startCluster(2, { configuration: { workers: 2 } })
  const [one, two] = cluster.servers.map(({ name, server }) => ({
    name,
    id: server.id,
    port: server.ports.client.port,
  }))
  const publisher = await RawClient.connect(one.port, { connect: { name: 'me' } })
  const near = await RawClient.connect(one.port), far = await RawClient.connect(two.port, { connect: { name: 'you' } })
  const listener = await RawClient.connect(two.port)
  listener.send('SUB trace t\r\n')
  far.send('SUB x.y 1\r\nSUB x.* q 2\r\n')
  near.send('SUB x.> 3\r\n')
  for (const client of [listener, far, near]) await client.flush()
  for (const subject of ['trace', 'x.y']) await cluster.waitForInterest(subject, { at: one.name, from: two.name })
  const traced = async (lines: string[]) => {
    publisher.send(hpub('x.y', ['Nats-Trace-Dest: trace', ...lines], 'hi'))
    const events = []
    for (let i = 0; i < 2; i++) events.push(JSON.parse((await listener.expect(/MSG trace t \d+\r\n(.*)\r\n/))[1]))
    return events.sort((a, b) => (b.hops ?? 0) - (a.hops ?? 0))
  }
  const [here, there] = await traced([])
  assert.equal([here.server.id, there.server.id], [one, two].map(({ id }) => id))
  const [came, ...went] = here.events
  assert.equal([came.type, came.kind, came.name, came.acc, came.subj], ['in', 0, 'me', '$G', 'x.y'])
  const client = went.find((event: { kind: number }) => event.kind === 0)
  const route = went.find((event: { kind: number }) => event.kind === 1)
  assert.equal([client.sub, route.name, went.length], ['x.>', two.name, 2])
  assert.equal(there.request.header['Nats-Trace-Hop'], [route.hop])
  assert.equal(there.events.slice(1).map(({ name, sub, queue }: any) => [name, sub, queue]).sort(), [
    ['you', 'x.*', 'q'],
    ['you', 'x.y', undefined],
  ])
  await far.expect(/HMSG x\.y 1 [^]*hi\r\n/)
  await far.flush()
  far.text = near.text = ''
  const [only_here] = await traced(['Nats-Trace-Only: true'])
  assert.is(only_here.events.length, 3)
  for (const each of [near, far]) {
    await each.flush()
    assert.not.match(each.text, 'HMSG')
  }
})

test.run()
