import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { ports_text, remove_ports_file, write_pid_file, write_ports_file } from '../../src/monitor/files.ts'
import { suite } from '../harness.ts'

const test = suite('monitor/files')

test('a pid file holds the digits and is for its owner', () => {
  const folder = fs.mkdtempSync(join(tmpdir(), 'onehop-files-'))
  const path = join(folder, 'pid')
  write_pid_file(path, 12345)
  assert.is(fs.readFileSync(path, 'utf8'), '12345')
  assert.is(fs.statSync(path).mode & 0o777, 0o600)
  write_pid_file(path, 7)
  assert.is(fs.readFileSync(path, 'utf8'), '7')
  fs.rmSync(folder, { recursive: true })
})

test('a pid file that can not be written is an error with the words of Go', () => {
  const is_text = (error: Error) => error.message === 'open /no/such/folder/pid: no such file or directory'
  assert.throws(() => write_pid_file('/no/such/folder/pid', 1), is_text)
})

test('the ports file is compact JSON, wildcards have one URL per address', () => {
  const ports = {
    cluster: { scheme: 'nats', host: '::1', port: 6222 },
    nats: { scheme: 'tls', host: '0.0.0.0', port: 4222 },
    monitoring: { scheme: 'http', host: '::', port: 8222 },
  } as const
  assert.is(
    ports_text(ports, ['127.0.0.1', '::1']),
    '{"nats":["tls://127.0.0.1:4222","tls://[::1]:4222"],"monitoring":["http://127.0.0.1:8222","http://[::1]:8222"],' +
      '"cluster":["nats://[::1]:6222"]}',
  )
  assert.is(ports_text({}, []), '{}')
})

test('the ports file has its name and goes away at the end', () => {
  const folder = fs.mkdtempSync(join(tmpdir(), 'onehop-files-'))
  const path = write_ports_file(folder, 42, { nats: { scheme: 'nats', host: '0.0.0.0', port: 4222 } })
  assert.is(path, join(folder, 'nats-server_42.ports'))
  const urls = JSON.parse(fs.readFileSync(path, 'utf8'))
  assert.ok(urls.nats.includes('nats://127.0.0.1:4222'))
  remove_ports_file(path)
  assert.not.ok(fs.existsSync(path))
  const text = `Error cleaning up ports file ${path}: remove ${path}: no such file or directory`
  assert.throws(() => remove_ports_file(path), (error: Error) => error.message === text)
  fs.rmSync(folder, { recursive: true })
})

test.run()
