// The main job as the NATS clustering page has it: three processes, one seed, every message once.
import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { wait_for_interest, wait_for_mesh } from '../server/embedded.ts'
import { close_clients, payload_of, RawClient } from '../server/raw_client.ts'
import { config_file, ports_of, type Program, start_program, stop_programs } from './program.ts'

const test = suite('cluster_process/01_main_job', 30_000)
test.after.each(async () => {
  close_clients()
  await stop_programs()
})

/** The page's flags; ports are free ones. */
const flags = (seed: number | null, more: string[]) => [
  ...['-a', '127.0.0.1', '-p', '-1', '-cluster', 'nats://localhost:-1', '--cluster_name', 'test-cluster', '-D'],
  ...(seed === null ? [] : ['-routes', `nats://localhost:${seed}`]),
  ...more,
]

const kinds: [string, () => string[]][] = [
  ['--workers 0', () => ['--workers', '0']],
  ['--workers 1', () => ['--workers', '1']],
  ['--workers 2', () => ['--workers', '2']],
  ['--workers 2 and a route worker', () => ['--workers', '2', '-config', config_file('route_workers: 1\n')]],
]

for (const [name, more] of kinds) {
  test(`three processes find each other from one seed and pass each message on once (${name})`, async () => {
    const programs: Program[] = []
    const ports: { client: number; cluster: number }[] = []
    for (let i = 0; i < 3; i++) {
      programs.push(start_program(flags(ports[0]?.cluster ?? null, more())))
      ports.push(await ports_of(programs[i]))
    }
    await Promise.all(ports.map(({ client }) => wait_for_mesh(client, 3)))
    await exchange(ports.map(({ client }) => client))
    for (const program of programs) {
      await program.wait_line(/ - rid:\d+ - Route connection created$/)
      await program.wait_line(/ - rid:\d+ - Registering remote route "N[A-Z0-9]{55}"$/)
      await program.wait_line(/ - rid:\d+ - Sent local subscriptions to route$/)
      program.child.kill('SIGINT')
      assert.equal(await program.ended, { code: 0, signal: null })
    }
  })
}

/** A subscriber on the first server gets what is published on each, and what one client publishes on all in turn. */
async function exchange(ports: number[]): Promise<void> {
  const subscriber = await RawClient.connect(ports[0])
  const received: string[] = []
  subscriber.read_messages((message) => {
    if (message.subject === 'hello') received.push(payload_of(message))
  })
  await subscriber.send('SUB hello 1\r\nSUB ready 2\r\n')
  await subscriber.flush()
  const expected: string[] = []
  for (const port of ports) {
    const publisher = await RawClient.connect(port)
    await wait_for_interest(publisher, 'ready')
    // Behind the last one there is nothing of the same publisher any more.
    for (const payload of [`world_${port}`, `whole_world_${port}`, `end_${port}`]) {
      await publisher.send(`PUB hello ${payload.length}\r\n${payload}\r\n`)
      expected.push(payload)
    }
    await publisher.flush()
  }
  await subscriber.until(() => expected.every((payload) => received.includes(payload)), 'all messages')
  await subscriber.flush()
  assert.equal(received, expected)
}

test.run()
