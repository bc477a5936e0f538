// The ways to a syslog, with servers of the test behind them and a stand-in for the system's logger.
import { Buffer } from 'node:buffer'
import { createSocket } from 'node:dgram'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import * as assert from 'uvu/assert'
import { system_clock } from '../../src/base/clock.ts'
import { type DialSyslog, local_syslog, parse_syslog_url, remote_syslog } from '../../src/net/syslog_link.ts'
import { suite } from '../harness.ts'

const test = suite('net/syslog_link')
const folder = mkdtempSync(join(tmpdir(), 'onehop-syslog-'))
const PATH = process.env.PATH
test.after(() => {
  process.env.PATH = PATH
  rmSync(folder, { recursive: true })
})

/** A link that is being dialled. */
function dial(dial_syslog: DialSyslog) {
  let opened = () => {}, ended = (_: string) => {}
  const open = new Promise<void>((resolve) => opened = resolve)
  const lost = new Promise<string>((resolve) => ended = resolve)
  const link = dial_syslog({ open: () => opened(), lost: (cause) => ended(cause) })
  const send = (text: string) => new Promise<void>((resolve) => link.send(Buffer.from(text), resolve))
  return { link, open, lost, send }
}

/** A server for streams that keeps what it gets. */
async function stream_server(where: { port: number; host: string } | { path: string }) {
  const sockets: Socket[] = []
  let text = '', heard = () => {}
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('data', (bytes) => {
      text += bytes
      heard()
    })
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(where, resolve))
  server.unref()
  const until = async (ending: string) => {
    while (!text.endsWith(ending)) await new Promise<void>((resolve) => heard = resolve)
    return text
  }
  const close = () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
  return { port: (server.address() as AddressInfo).port, until, close, sockets }
}

test('URLs say where it is, in the three ways that are known', () => {
  assert.equal(parse_syslog_url('udp://h:514'), { network: 'udp', address: 'h:514' })
  assert.equal(parse_syslog_url('TCP://user:x@[::1]:514/path'), { network: 'tcp', address: '[::1]:514' })
  assert.equal(parse_syslog_url('unix:///run/x.sock'), { network: 'unix', address: '/run/x.sock' })
  for (const [url, scheme] of [['syslog://h:514', 'syslog'], ['h:514', 'h'], ['h', ''], ['', '']]) {
    assert.throws(
      () => parse_syslog_url(url),
      (error: Error) => error.message === `error invalid network type: "${scheme}"`,
    )
  }
})

test('what can not be dialled says so', async () => {
  const causes = await Promise.all(
    ['udp://h', 'tcp://h', 'unix://', `unix://${folder}/none`].map((url) =>
      dial(remote_syslog(parse_syslog_url(url))).lost
    ),
  )
  assert.equal(causes, [
    'dial udp: address h: missing port in address',
    'dial tcp: address h: missing port in address',
    'dial unix: missing address',
    `dial unix ${folder}/none: connect: no such file or directory`,
  ])
  const server = await stream_server({ port: 0, host: '127.0.0.1' })
  server.close()
  const cause = await dial(remote_syslog({ network: 'tcp', address: `127.0.0.1:${server.port}` })).lost
  assert.is(cause, `dial tcp 127.0.0.1:${server.port}: connect: connection refused`)
})

test('tcp: what is sent arrives, and the end of the other side is noticed', async () => {
  const server = await stream_server({ port: 0, host: '127.0.0.1' })
  const { link, open, send, lost } = dial(remote_syslog(parse_syslog_url(`tcp://127.0.0.1:${server.port}`)))
  assert.is(link.datagram_bytes_max, 0)
  await open
  await send('one\n')
  await send('two\n')
  assert.is(await server.until('two\n'), 'one\ntwo\n')
  server.sockets[0].end()
  assert.is(await lost, 'it has closed the connection')
  server.close()
})

test('unix: the same over a socket file, and the last words go out before the end', async () => {
  const path = join(folder, 'syslog.sock')
  const server = await stream_server({ path })
  const { link, open, send } = dial(remote_syslog(parse_syslog_url(`unix://${path}`)))
  await open
  void send('x'.repeat(200_000) + 'the end\n')
  link.close()
  assert.is((await server.until('the end\n')).length, 200_008)
  server.close()
})

test('udp: each piece is a datagram', async () => {
  const server = createSocket('udp4')
  const got: string[] = []
  const all = new Promise<void>((resolve) => {
    server.on('message', (bytes) => {
      if (got.push(String(bytes)) === 5) resolve()
    })
  })
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve))
  server.unref()
  const { link, open, send } = dial(remote_syslog(parse_syslog_url(`udp://localhost:${server.address().port}`)))
  await open
  assert.ok(link.datagram_bytes_max > 60_000)
  await send('one\n')
  // Whatever is sent when: once, and in its order.
  link.send(Buffer.from('two\n'), () => link.send(Buffer.from('four\n'), () => {}))
  void send('three\n')
  await send('x'.repeat(link.datagram_bytes_max))
  link.close()
  await all
  assert.equal(got.slice().sort((a, b) => a.length - b.length).map((text) => text.slice(0, 6)), [
    ...['one\n', 'two\n', 'four\n', 'three\n', 'xxxxxx'],
  ])
  assert.equal(got.slice(0, 3), ['one\n', 'two\n', 'three\n'])
  assert.is(Math.max(...got.map((text) => text.length)), link.datagram_bytes_max)
  link.destroy()
  server.close()
})

/** A logger that keeps its arguments and what it reads, and ends with `status` as soon as it reads `stop`. */
function stand_in(name: string, status: number): string {
  const bin = mkdtempSync(join(folder, name))
  const script = `#!/bin/sh
echo "$@" > ${bin}/arguments
while read -r line; do
  echo "$line" >> ${bin}/lines
  case "$line" in *stop*) echo "$0: socket /dev/log: gone" >&2; exit ${status};; esac
done
echo end >> ${bin}/lines
`
  writeFileSync(join(bin, 'logger'), script)
  chmodSync(join(bin, 'logger'), 0o755)
  return bin
}

test('logger: lines go to the program of that name in PATH, and its end is noticed with what it said', async () => {
  const bin = stand_in('logger', 1)
  process.env.PATH = [bin, PATH].join(delimiter)
  const { open, send, lost } = dial(local_syslog('nats-server', 77, system_clock()))
  await open
  await send('<29>one two\n<27>stop\n')
  assert.match(await lost, /logger: socket \/dev\/log: gone$/)
  assert.is(readFileSync(join(bin, 'lines'), 'utf8'), '<29>one two\n<27>stop\n')
  assert.match(readFileSync(join(bin, 'arguments'), 'utf8'), /--prio-prefix .*--tag=nats-server --id=77\n/)
})

test('logger: it ends when the link does, and after its last line', async () => {
  const bin = stand_in('ending', 1)
  process.env.PATH = [bin, PATH].join(delimiter)
  const { link, open, send, lost } = dial(local_syslog('nats-server', 77, system_clock()))
  await open
  void send('<29>last\n')
  link.close()
  assert.is(await lost, 'logger has ended with status 0')
  assert.is(readFileSync(join(bin, 'lines'), 'utf8'), '<29>last\nend\n')
})

test('logger: where there is none the advice is to have one', async () => {
  process.env.PATH = join(folder, 'nowhere')
  const { lost, link } = dial(local_syslog('nats-server', 77, system_clock()))
  assert.match(
    await lost,
    /^there is no "logger" in PATH: install it \(util-linux\), or name a syslog with remote_syslog/,
  )
  link.close()
  link.destroy()
})

test.run()
