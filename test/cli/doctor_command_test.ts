import * as assert from 'uvu/assert'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createUser } from '@nats-io/nkeys'
import { DOCTOR_COMMAND } from '../../src/cli/doctor_command.ts'
import { suite } from '../harness.ts'
import { start_mesh, start_server, stop_all } from '../server/embedded.ts'

const test = suite('cli/doctor_command', 20_000)
const folder = mkdtempSync(join(tmpdir(), 'onehop-doctor-'))
test.after.each(stop_all)
test.after(() => rmSync(folder, { recursive: true, force: true }))

interface Ran {
  stdout: string
  stderr: string
  exit: number
  /** What was drawn meanwhile. */
  drawn: string
}

async function run(argv: string[], is_terminal = false): Promise<Ran> {
  let drawn = ''
  const terminal = { write: (text: string) => void (drawn += text), write_error() {}, is_terminal, columns: 60 }
  const interrupted = () => new AbortController().signal
  return { ...await DOCTOR_COMMAND.run({ argv, environment: {}, terminal, interrupted }), drawn }
}
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

test('wrong usage ends with 2 and a line that says why', async () => {
  const none = file('none.creds', 'nothing\n')
  const cases: [argv: string[], why: RegExp][] = [
    [[], /^onehop doctor: say at least one URL\n/],
    [['ftp://a'], /"ftp:\/\/" is not known/],
    [['nats://a:b:c'], /is no address|invalid port/],
    [['--jsn', 'a'], /there is no --jsn; did you mean --json\?/],
    [['--json=1', 'a'], /--json takes nothing/],
    [['a', '--timeout'], /--timeout needs a value/],
    [['a', '--timeout', 'soon'], /soon/],
    [['a', '--timeout', '0s'], /--timeout has to be more than nothing/],
    [['a', '--pass', 'p'], /--pass goes with --user/],
    [['a', '--user', 'u', '--token', 't'], /--user and --token are two ways to log in/],
    [['a', '--creds', join(folder, 'gone')], /--creds .*gone: no such file or directory/],
    [['a', '--creds', none], /no seed of a user is in it/],
    [['a', '--nkey', none], /no seed of a user is in it/],
    [['a', '--tls-cert', none], /--tls-cert and --tls-key go together/],
    [['a', '-'], /bad flag syntax: -/],
  ]
  for (const [argv, why] of cases) {
    const { stdout, stderr, exit } = await run(argv)
    assert.equal([stdout, exit], ['', 2], argv.join(' '))
    assert.match(stderr, why)
    assert.ok(stderr.endsWith('see: onehop help doctor\n'))
  }
})

test('the help is told, and fits the screen', async () => {
  const { stdout, exit } = await run(['--help'])
  assert.equal([stdout, exit], [DOCTOR_COMMAND.help, 0])
  assert.ok(stdout.split('\n').every((line) => line.length <= 140))
})

test('a healthy mesh ends with 0, findings on the one output and the summary on the other', async () => {
  const http = { workers: 0, http_host: '127.0.0.1', http_port: -1 }
  const servers = await start_mesh(['a', 'b'].map((server_name) => ({ ...http, server_name, cluster: {} })))
  const urls = servers.map(({ server }) => `http://127.0.0.1:${server.ports.monitor!.port}`)
  const { stdout, stderr, exit, drawn } = await run([...urls, '-timeout=5s'])
  // A machine under load takes its time for round trips.
  const lines = stdout.split('\n').filter((line) => line !== '' && !line.includes('a round trip to'))
  assert.equal([lines, exit, drawn], [[], 0, ''])
  const summary =
    '2 servers in cluster test (a and b), 6 addresses dialled, a message from each was heard at each: no errors, '
  assert.is(stderr.slice(0, summary.length), summary)
  const one = await run(['--no-probe', `127.0.0.1:${servers[0].port}`], true)
  assert.equal([one.exit, one.stderr.includes('heard')], [0, false])
  assert.match(one.stdout, /^note {5}mesh: no monitoring was seen of a and b: /m)
  assert.match(one.drawn.replaceAll('\x1b[K', '<'), /^\r<\d of \d addresses, \d servers?: .*\r<$/s)
})

test('an error ends with 1; --json is the same for programs, and draws nothing', async () => {
  const authorization = { defined: true, user: 'u', password: 'p', users: [], timeout_ms: 2_000 }
  const { port } = await start_server({ workers: 0, authorization })
  const address = `127.0.0.1:${port}`
  const refused = await run([address])
  assert.is(refused.exit, 1)
  assert.match(
    refused.stdout,
    new RegExp(`^error    client ${address}: it wants to know who we are: Authorization Violation; `),
  )
  const seed = file('seed', new TextDecoder().decode(createUser().getSeed()))
  for (const wrong of [['--token', 't'], ['--nkey', seed], ['--user', 'u', '--pass', 'x']]) {
    assert.match((await run([address, ...wrong])).stdout, /the credentials were refused/)
  }
  for (const right of [[address, '--user', 'u', '--pass', 'p'], [`nats://u:p@${address}`]]) {
    assert.is((await run(right)).exit, 0, right.join(' '))
  }
  const { stdout, stderr, exit, drawn } = await run(['--json', address], true)
  const { errors, findings, summary } = JSON.parse(stdout)
  assert.equal([errors, findings[0].severity, findings[0].place, stderr, exit, drawn], [
    ...[1, 'error', `client ${address}`, '', 1, ''],
  ])
  assert.match(summary, /^1 server /)
})

test.run()
