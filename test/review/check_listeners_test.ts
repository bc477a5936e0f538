import * as assert from 'uvu/assert'
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { check_listeners } from '../../src/review/check_listeners.ts'
import { finding_line } from '../../src/review/finding.ts'
import type { Machine } from '../../src/review/judged.ts'
import { suite } from '../harness.ts'
import { judged } from './review_rig.ts'

const test = suite('review/check_listeners')

const lines = async (text: string | null, more: Partial<Machine> = {}, argv: string[] = []) =>
  (await check_listeners(judged(text, argv, more))).map(finding_line)

const fails_with = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }))

test('what can be listened on is no finding', async () => {
  const tried: string[] = []
  const listen = (address: string, port: number) => Promise.resolve(void tried.push(`${address} ${port}`))
  const text = 'host: localhost\nhttp: 5\ncluster { port: -1 }\nwebsocket { port: 6, no_tls: true }'
  assert.equal(await lines(text, { listen }), [])
  assert.equal(tried, ['127.0.0.1 5', '0.0.0.0 6', '0.0.0.0 0', '127.0.0.1 4222'])
})

test('two listeners on one port are told once, on addresses that meet', async () => {
  const two = (hosts: string) => lines(`listen: "127.0.0.1:5"\nhttp: "${hosts}:5"`)
  const clash =
    'error    f:1:0: port 5 for clients is that for monitoring already (f:2:1); give each of them a port of its own'
  assert.equal(await two('127.0.0.1'), [clash])
  assert.equal(await two('0.0.0.0'), [clash])
  assert.equal(await two('localhost'), [clash])
  assert.equal(await two('10.0.0.5'), [])
  assert.equal(await lines('port: -1\nhttp: -1'), [], 'random ports are others')
})

test('a host that nobody knows, and one that is elsewhere', async () => {
  const resolve = () => Promise.reject(new Error('no such host'))
  assert.equal(await lines('host: nowhere', { resolve }), [
    'error    f:1:0: the host "nowhere" to listen on for clients is not known: no such host; ' +
    'correct the name, or give an address of this machine',
  ])
  for (const code of ['EADDRNOTAVAIL', 'EINVAL']) {
    assert.equal(await lines('listen: "10.9.9.9:5"', { listen: fails_with(code) }), [
      'error    f:1:0: 10.9.9.9 to listen on for clients is no address of this machine; ' +
      'it has 127.0.0.1, 10.0.0.5, ::1; 0.0.0.0 is all of them',
    ])
  }
})

test('a port that is taken is told with who has it', async () => {
  const listen = fails_with('EADDRINUSE')
  assert.equal(await lines(null, { listen }, ['-p', '5']), [
    'error    flag -p: 0.0.0.0:5 for clients is in use by another process; stop it (ss -ltnp names it), or choose another port',
  ])
  const port_owner = (port: number) => ({ pid: port * 10, name: 'other' })
  assert.equal(await lines(null, { listen, port_owner }), [
    'error    default: 0.0.0.0:4222 for clients is in use by process 42220 (other); stop it, or choose another port',
  ])
})

test('the server of this very configuration may be running', async () => {
  const listen = fails_with('EADDRINUSE'), port_owner = () => ({ pid: 4711, name: 'node' })
  const pid_file = join(tmpdir(), `onehop_check_${process.pid}.pid`)
  try {
    writeFileSync(pid_file, '4711')
    const [line, ...others] = await lines(`pid_file: "${pid_file}"`, { listen, port_owner })
    assert.match(
      line,
      /^note {5}default: 0\.0\.0\.0:4222 for clients is in use by process 4711 \(node\), which the pid file names/,
    )
    assert.equal(others, [])
    writeFileSync(pid_file, '4712')
    assert.match((await lines(`pid_file: "${pid_file}"`, { listen, port_owner }))[0], /^error/)
  } finally {
    rmSync(pid_file, { force: true })
  }
})

test('a port that this user may not have', async () => {
  assert.equal(await lines('port: 80', { listen: fails_with('EACCES') }), [
    'error    f:1:0: 0.0.0.0:80 for clients can not be listened on: permission denied; ' +
    'take a port above 1023, or allow it to this user',
  ])
})

test.run()
