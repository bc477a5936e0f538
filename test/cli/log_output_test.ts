// The log goes where the options say, also when they change, and into a new file when the old one was moved away.
import { Buffer } from 'node:buffer'
import { createSocket } from 'node:dgram'
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { system_clock } from '../../src/base/clock.ts'
import type { LogDevice } from '../../src/base/log_device.ts'
import { type LogOptions, LogOutput } from '../../src/cli/log_output.ts'
import { default_options } from '../../src/config/options.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'

const test = suite('cli/log_output')
const folder = mkdtempSync(join(tmpdir(), 'onehop-log-'))
test.after(() => rmSync(folder, { recursive: true }))

const file = (name: string) => join(folder, name)
const text = (name: string) => readFileSync(file(name), 'utf8').replaceAll(`[${process.pid}] `, '')
const options = (name: string, more: Partial<LogOptions> = {}): LogOptions => ({
  ...default_options(),
  ...{ log_file: name === '' ? '' : file(name), logtime: false, logtime_utc: true },
  ...more,
})

test('a file that was moved away is opened anew, and the first line says so', async () => {
  const output = new LogOutput(options('a'), new ManualClock())
  output.write('INF', 'one')
  renameSync(file('a'), file('a.1'))
  output.reopen()
  output.write('INF', 'two')
  await output.flush()
  assert.equal([text('a.1'), text('a')], ['[INF] one\n', '[INF] File log re-opened\n[INF] two\n'])
})

test('other options hold from the next line on, even if the object that they came in is changed', async () => {
  const given = options('b')
  const output = new LogOutput(given, new ManualClock())
  output.write('INF', 'one')
  Object.assign(given, options('c'))
  output.follow(given)
  output.write('INF', 'two')
  await output.flush()
  output.follow(options('c', { logtime: true }))
  output.write('INF', 'three')
  await output.flush()
  assert.equal([text('b'), text('c')], ['[INF] one\n', '[INF] two\n2023/11/14 22:13:20.000000 [INF] three\n'])
})

test('a file that can not be opened is said in the former one', async () => {
  const output = new LogOutput(options('d'), new ManualClock())
  output.follow(options('none/x'))
  output.write('INF', 'two')
  await output.flush()
  assert.match(text('d'), /^\[ERR\] .* error opening file: open .*none\/x: no such file or directory\n\[INF\] two\n$/)
  output.reopen()
  await output.flush()
  assert.match(text('d'), /File log re-opened\n$/)
})

test('where there is no file there is nothing to open', () => {
  assert.throws(() => new LogOutput(options('none/x'), new ManualClock()), /error opening file/)
})

test('as JSON a line is an object, with the connection that it is about', async () => {
  const output = new LogOutput(options('json', { logtime: true, log_format: 'json' }), new ManualClock())
  output.write('INF', 'one')
  output.write('DBG', '1.2.3.4:5 - cid:6 - two', { kind: 'cid', cid: 6, ip: '1.2.3.4', port: 5 })
  await output.flush()
  output.follow(options('json'))
  output.write('INF', 'three')
  await output.flush()
  const [first, second, third] = text('json').split('\n')
  const always = { time: '2023-11-14T22:13:20.000000Z', pid: process.pid }
  assert.equal(JSON.parse(first), { ...always, level: 'info', message: 'one' })
  const about = { kind: 'cid', cid: 6, ip: '1.2.3.4', port: 5 }
  assert.equal(JSON.parse(second), { ...always, level: 'debug', ...about, message: '1.2.3.4:5 - cid:6 - two' })
  assert.is(third, '[INF] three')
})

