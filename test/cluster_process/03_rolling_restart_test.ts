// A rolling restart by lame duck mode, under load: every server of a cluster is replaced, and no client misses anything.
import * as assert from 'uvu/assert'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from '../harness.ts'
import { wait_for_mesh } from '../server/embedded.ts'
import { close_clients, payload_of, RawClient } from '../server/raw_client.ts'
import { MovingPublisher, MovingSubscriber } from './moving_clients.ts'
import { config_file, ports_of, type Program, start_program, stop_programs } from './program.ts'

const test = suite('cluster_process/03_rolling_restart', 110_000)
const folders: string[] = []
test.after.each(async () => {
  close_clients()
  await stop_programs()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const LAME_DUCK = 'lame_duck_duration: "30s"\nlame_duck_grace_period: "3s"\n'
/** Subscribers and publishers that move, on each of three servers. */
const SUBSCRIBERS = 2
const PUBLISHERS = 3

interface Member {
  program: Program
  ports: { client: number; cluster: number }
  pid_file: string
  flags: string[]
}

/** Starts a member, again on its own ports if it has some. */
async function start_member(flags: string[], seed: number, ports = { client: -1, cluster: -1 }): Promise<Member> {
  const folder = mkdtempSync(join(tmpdir(), 'onehop-rolling-'))
  folders.push(folder)
  const pid_file = join(folder, 'pid')
  const program = start_program([
    ...['-a', '127.0.0.1', '-p', String(ports.client), '-cluster', `nats://127.0.0.1:${ports.cluster}`],
    ...['--cluster_name', 'test', '-P', pid_file, '-c', config_file(LAME_DUCK), ...flags],
    ...(seed === 0 ? [] : ['-routes', `nats://127.0.0.1:${seed}`]),
  ])
  // It has to start beside others under load.
  await program.wait_line(/Server is ready$/, 40_000)
  return { program, ports: await ports_of(program), pid_file, flags }
}

/** A client that does not listen to the server's words: it is closed, behind all that it was sent. */
async function start_stubborn(port: number): Promise<{ client: RawClient; gaps(): string[] }> {
  const client = await RawClient.connect(port)
  const received = new Map<string, number[]>()
  client.read_messages((message) => {
    const numbers = received.get(message.subject) ?? []
    received.set(message.subject, [...numbers.slice(-1), Number(payload_of(message))])
    const [before, now] = received.get(message.subject)!
    if (now !== undefined && now !== before + 1) gaps.push(`${message.subject} ${before} ${now}`)
  })
  const gaps: string[] = []
  await client.send('SUB load.* 1\r\n')
  await client.flush()
  return { client, gaps: () => received.size < PUBLISHERS ? ['not all heard'] : gaps }
}

const kinds: [string, string[]][] = [
  ['--workers 0', ['--workers', '0']],
  ['--workers 2', ['--workers', '2']],
]

for (const [name, flags] of kinds) {
  test(`three servers are replaced one by one, and whoever moves in time gets every message (${name})`, async () => {
    const members = [await start_member(flags, 0)]
    const seed = members[0].ports.cluster
    for (let i = 1; i < 3; i++) members.push(await start_member(flags, seed))
    await Promise.all(members.map(({ ports }) => wait_for_mesh(ports.client, 3)))
    const subscribers: MovingSubscriber[] = []
    for (const { ports } of members) {
      for (let i = 0; i < SUBSCRIBERS; i++) {
        subscribers.push(await MovingSubscriber.start(ports.client, String(subscribers.length), PUBLISHERS))
      }
    }
    const publishers: MovingPublisher[] = []
    for (const [number, { ports }] of members.entries()) {
      publishers.push(await MovingPublisher.start(ports.client, number, subscribers))
    }
    for (const [i, member] of members.entries()) {
      await replace(member, subscribers, publishers)
      const { ports } = member
      members[i] = await start_member(flags, i === 0 ? members[1].ports.cluster : seed, ports)
      await Promise.all(members.map(({ ports }) => wait_for_mesh(ports.client, 3)))
    }
    for (const publisher of publishers) await publisher.stop()
    for (const subscriber of subscribers) {
      await subscriber.client.until(
        () => publishers.every(({ accepted }, i) => subscriber.received[i].size === accepted),
        `all messages: ${subscriber.received.map(({ size }) => size)} of ${publishers.map((each) => each.accepted)}`,
        10_000,
      )
    }
    for (const { accepted } of publishers) assert.ok(accepted > 1_000, `${accepted} messages`)
  })
}

/** Has a member end by lame duck mode. Those of its clients that move do so in the grace period. */
async function replace(
  { program, ports, pid_file }: Member,
  subscribers: MovingSubscriber[],
  publishers: MovingPublisher[],
): Promise<void> {
  const stubborn = await Promise.all([1, 2, 3].map(() => start_stubborn(ports.client)))
  assert.is(readFileSync(pid_file, 'utf8'), String(program.child.pid))
  assert.is((await start_program(['--signal', `ldm=${pid_file}`]).ended).code, 0)
  await program.wait_line(/Entering lame duck mode, stop accepting new clients$/)
  await Promise.all(subscribers.filter(({ port }) => port === ports.client).map((each) => each.move()))
  await Promise.all(publishers.filter(({ port }) => port === ports.client).map((each) => each.move(subscribers)))
  assert.ok(!program.lines.some((line) => /Closing existing clients/.test(line)), 'moved within the grace period')
  await Promise.all(stubborn.map(({ client }) => client.closed))
  await program.wait_line(/Closing existing clients$/)
  for (const { gaps } of stubborn) assert.equal(gaps(), [])
  assert.equal(await program.ended, { code: 0, signal: null })
  // While the one before it was started anew, nobody answered there.
  const errors = program.lines.filter((line) => /\[(ERR|FTL)\](?! Error trying to connect to route)/.test(line))
  assert.equal(errors, [])
}

test.run()
