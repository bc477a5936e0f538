import * as assert from 'uvu/assert'
import { read_settings } from '../../src/bench/bench_settings.ts'
import { server_command, version_name, workers_name } from '../../src/bench/contender.ts'
import { suite } from '../harness.ts'

const test = suite('bench/contender')
const own = { runtime: 'node', binary: '/bin/node', script: '/x/dist/main.js' } as const
const command = (...argv: string[]) => server_command(read_settings(argv, 2), own)

test('the server is this program, on another runtime if that is asked for, or what is given', () => {
  assert.equal(command(), ['/bin/node', '/x/dist/main.js'])
  assert.equal(command('--runtime', 'node'), ['/bin/node', '/x/dist/main.js'])
  assert.equal(command('--runtime', 'deno'), ['deno', 'run', '-A', '/x/dist/main.js'])
  assert.equal(command('--server', 'other -x', '--runtime', 'deno'), ['other', '-x'])
})

test('programs are called as they say themselves', () => {
  assert.is(version_name('nats-server: v2.9.10'), 'nats-server 2.9.10')
  assert.is(version_name('v20.20.2'), 'Node 20.20.2')
  assert.is(version_name('deno 2.9.6 (stable, release, x86_64)\nv8 14.0'), 'Deno 2.9.6')
})

test('one worker is one', () => {
  assert.equal([0, 1, 2].map(workers_name), ['0 workers', '1 worker', '2 workers'])
})

test.run()
