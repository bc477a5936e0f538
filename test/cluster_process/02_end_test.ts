// How the process ends: by signals, whoever hangs on it, and at once when it can not start.
import * as assert from 'uvu/assert'
import { createServer } from 'node:net'
import { suite } from '../harness.ts'
import { close_clients, RawClient } from '../server/raw_client.ts'
import { open_peer } from '../server/raw_peer.ts'
import { config_file, ports_of, start_program, stop_programs } from './program.ts'

const test = suite('cluster_process/02_end', 20_000)
test.after.each(async () => {
  close_clients()
  await stop_programs()
})

const LISTEN = ['-a', '127.0.0.1', '-p', '-1', '-cluster', 'nats://127.0.0.1:-1', '-cluster_name', 'test']
const END_MS_MAX = 8_000

for (const workers of ['0', '1', '2']) {
  for (const [signal, word] of [['SIGINT', 'interrupt'], ['SIGTERM', 'terminated']] as const) {
    test(`${signal} ends the process with 0 and tells nobody twice (workers ${workers})`, async () => {
      const program = start_program([...LISTEN, '--workers', workers])
      const ports = await ports_of(program)
      const client = await RawClient.connect(ports.client)
      program.child.kill(signal)
      assert.equal(await program.ended, { code: 0, signal: null })
      await client.closed
      assert.is(program.lines.filter((line) => line.includes(`Trapped "${word}" signal`)).length, 1)
      assert.is(program.lines.filter((line) => line.includes('Server Exiting..')).length, 1)
      assert.is(program.lines.some((line) => line.includes('[ERR]') || line.includes('[FTL]')), false)
    })
  }

  test(`a client and a peer that do not read do not keep the process (workers ${workers})`, async () => {
    const program = start_program([...LISTEN, '--workers', workers])
    const ports = await ports_of(program)
    const client = await RawClient.connect(ports.client)
    await client.send('SUB large 1\r\n')
    await client.flush()
    const peer = await open_peer({ cluster_port: ports.cluster }, 'PEER')
    await peer.raw.send('RS+ $G large\r\n')
    await peer.raw.flush()
    client.socket.pause()
    peer.raw.socket.pause()
    const publisher = await RawClient.connect(ports.client)
    const message = Buffer.from(`PUB large 65536\r\n${'x'.repeat(65536)}\r\n`)
    // More than the kernel takes, less than max_pending.
    for (let i = 0; i < 320; i++) void publisher.send(message)
    await publisher.flush(10_000)
    const start = performance.now()
    program.child.kill('SIGTERM')
    assert.equal(await program.ended, { code: 0, signal: null })
    assert.ok(performance.now() - start < END_MS_MAX, 'it does not wait for them')
  })
}

test('a client port in use gives one fatal line and exit code 1', async () => {
  const { port, close } = await occupy()
  for (const workers of ['0', '1', '2']) {
    const program = start_program(['-a', '127.0.0.1', '-p', String(port), '--workers', workers])
    assert.equal(await program.ended, { code: 1, signal: null })
    const fatal = program.lines.filter((line) => line.includes('[FTL]'))
    assert.is(fatal.length, 1, program.lines.join('\n'))
    assert.match(
      fatal[0],
      `Error listening on port: 127.0.0.1:${port}, "listen tcp 127.0.0.1:${port}: bind: address already in use"`,
    )
  }
  close()
})

test('a cluster port or a monitoring port in use is fatal as well', async () => {
  const { port, close } = await occupy()
  const cause = `listen tcp 127.0.0.1:${port}: bind: address already in use`
  const cases: [string[], string][] = [
    [['-cluster', `nats://127.0.0.1:${port}`], `Error listening on router port: ${port} - ${cause}`],
    [['-m', String(port)], `Can't start monitoring: can't listen to the monitor port: ${cause}`],
  ]
  for (const [flags, text] of cases) {
    const program = start_program(['-a', '127.0.0.1', '-p', '-1', ...flags])
    assert.equal(await program.ended, { code: 1, signal: null })
    const fatal = program.lines.filter((line) => line.includes('[FTL]'))
    assert.is(fatal.length, 1, program.lines.join('\n'))
    assert.match(fatal[0], text)
  }
  close()
})

function occupy(): Promise<{ port: number; close(): void }> {
  const server = createServer()
  return new Promise((resolve) =>
    server.listen(
      0,
      '127.0.0.1',
      () => resolve({ port: (server.address() as { port: number }).port, close: () => void server.close() }),
    )
  )
}

test('a limit of open files below max_connections is told at start', async () => {
  if (process.platform !== 'linux') return
  const low = start_program(['-a', '127.0.0.1', '-p', '-1', '--workers', '0'], 'ulimit -n 256')
  await low.wait_line(/\[INF\] The limit of open files is 256, too low for max_connections 65536:/)
  const wanted = start_program(
    ['-a', '127.0.0.1', '-p', '-1', '-c', config_file('max_connections: 1000\n')],
    'ulimit -n 256',
  )
  await wanted.wait_line(/\[WRN\] The limit of open files is 256, too low for max_connections 1000:/)
  const fitting = config_file('max_connections: 100\n')
  const enough = start_program(['-a', '127.0.0.1', '-p', '-1', '--workers', '0', '-c', fitting], 'ulimit -n 256')
  await enough.wait_line(/Server is ready/)
  enough.child.kill('SIGTERM')
  await enough.ended
  assert.is(enough.lines.some((line) => line.includes('open files')), false)
})

test.run()
