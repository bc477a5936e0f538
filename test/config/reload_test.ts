// What a running server can take over of a file that has changed, and what it can not.
import * as assert from 'uvu/assert'
import { load, load_again } from '../../src/config/load.ts'
import { default_options, type Options } from '../../src/config/options.ts'
import { differences } from '../../src/config/reload.ts'
import { suite } from '../harness.ts'

const test = suite('config/reload')

const files = (text: string) => ({ read: () => text, help: () => '', help_tls: () => '' })
function options(text: string): Options {
  const loaded = load(['-c', 'f'], {}, files(text))
  if (loaded.kind !== 'run') throw new Error(JSON.stringify(loaded))
  return loaded.options
}
const ALWAYS = ['Reloaded: authorization users', 'Reloaded: accounts']
const applied = (before: string, after: string) =>
  differences(options(before), options(after)).applied.filter((line) => !ALWAYS.includes(line))
const refused = (before: string, after: string) => differences(options(before), options(after)).refused

test('the same file changes nothing', () => {
  const text =
    'max_payload: 1KB, accounts { A { users: [{user: a, password: b}] } }, cluster { port: 1, routes: ["nats://h:1"] }'
  assert.equal(differences(options(text), options(text)), { applied: ALWAYS, refused: [] })
})

test('values are said as nats-server says them', () => {
  assert.equal(applied('max_payload: 10', 'max_payload: 20, ping_interval: "20s", write_deadline: "1m"'), [
    ...['Reloaded: max_payload = 20', 'Reloaded: ping_interval = 20s', 'Reloaded: write_deadline = 1m0s'],
  ])
  assert.equal(applied('debug: false', 'debug: true, trace: true, logtime: false, log_file: "x"'), [
    ...['Reloaded: debug = true', 'Reloaded: trace = true', 'Reloaded: logtime = false', 'Reloaded: log_file = x'],
  ])
  assert.equal(applied('', 'metrics_prefix: nats')[0], 'Reloaded: metrics_prefix = nats')
  assert.equal(applied('server_tags: [a]', 'server_tags: [b], server_metadata: {k: v}'), [
    ...['Reloaded: tags', 'Reloaded: metadata'],
  ])
  assert.equal(applied('no_fast_producer_stall: true', ''), ['Reloaded: fast producers will be stalled'])
})

test('authorization is told by its parts', () => {
  assert.equal(applied('', 'authorization { user: a, password: b, timeout: 0.3 }'), [
    ...[
      'Reloaded: authorization username',
      'Reloaded: authorization password',
      'Reloaded: authorization timeout = 0.3',
    ],
  ])
  assert.equal(applied('authorization { token: a }', 'authorization { token: b }'), ['Reloaded: authorization token'])
})

test('of the cluster, routes are told apart from the rest', () => {
  const cluster = (more: string) => `cluster { name: c, port: 1, ${more} }`
  assert.equal(applied(cluster('routes: ["nats://a:1", "nats://u:p@b:2"]'), cluster('routes: ["nats://c:3"]')), [
    ...['Removed route nats://a:1', 'Removed route nats://b:2', 'Reloaded: cluster routes'],
  ])
  assert.equal(applied(cluster(''), cluster('connect_retries: 3')), ['Reloaded: cluster'])
})

test('what needs a start is refused, every one of them named', () => {
  assert.equal(refused('port: 4222, server_name: a', 'port: 4223, server_name: b, max_payload: 5'), [
    'config reload not supported for Port: old=4222, new=4223',
    'config reload not supported for ServerName: old=a, new=b',
  ])
  assert.equal(refused('lame_duck_duration: "1m"', 'lame_duck_duration: "2m"'), [
    'config reload not supported for LameDuckDuration: old=1m0s, new=2m0s',
  ])
  assert.equal(refused('cluster { port: 1 }', 'cluster { port: 2, name: x, pool_size: 3 }'), [
    'config reload not supported for cluster port: old=1, new=2',
  ])
  assert.equal(refused('', 'websocket { port: 1, no_tls: true }'), ['config reload not supported for Websocket'])
})

test('every option is taken over, or refused', () => {
  // Whoever adds one has to say which it is.
  const blocks = ['tls', 'cluster', 'websocket', 'authorization', 'accounts', 'operator', 'mappings', 'proxies']
  for (const key of Object.keys(default_options()).filter((key) => !blocks.includes(key))) {
    const after = { ...default_options(), [key]: 'another' } as Options
    const { applied, refused } = differences(default_options(), after)
    assert.is(applied.length - ALWAYS.length + refused.length, 1, key)
  }
})

test('proxies that are not trusted any more are told of, and new ones', () => {
  const [before, after] = [default_options(), default_options()]
  before.proxies = ['A', 'B']
  after.proxies = ['B', 'C']
  const { applied, refused } = differences(before, after)
  assert.equal(refused, [])
  assert.equal(applied.filter((line) => line.includes('proxies')), [
    'Reloaded: proxies trusted keys ["A"] were removed',
    'Reloaded: proxies trusted keys ["C"] were added',
  ])
})

test('the file is read with the arguments of the start, and what is wrong is said in one text', () => {
  const again = (argv: string[], text: string) => load_again(argv, {}, files(text)).options
  assert.is(again(['-c', 'f', '-p', '5'], 'port: 6').port, 5)
  assert.throws(() => again([], ''), 'can only reload config when a file is provided using -c or --config')
  assert.throws(() => again(['-c', 'f'], 'foo: 1'), /^f:1:\d+: unknown field "foo"$/)
  assert.throws(() => again(['-c', 'f'], 'foo = "x'), /Parse error/)
  assert.throws(() => again(['-c', 'f'], 'max_payload: 100MB'), /cannot be higher than max_pending/)
})

test.run()
