import * as assert from 'uvu/assert'
import { createServer } from 'node:net'
import { system_clock } from '../../src/base/clock.ts'
import { system_error_code } from '../../src/base/system_error.ts'
import { this_machine } from '../../src/review/machine.ts'
import { suite } from '../harness.ts'

const test = suite('review/machine')
const machine = this_machine(system_clock(), 5)

test('it has addresses, a time and a limit', () => {
  assert.ok(machine.addresses.includes('127.0.0.1'))
  assert.ok(Math.abs(machine.now_ms - Date.now()) < 5_000)
  assert.is(machine.open_files_limit, 5)
})

test('hosts are found, or it is said why not', async () => {
  assert.equal(await machine.resolve('127.0.0.1'), ['127.0.0.1'])
  assert.ok((await machine.resolve('localhost')).length > 0)
  const fault = await machine.resolve('no_such_host.invalid').then(() => '', (error) => error.message)
  assert.match(fault, /^no (such host|name server answers|answer within 5 s)$/)
})

test('a syslog is reached, or it is said why not', async () => {
  const server = createServer((socket) => socket.on('error', () => {}).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `tcp://127.0.0.1:${(server.address() as { port: number }).port}`
  await machine.reach_syslog(url)
  await new Promise((resolve) => server.close(resolve))
  const fault = (url: string) => machine.reach_syslog(url).then(() => '', (error) => error.message)
  assert.match(await fault(url), 'connection refused')
  assert.match(await fault('ftp://h'), 'invalid network type: "ftp"')
})

test('a port is tried and left free, and one that is taken is told', async () => {
  await machine.listen('127.0.0.1', 0)
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const code = (address: string) => machine.listen(address, port).then(() => '', system_error_code)
  assert.equal([await code('127.0.0.1'), await code('0.0.0.0')], ['EADDRINUSE', 'EADDRINUSE'])
  await new Promise((resolve) => server.close(resolve))
  assert.is(await code('127.0.0.1'), '')
  assert.is(await code('127.0.0.1'), '', 'the try before has left it free')
  assert.match(await code('203.0.113.1'), /^(EADDRNOTAVAIL|EINVAL)$/)
})

test.run()
