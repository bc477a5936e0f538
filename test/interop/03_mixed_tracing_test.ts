// A message that is traced between a member of ours and a nats-server that knows of traces (2.11 and newer): each tells its part.
import * as assert from 'uvu/assert'
import { stop_programs } from '../cluster_process/program.ts'
import { suite } from '../harness.ts'
import { wait_for_interest } from '../server/embedded.ts'
import { close_clients, RawClient } from '../server/raw_client.ts'
import { MixedCluster, version_of } from './mixed_cluster.ts'

const test = suite('interop/03_mixed_tracing', 60_000)
test.after.each(async () => {
  close_clients()
  await stop_programs()
})

const HEADER = 'NATS/1.0\r\nNats-Trace-Dest: trace\r\n\r\n'
const TRACED = `HPUB x.y ${HEADER.length} ${HEADER.length + 2}\r\n${HEADER}hi\r\n`

/** The publisher is at one member, who is told and who gets the message at the other. */
async function trace(from: { port: number; name: string }, to: { port: number; name: string }): Promise<void> {
  const publisher = await RawClient.connect(from.port), listener = await RawClient.connect(to.port)
  const far = await RawClient.connect(to.port, { connect: { name: 'you' } })
  listener.send('SUB trace t\r\n')
  far.send('SUB x.* 1\r\n')
  await Promise.all([listener.flush(), far.flush()])
  for (const subject of ['trace', 'x.y']) await wait_for_interest(publisher, subject)
  publisher.send(TRACED)
  await far.expect(/HMSG x\.y 1 [^]*?hi\r\n/)
  const parts = []
  for (let i = 0; i < 2; i++) parts.push(JSON.parse((await listener.expect(/MSG trace t +\d+\r\n(.*)\r\n/))[1]))
  const here = parts.find(({ server }) => server.name === from.name)
  const there = parts.find(({ server }) => server.name === to.name)
  assert.ok(here && there, `parts of ${parts.map(({ server }) => server.name)}`)
  const [came, ...went] = here.events
  assert.equal([came.type, came.subj, went.length, went[0].type, went[0].kind, went[0].name], [
    ...['in', 'x.y', 1, 'eg', 1, to.name],
  ])
  assert.equal(there.request.header['Nats-Trace-Hop'], [went[0].hop])
  assert.equal(there.events.map(({ type, kind }: { type: string; kind: number }) => [type, kind]), [['in', 1], [
    'eg',
    0,
  ]])
  assert.equal([there.events[1].name, there.events[1].sub], ['you', 'x.*'])
  for (const client of [publisher, listener, far]) client.close()
}

const binary = process.env.NATS_SERVER_NEW
const version = binary && version_of(binary)
if (!binary || !version) console.log('not run: traces across ours and the nats-server of NATS_SERVER_NEW')
else {
  test(`ours and ${version}, both ways`, async () => {
    const { members } = await MixedCluster.start([null, binary])
    const [ours, theirs] = members.map(({ name, ports }) => ({ name, port: ports.client }))
    await trace(ours, theirs)
    await trace(theirs, ours)
  })
}

test('two of ours, as a measure for the others', async () => {
  const { members } = await MixedCluster.start([null, null])
  const [one, two] = members.map(({ name, ports }) => ({ name, port: ports.client }))
  await trace(one, two)
})

test.run()
