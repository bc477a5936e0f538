import * as assert from 'uvu/assert'
import { OPTION_TABLE } from '../../src/config/options.ts'
import { has_host, listen_place, option_place } from '../../src/review/option_place.ts'
import { entries_under } from '../../src/review/place.ts'
import { suite } from '../harness.ts'
import { judged } from './review_rig.ts'

const test = suite('review/option_place')

const place = (name: keyof typeof OPTION_TABLE, text: string, argv: string[] = []) =>
  option_place(name, judged(text, argv).sources).text

test('a flag stands over the file, and the file over nothing', () => {
  assert.is(place('server_name', 'server_name: a', ['-n', 'b']), 'flag -n')
  assert.is(place('server_name', 'server_name: a'), 'f:1:0')
  assert.is(place('server_name', 'port: 1'), 'default')
})

test('an address says the port, and the host if it has one', () => {
  assert.equal(['host', 'port'].map((name) => place(name as 'host', 'listen: "a:1"')), ['f:1:0', 'f:1:0'])
  assert.equal(['host', 'port'].map((name) => place(name as 'host', 'net: b\nlisten: ":1"')), ['f:1:0', 'f:2:1'])
  assert.equal(['host', 'port'].map((name) => place(name as 'host', 'listen: 1\nport: 2')), ['default', 'f:2:1'])
})

test('flags and keys that set several options count for each of them', () => {
  assert.is(place('debug', 'debug: false', ['-DV']), 'flag -DV')
  assert.is(place('trace', '', ['-V=false', '-DVV']), 'flag -DVV')
  assert.is(place('trace_verbose', 'port: 1', ['-VV']), 'flag -VV')
  assert.is(place('trace', 'trace: true\ntrace_verbose: false'), 'f:2:1')
  assert.is(place('trace_verbose', 'trace: true'), 'default')
})

test('addresses of blocks are found in the same way', () => {
  const blocks = entries_under(judged('cluster { host: a\n listen: "b:1"\n port: 2 }').sources.file, 'cluster')
  assert.equal([listen_place(blocks, 'host', ['host']).text, listen_place(blocks, 'port', ['port']).text], [
    ...['f:2:2', 'f:3:2'],
  ])
  const [listen] = entries_under(blocks, 'listen')
  assert.ok(has_host(listen))
})

test.run()
