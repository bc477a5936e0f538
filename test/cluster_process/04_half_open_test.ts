// Ten thousand that connect and go no further: those that are here go on undisturbed, and nothing is left of the others.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { tls_settings } from '../net/tls_rig.ts'
import { RawClient } from '../server/raw_client.ts'
import { start_program, stop_programs } from './program.ts'

const test = suite('cluster_process/04_half_open', 120_000)
const COUNT = 10_000
/** Connections that are being made at the same time: fewer than the kernel keeps in its queue. */
const AT_A_TIME = 500
/** Of memory for each, with its buffers: a TLS handshake takes 54 KiB of it. */
const BYTES_EACH_MAX = 80 * 1024

const sockets = new Set<Socket>()
test.after.each(async () => {
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  await stop_programs()
})

/** Connects that many times, sends `bytes` and no more. */
async function besiege(port: number, bytes: Uint8Array): Promise<void> {
  for (let made = 0; made < COUNT; made += AT_A_TIME) {
    await Promise.all(Array.from({ length: AT_A_TIME }, async () => {
      const socket = connect({ port, host: '127.0.0.1' })
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket)).resume()
      await once(socket, 'connect')
      if (bytes.length > 0) socket.write(bytes)
    }))
  }
}

async function varz(port: number): Promise<{ connections: number; mem: number }> {
  return await (await fetch(`http://127.0.0.1:${port}/varz`)).json() as { connections: number; mem: number }
}

async function be_served_soon(port: number): Promise<void> {
  const start = performance.now()
  const client = await RawClient.connect(port, { connect: { user: 'u', pass: 'p' } })
  client.send('SUB x 1\r\nPUB x 0\r\n\r\n')
  await client.expect(/MSG x 1 0\r\n\r\n/)
  assert.ok(performance.now() - start < 2_000, 'somebody who knocks is let in soon')
  client.close()
}

/** Each has its time, and then it goes. */
async function memory_when_all_are_gone(monitor: number): Promise<number> {
  for (;;) {
    const { connections, mem } = await varz(monitor)
    if (connections === 0) return mem
  }
}

const port_of = async (program: ReturnType<typeof start_program>, what: RegExp) =>
  Number((await program.wait_line(what))[1])
const { cert_file, key_file } = tls_settings()
const HELLO = Uint8Array.of(0x16, 3, 1, 0, 200, 1)

for (
  const [name, flags, bytes] of [
    ['that have said nothing where a CONNECT is due', ['--user', 'u', '--pass', 'p'], new Uint8Array(0)],
    ['in the middle of a TLS handshake', ['--tls', '--tlscert', cert_file, '--tlskey', key_file], HELLO],
  ] as const
) {
  test(`ten thousand ${name}`, async () => {
    const program = start_program(['-a', '127.0.0.1', '-p', '-1', '-m', '-1', '--workers', '2', ...flags])
    const monitor = await port_of(program, /Starting http monitor on .*:(\d+)$/)
    const port = await port_of(program, /Listening for client connections on .*:(\d+)$/)
    await program.wait_line(/Server is ready/)
    const before = await varz(monitor)
    await besiege(port, bytes)
    const during = await varz(monitor)
    assert.ok(during.mem - before.mem < COUNT * BYTES_EACH_MAX, `${(during.mem - before.mem) / COUNT} bytes each`)
    if (bytes.length === 0) await be_served_soon(port)
    await memory_when_all_are_gone(monitor)
    // The memory of those that left serves the next, but for what the allocator and the history of connections keep.
    await besiege(port, bytes)
    const kept = await memory_when_all_are_gone(monitor) - before.mem
    assert.ok(kept < 2 * COUNT * BYTES_EACH_MAX, `${kept} bytes after two sieges`)
  })
}

test.run()
