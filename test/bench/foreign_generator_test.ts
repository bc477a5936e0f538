import * as assert from 'uvu/assert'
import { generator_flags, generator_name, generator_result } from '../../src/bench/foreign_generator.ts'
import { type Load, PATTERNS } from '../../src/bench/pattern.ts'
import { suite } from '../harness.ts'

const test = suite('bench/foreign_generator')
const servers = { ports: [1001, 1002], pids: [7, 8] }
const load = (name: string, messages: number): Load => ({
  ...{ pattern: PATTERNS.find((one) => one.name === name)!, size: 16, messages, pace: 5000 },
})
const flags = (name: string) => generator_flags(load(name, 10_000), servers).join(' ')

test('loads as flags of natsload', () => {
  const common =
    '--size 16 --subject bench.subject --pub-addr 127.0.0.1:1001 --sub-addr 127.0.0.1:1002 --pid 7,8 --settle 200 --timeout 60'
  assert.is(flags('queue 2:4'), `--mode tput --pubs 2 --subs 4 --msgs 10000 --queue workers ${common}`)
  assert.is(flags('request-reply'), `--mode rtt --msgs 10000 ${common}`)
  assert.is(flags('one-way latency'), `--mode lat --rate 5000 --dur 2 ${common}`)
})

test('it is called by its file', () => {
  assert.is(generator_name('/tmp/natsload-3b974ad28b8bea03'), 'natsload')
  assert.is(generator_name('./my-load'), 'my-load')
})

test('its answer as a result', () => {
  const rate = generator_result({ sec: 2, cpu_us_per_msg: 0.5, load_cpu_sec: 1 }, load('fan-out 1:10', 1000))
  assert.equal(rate, { seconds: 2, work: 10_000, server_cpu_seconds: 0.005, generator_share: 0.5, latencies: null })
  const times = { p50_us: 1, p90_us: 2, p99_us: 3, p999_us: 4 }
  const trips = generator_result({ n: 100, rps: 50, ...times, cpu_us_per_req: 10 }, load('request-reply', 100))
  assert.equal(trips, { seconds: 2, work: 100, server_cpu_seconds: 0.001, generator_share: null, latencies: times })
  const paced = generator_result({ got: 9000, load_cpu_sec: 3, ...times }, load('one-way latency', 10_000))
  assert.equal([paced.seconds, paced.work, paced.server_cpu_seconds, paced.generator_share], [2, 9000, null, null])
})

test.run()