test('a file that becomes too long is put away, in the form that its lines have', async () => {
  const limits = { log_size_limit: 200, log_max_num: 2 }
  const clock = new ManualClock()
  const output = new LogOutput(options('r', { ...limits, log_format: 'json' }), clock)
  for (let i = 0; i < 9; i++) {
    output.write('INF', 'x'.repeat(150))
    clock.pass(1)
  }
  await output.flush()
  const names = readdirSync(folder).filter((name) => name.startsWith('r.'))
  assert.is(names.length, 1)
  const [first, purged] = text('r').split('\n').map((line) => line && JSON.parse(line).message)
  assert.is(first, `Rotated log, backup saved as "${file(names[0])}"`)
  assert.match(purged, /^Purged log file "r\.\d{4}/)
})

test('a file that is opened again is as long as it is then', async () => {
  const output = new LogOutput(options('again', { log_size_limit: 200 }), new ManualClock())
  const backups = () => readdirSync(folder).filter((name) => name.startsWith('again.')).length
  renameSync(file('again'), file('moved'))
  output.write('INF', 'x'.repeat(250))
  output.write('INF', 'y'.repeat(100))
  output.reopen()
  output.write('INF', 'one')
  await output.flush()
  assert.is(backups(), 1, 'what the former device had begun counts')
  assert.match(text('again'), /^\[INF\] Rotated log, backup saved as .*\n\[INF\] one\n$/)
})

test('a file that was too long before goes away with a line that says so', async () => {
  writeFileSync(file('o'), 'x'.repeat(300) + '\n')
  const output = new LogOutput(options('o', { log_size_limit: 200 }), new ManualClock())
  output.write('INF', 'one')
  await output.flush()
  const [backup] = readdirSync(folder).filter((name) => name.startsWith('o.'))
  assert.is(text(backup), 'x'.repeat(300) + '\n[INF] Rotating logfile...\n')
  assert.match(text('o'), /^\[INF\] Rotated log, backup saved as ".*"\n\[INF\] one\n$/)
})

/** A syslog over UDP; `until` resolves to the datagrams when there are so many. */
async function udp_syslog() {
  const socket = createSocket('udp4')
  const got: string[] = []
  let heard = () => {}
  socket.on('message', (bytes) => {
    got.push(String(bytes))
    heard()
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  socket.unref()
  const until = async (count: number) => {
    while (got.length < count) await new Promise<void>((resolve) => heard = resolve)
    return got
  }
  return { url: `udp://127.0.0.1:${socket.address().port}`, until, close: () => socket.close() }
}

test('a file comes before a syslog elsewhere, that before a local one, and the change is a matter of lines', async () => {
  const syslog = await udp_syslog()
  const output = new LogOutput(options('p', { remote_syslog: syslog.url, syslog: true }), system_clock())
  await output.opened()
  output.write('INF', 'in the file')
  output.follow(options('', { remote_syslog: syslog.url, syslog: true, log_format: 'json' }))
  output.write('WRN', 'elsewhere')
  output.reopen()
  const [first, second] = await syslog.until(2)
  assert.match(first, /^<4>\d{4}-\d\d-\d\dT\S+ \S+ nats-server\[\d+\]: elsewhere\n$/)
  assert.match(second, /^<5>.*: File log re-open ignored, not a file logger\n$/)
  output.follow(options('p'))
  output.write('INF', 'back')
  await output.flush()
  assert.is(text('p'), '[INF] in the file\n[INF] back\n')
  syslog.close()
})

test('a stream that is cut is dialled again, and hears why', async () => {
  let text = '', heard = () => {}, connections = 0
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    connections++
    socket.on('data', (bytes) => {
      text += bytes
      heard()
    })
  })
  const path = file('syslog.sock')
  await new Promise<void>((resolve) => server.listen(path, resolve))
  server.unref()
  let elsewhere = ''
  const stderr: LogDevice = {
    is_terminal: false,
    write: (bytes, start) => {
      elsewhere += Buffer.from(bytes.subarray(start)).toString()
      return bytes.length - start
    },
    close() {},
  }
  const output = new LogOutput(options('', { remote_syslog: `unix://${path}` }), system_clock(), () => stderr)
  await output.opened()
  const until = async (what: RegExp) => {
    while (!what.test(text)) await new Promise<void>((resolve) => heard = resolve)
  }
  output.write('INF', 'one')
  await until(/: one\n/)
  sockets[0].destroy()
  await until(/<4>\w{3} .\d \d\d:\d\d:\d\d nats-server\[\d+\]: The syslog was lost for a while \(.+\)\n/)
  output.write('INF', 'two')
  await output.flush()
  await until(/: two\n/)
  assert.is(connections, 2)
  assert.match(elsewhere, /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d error connecting to syslog: "[^"]+"\n$/)
  output.follow(options('after'))
  await new Promise<void>((resolve) => sockets[1].on('close', () => resolve()))
  server.close()
})

test('a syslog that can not be is told as nats-server tells it, and the former place stays', async () => {
  const bad = options('', { remote_syslog: 'syslog://h:514' })
  assert.throws(() => new LogOutput(bad, new ManualClock()), /^2023\/.* error invalid network type: "syslog"$/)
  const none = new LogOutput(options('', { remote_syslog: `unix://${folder}/none` }), system_clock())
  const error = await none.opened().catch((each: Error) => each)
  assert.match(String(error), /error connecting to syslog: "dial unix .*\/none: connect: no such file or directory"$/)
  const output = new LogOutput(options('stays'), system_clock())
  output.follow({ ...bad, logtime: false })
  output.write('INF', 'here')
  await output.flush()
  assert.match(text('stays'), /^\[ERR\] .*error invalid network type: "syslog"\n\[INF\] here\n$/)
})

test.run()
