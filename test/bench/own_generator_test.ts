// Our own load generator with several processes, against servers as processes. Node only (child_process).
import * as assert from 'uvu/assert'
import { join } from 'node:path'
import { system_clock } from '../../src/base/clock.ts'
import { own_generator } from '../../src/bench/own_generator.ts'
import { deliveries, type Load, PATTERNS } from '../../src/bench/pattern.ts'
import { start_test_servers } from '../../src/bench/test_servers.ts'
import { suite } from '../harness.ts'

const test = suite('bench/own_generator', 30_000)
const clock = system_clock()
const program = [process.execPath, join(globalThis.ONEHOP_ROOT!, 'dist/main.js')]
const load = (name: string, messages: number): Load => ({
  ...{ pattern: PATTERNS.find((one) => one.name === name)!, size: 16, messages, pace: 2000 },
})

async function run(one: Load, processes: number) {
  const servers = await start_test_servers([...program, '--workers', '0'], one.pattern.servers, clock)
  try {
    return await own_generator([...program, 'bench', 'load'], processes, clock).run(one, servers)
  } finally {
    await servers.stop()
  }
}

const cases: [name: string, messages: number, processes: number][] = [
  ['publish only', 20_000, 2],
  ['1:1', 20_000, 2],
  ['n:n 4:4', 2000, 4],
  ['queue 2:4', 5000, 3],
  ['one hop 1:1', 5000, 2],
]
for (const [name, messages, processes] of cases) {
  test(`every message counts once: ${name} from ${processes} processes`, async () => {
    const one = load(name, messages)
    const result = await run(one, processes)
    assert.is(result.work, deliveries(one))
    assert.ok(result.seconds > 0 && result.seconds < 20, String(result.seconds))
    assert.ok(result.generator_share! > 0)
    if (process.platform === 'linux') assert.ok(result.server_cpu_seconds! >= 0)
    assert.is(result.latencies, null)
  })
}

test('timed loads have one process, however many there may be', async () => {
  const result = await run(load('request-reply', 50), 4)
  assert.is(result.work, 50)
  assert.ok(result.latencies!.p50_us > 0)
})

test('a server that ends meanwhile is a failure with its reason', async () => {
  const servers = await start_test_servers([...program, '--workers', '0'], 1, clock)
  const generator = own_generator([...program, 'bench', 'load'], 1, clock)
  await servers.stop()
  const message = await generator.run(load('1:1', 10), servers).then(() => '', (error) => error.message)
  assert.match(message, /^the load generator: .*ECONNREFUSED/)
})

test.run()
