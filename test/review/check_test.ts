import * as assert from 'uvu/assert'
import { check_configuration } from '../../src/review/check.ts'
import { finding_line } from '../../src/review/finding.ts'
import { suite } from '../harness.ts'
import { machine, raw_said } from './review_rig.ts'

const test = suite('review/check')

const lines = async (text: string, argv: string[] = []) =>
  (await check_configuration('f', () => raw_said(text, argv), machine())).map(finding_line)

test('a good configuration has no findings', async () => {
  assert.equal(
    await lines('listen: "127.0.0.1:4222"\ncluster { name: c, port: 6222, routes: ["nats://10.0.0.9:6222"] }'),
    [],
  )
})

test('all judges are heard, and the worst comes first', async () => {
  const text =
    'http: 4222\nmax_connections: 0\nlog_file: "/none/l"\ncluster { port: 1, routes: ["nats://10.0.0.5:1"] }\n' +
    'authorization { token: t }\nmax_payload: 65MB\nprof_block_rate: 1'
  assert.equal((await lines(text)).map((line) => line.split(': ')[0]), [
    ...['error    f:6:1', 'error    default', 'error    f:3:1'],
    ...['warning  f:4:1', 'warning  f:2:1', 'warning  f:6:1', 'warning  f:5:17', 'warning  f:1:0'],
    ...['note     f:7:1', 'note     f:4:30'],
  ])
})

test('a file with mistakes is not judged any further', async () => {
  const unjudged =
    'note     f: ports, certificates, files and routes were not looked at; correct the errors, then check again'
  assert.equal(await lines('prot: 1\nlog_file: "/none/l"'), [
    ...['error    f:1:0: unknown field "prot"; did you mean "port"?', unjudged],
  ])
  assert.equal((await lines('a {'))[0].split(':')[0], 'error    f')
  assert.equal(await lines('port: 1', ['-cluster', 'x']), [
    ...['error    flags: missing port in address; correct it', unjudged],
  ])
})

test.run()
