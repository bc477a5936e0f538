import * as assert from 'uvu/assert'
import { connect, createServer, type Socket } from 'node:net'
import type { Worker } from 'node:worker_threads'
import { suite } from '../harness.ts'
import { start_test_worker } from '../test_worker.ts'
import { choose_strategy, current_runtime, listen, open_listening, type Strategy } from '../../src/net/listener.ts'
import type { Listening, ListenPlan } from '../../src/net/listener.ts'

const test = suite('net/listener', 60_000)
const IDLE = Number(process.env.ONEHOP_TEST_IDLE ?? 300)
const DEATHS = Number(process.env.ONEHOP_TEST_DEATHS ?? 6)

const strategies = (['reuse_port', 'shared_fd'] as const).filter((strategy) =>
  choose_strategy(current_runtime(), process.platform, 2, strategy) === strategy
)

/** A failed test leaves nothing open that keeps the process. */
const opened: { workers: Worker[]; sockets: Socket[] } = { workers: [], sockets: [] }
test.after(async () => {
  for (const socket of opened.sockets) socket.destroy()
  for (const worker of opened.workers) await worker.terminate()
})

async function start(listening: Listening, index: number, plan?: ListenPlan): Promise<Worker> {
  plan ??= (await listening.plans(1))[0]
  const worker = await start_test_worker('./listener_worker.ts', import.meta.url, { plan, index })
  opened.workers.push(worker)
  const { port, error } = await new Promise<any>((resolve) => worker.once('message', resolve))
  if (error) throw new Error(error)
  listening.decided(port)
  return worker
}

/** A port of 127.0.0.1 that nobody has. */
async function free_port(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as any
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** What goes wrong, if anything, when this thread listens alone. */
async function listen_here(strategy: Strategy, host: string, port: number): Promise<unknown> {
  try {
    const [plan] = await (await open_listening(strategy, host, port)).plans(1)
    const acceptor = await listen(plan, () => {}, () => {})
    acceptor.close()
    return null
  } catch (error) {
    return error
  }
}

/** Connects, and resolves with the socket and the number of the worker that greeted it. */
function dial(port: number, host = '127.0.0.1'): Promise<{ socket: Socket; worker: number }> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host })
    opened.sockets.push(socket)
    const late = setTimeout(() => socket.destroy(new Error('No greeting')), 1_000)
    socket.once('close', () => clearTimeout(late))
    socket.once('error', reject)
    socket.once('data', (data: Uint8Array) => {
      clearTimeout(late)
      resolve({ socket, worker: data[0] - 48 })
    })
  })
}

/** With `tries`, a connection that fails is made again: it may have been in the queue of a worker that just died. */
async function dial_many(port: number, count: number, tries = 1) {
  const again = async () => {
    for (let i = 1;; i++) {
      try {
        return await dial(port)
      } catch (error) {
        if (i >= tries) throw error
      }
    }
  }
  const found = []
  while (found.length < count) {
    found.push(...await Promise.all(Array.from({ length: Math.min(50, count - found.length) }, again)))
  }
  return found
}

/** Whether the connection still answers. */
function answers(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    if (socket.destroyed) return resolve(false)
    const lost = () => resolve(false)
    socket.once('data', () => {
      socket.off('close', lost)
      resolve(true)
    })
    socket.once('close', lost)
    socket.write('?')
  })
}

test('the strategy follows from runtime, platform, workers and what is asked for', () => {
  const choose = (name: 'node' | 'deno', version: string, platform: string, workers: number, asked?: Strategy) =>
    choose_strategy({ name, version }, platform, workers, asked)
  assert.is(choose('node', '20.11.0', 'linux', 2), 'shared_fd')
  assert.is(choose('node', '22.11.9', 'linux', 2), 'shared_fd')
  assert.is(choose('node', '22.12.0', 'linux', 2), 'reuse_port')
  assert.is(choose('node', '24.1.0', 'freebsd', 2), 'reuse_port')
  assert.is(choose('node', '24.1.0', 'darwin', 2), 'shared_fd')
  assert.is(choose('node', '24.1.0', 'win32', 4), 'single')
  assert.is(choose('node', '24.1.0', 'linux', 1), 'single')
  assert.is(choose('node', '24.1.0', 'linux', 0), 'single')
  assert.is(choose('node', '24.1.0', 'linux', 2, 'shared_fd'), 'shared_fd')
  assert.is(choose('node', '20.1.0', 'linux', 2, 'reuse_port'), 'shared_fd')
  assert.is(choose('deno', '2.9.6', 'linux', 2), 'reuse_port')
  assert.is(choose('deno', '2.9.6', 'linux', 2, 'shared_fd'), 'reuse_port')
  assert.is(choose('deno', '2.9.6', 'darwin', 2), 'single')
  assert.is(choose('deno', '2.9.6', 'linux', 2, 'single'), 'single')
})

