// Descriptors of one bound socket (Node on POSIX only: elsewhere nobody uses them).
import * as assert from 'uvu/assert'
import { connect, createServer, type Server } from 'node:net'
import { choose_strategy, current_runtime } from '../../src/net/listener.ts'
import { bind_shared } from '../../src/net/shared_descriptor.ts'
import { suite } from '../harness.ts'

const test = suite('net/shared_descriptor', 20_000)

const listen = (fd: number, name: string) =>
  new Promise<Server>((resolve, reject) => {
    const server = createServer((socket) => socket.end(name))
    server.once('error', reject)
    server.listen({ fd }, () => resolve(server))
  })

const ask = (port: number) =>
  new Promise<string>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let text = ''
    socket.on('data', (data) => text += data).on('end', () => resolve(text)).on('error', reject)
  })

const close = (server: Server) => new Promise<void>((resolve) => void server.close(() => resolve()))

test('only Node on POSIX is ever asked to share a descriptor', () => {
  assert.is(choose_strategy({ name: 'deno', version: '2.9.6' }, 'linux', 4, 'shared_fd'), 'reuse_port')
  assert.is(choose_strategy({ name: 'node', version: '20.11.0' }, 'linux', 4), 'shared_fd')
})

if (current_runtime().name === 'node' && process.platform !== 'win32') {
  test('each worker listens on a number of its own, and the end of one leaves the others', async () => {
    const shared = bind_shared('127.0.0.1', 0)
    assert.ok(shared.port > 0)
    const descriptors = await shared.descriptors(3)
    assert.equal([descriptors.length, new Set(descriptors).size], [3, 3])
    const servers = await Promise.all(descriptors.map((fd, i) => listen(fd, String(i))))
    assert.match(await ask(shared.port), /^[012]$/)
    await close(servers.shift()!)
    for (let i = 0; i < 5; i++) assert.match(await ask(shared.port), /^[12]$/)
    const [late] = await shared.descriptors(1)
    servers.push(await listen(late, '3'))
    shared.close()
    shared.close()
    while (servers.length > 1) await close(servers.shift()!)
    assert.is(await ask(shared.port), '3')
    await close(servers[0])
    await ask(shared.port).then(() => assert.unreachable(), (error) => assert.is(error.code, 'ECONNREFUSED'))
  })

  test('a port in use is refused as listen would refuse it', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    try {
      bind_shared('127.0.0.1', port)
      assert.unreachable()
    } catch (error) {
      const { code, message } = error as { code?: string; message: string }
      assert.equal([code, message], ['EADDRINUSE', `listen EADDRINUSE: 127.0.0.1:${port}`])
    }
    await close(server)
  })

  test('an address of others and IPv6 are told apart', () => {
    assert.throws(() => bind_shared('192.0.2.1', 0), /EADDRNOTAVAIL/)
    const shared = bind_shared('::1', 0)
    assert.ok(shared.port > 0)
    shared.close()
    assert.throws(() => shared.descriptors(1), /The socket is open/)
  })
}

test.run()
