import * as assert from 'uvu/assert'
import { parse_flags } from '../../src/config/flags.ts'
import { complete_said, read_said, type Said } from '../../src/config/said.ts'
import { suite } from '../harness.ts'

const test = suite('config/said')

function said(argv: string[], files: Record<string, string> = {}, environment: Record<string, string> = {}): Said {
  const line = parse_flags(argv)
  if ('error' in line) throw new Error(line.error)
  return read_said(line, environment, (path) => {
    if (!Object.hasOwn(files, path)) throw Object.assign(new Error('x'), { code: 'ENOENT' })
    return files[path]
  })
}

test('the file is read, and the flags are put over it when they are asked for', () => {
  const all = said(['-c', 'f', '-p', '5'], { f: 'port: 6\nping_interval: "5s"\ncluster { ping_max: 3 }' })
  assert.equal([all.options.port, all.options.cluster.ping_interval_ms], [6, 30_000])
  complete_said(all)
  assert.equal([all.options.port, all.options.cluster.ping_interval_ms], [5, 5_000])
  assert.equal([all.file!.path, [...all.file!.entries.keys()]], ['f', ['port', 'ping_interval', 'cluster']])
  assert.match(all.file!.digest, /^sha256:[0-9a-f]{64}$/)
  assert.equal([...all.cluster_set], ['ping_max'])
})

test('without a file there is nothing wrong with it', () => {
  const all = said(['-js'])
  assert.is(all.file, null)
  assert.equal([all.problems.errors, all.problems.warnings, all.problems.notices], [[], [], []])
  assert.equal(all.notices, ['"-js" is not served by this version and has no effect'])
})

test('problems are left to who asks, a file that is none is not', () => {
  assert.equal(said(['-c', 'f'], { f: 'foo: 1' }).problems.errors, ['f:1:0: unknown field "foo"'])
  assert.throws(() => said(['-c', 'f']), 'open f: no such file or directory')
  assert.throws(() => said(['-c', 'f'], { f: 'a {' }), 'Unexpected EOF')
})

test('a block that a flag switches off is not read', () => {
  const text = 'tls { cert_file: "/none" }'
  assert.is(said(['-c', 'f'], { f: text }).problems.errors.length, 1)
  assert.equal(said(['-c', 'f', '--tls=false'], { f: text }).problems.errors, [])
})

test.run()
