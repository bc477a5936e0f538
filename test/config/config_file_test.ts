import * as assert from 'uvu/assert'
import { read_entries } from '../../src/config/config_file.ts'
import { default_options } from '../../src/config/options.ts'
import { suite } from '../harness.ts'
import { entries_of } from './config_rig.ts'

const test = suite('config/config_file')

function read(text: string, ignored: string[] = []) {
  const options = default_options()
  const { problems, cluster_set } = read_entries('f', entries_of(text), options, ignored)
  return { options, problems, cluster_set: [...cluster_set] }
}

test('a file is read over the options that were there', () => {
  const { options, problems, cluster_set } = read('port: 5\nhttp: "m:8222"\ncluster { name: c }\nserver_name: n')
  assert.equal([options.port, options.http_host, options.http_port], [5, 'm', 8222])
  assert.equal([options.cluster.name, options.server_name, options.max_payload], ['c', 'n', 1 << 20])
  assert.equal([problems.errors, cluster_set], [[], ['name']])
})

test('an empty file is warned about', () => {
  assert.equal(read('# nothing').problems.warnings, ['f: config has no values or is empty'])
})

test('trace_verbose and trace_headers also turn trace on', () => {
  const { options } = read('trace_verbose: true')
  assert.equal([options.trace, options.trace_verbose], [true, true])
  const headers = read('trace_headers: true')
  assert.equal([headers.options.trace, headers.options.trace_headers, headers.problems.notices], [true, true, []])
})

test('keys that a flag switched off are passed over', () => {
  assert.is(read('tls { cert_file: x }').problems.errors.length, 1)
  assert.is(read('tls { cert_file: x }', ['tls']).problems.errors.length, 0)
})

test('checks across the blocks are made wherever those stand', () => {
  for (
    const text of [
      'authorization { user: a }\naccounts { A { users: [{user: b}] } }',
      'accounts { A { users: [{user: b}] } }\nauthorization { user: a }',
    ]
  ) assert.match(read(text).problems.errors.join(), 'Can not have a single user/pass and accounts')
})

test.run()