for (const strategy of ['single', ...strategies] as Strategy[]) {
  test(`${strategy}: a port in use is an error, whoever uses it`, async () => {
    const stranger = createServer()
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
    const { port } = stranger.address() as any
    const outcome = await listen_here(strategy, '127.0.0.1', port)
    assert.is((outcome as any)?.code, 'EADDRINUSE')
    stranger.close()
    if (strategy === 'single') return
    const ours = await open_listening(strategy, '127.0.0.1', 0)
    const worker = await start(ours, 0)
    const second = await open_listening(strategy, '127.0.0.1', ours.port).then(() => null, (error) => error)
    assert.is(second?.code, 'EADDRINUSE')
    await worker.terminate()
    ours.close()
  })

  test(`${strategy}: a host that is not ours is an error`, async () => {
    const error = await listen_here(strategy, '192.0.2.1', 0)
    // Deno calls it EINVAL.
    assert.ok(['EADDRNOTAVAIL', 'EINVAL'].includes((error as any)?.code), String(error))
  })
}

for (const strategy of ['single', ...strategies] as Strategy[]) {
  test(`${strategy}: nobody is accepted before a worker listens, so nobody who waits for the port is reset`, async () => {
    const port = await free_port()
    const dialler = await start_test_worker('./dialling_worker.ts', import.meta.url, { port })
    opened.workers.push(dialler)
    const outcomes = new Set<string>()
    await new Promise<void>((resolve) => dialler.on('message', (outcome) => resolve(void outcomes.add(outcome))))
    for (let i = 0; i < 300; i++) (await open_listening(strategy, '127.0.0.1', port)).close()
    await dialler.terminate()
    assert.equal([...outcomes], ['ECONNREFUSED'])
  })
}

test('single: this thread accepts, until it is closed; names and IPv6 literals are taken', async () => {
  for (
    const [host, dialled] of [['localhost', '127.0.0.1'], ['0.0.0.0', '127.0.0.1'], ['[::1]', '::1'], ['::', '::1'], [
      '::',
      '127.0.0.1',
    ]]
  ) {
    const listening = await open_listening('single', host, 0)
    const [plan] = await listening.plans(1)
    const accepted: Socket[] = []
    const acceptor = await listen(plan, (connection) => {
      const socket = connection as Socket
      accepted.push(socket)
      socket.resume()
      socket.write('0')
    }, () => {})
    listening.decided(acceptor.port)
    assert.ok(listening.port > 0)
    const { socket } = await dial(listening.port, dialled)
    acceptor.close()
    listening.close()
    assert.is((await dial(listening.port, dialled).catch((error) => error)).code, 'ECONNREFUSED')
    socket.destroy()
    for (const one of accepted) one.destroy()
  }
})

for (const strategy of strategies) {
  test(`${strategy}: three workers share the connections of one port`, async () => {
    const listening = await open_listening(strategy, 'localhost', 0)
    const workers = [await start(listening, 0)]
    const plans = await listening.plans(2)
    workers.push(await start(listening, 1, plans[0]), await start(listening, 2, plans[1]))
    const dialled = await dial_many(listening.port, 300)
    const shares = [0, 0, 0]
    for (const { worker } of dialled) shares[worker]++
    assert.ok(shares.every((share) => share >= 10), `Shares are ${shares}`)
    for (const { socket } of dialled) socket.destroy()
    for (const worker of workers) await worker.terminate()
    listening.close()
  })

  test(`${strategy}: workers die, the connections of the others live, and the successor accepts`, async () => {
    const listening = await open_listening(strategy, '127.0.0.1', 0)
    const first = await start(listening, 0)
    const [plan] = await listening.plans(1)
    let mortal = await start(listening, 1, plan)
    const dialled = await dial_many(listening.port, IDLE)
    const idle = dialled.filter(({ worker }) => worker === 0).map(({ socket }) => socket)
    for (const { socket } of dialled) socket.on('error', () => {})
    assert.ok(idle.length > IDLE / 10, `${idle.length} of ${IDLE}`)
    for (let death = 0; death < DEATHS; death++) {
      await mortal.terminate()
      // New connections take the numbers of descriptors that the dead worker had: nobody may close those.
      for (const { socket, worker } of await dial_many(listening.port, 20, 5)) {
        socket.on('error', () => {})
        if (worker === 0) idle.push(socket)
      }
      mortal = await start(listening, 1)
      const fresh = await dial_many(listening.port, 60, 5)
      assert.ok(fresh.some(({ worker }) => worker === 1), 'The successor accepts')
      for (const { socket } of fresh) socket.destroy()
      const alive = await Promise.all(idle.map(answers))
      assert.is(alive.filter((is_alive) => !is_alive).length, 0)
    }
    for (const { socket } of dialled) socket.destroy()
    for (const socket of idle) socket.destroy()
    await first.terminate()
    await mortal.terminate()
    listening.close()
  })
}

test.run()
