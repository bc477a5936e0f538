import * as assert from 'uvu/assert'
import { connect, createServer } from 'node:net'
import { make_next_turn } from '../../src/thread/next_turn.ts'
import { suite } from '../harness.ts'

const test = suite('thread/next_turn')

const pause_ms = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** The turn of Deno is a message to ourselves, which alone keeps no process: a timer does. */
async function until(reached: () => boolean) {
  while (!reached()) await pause_ms(1)
}

test('it is called later, once, in the order asked for', async () => {
  const next_turn = make_next_turn()
  const calls: number[] = []
  for (const i of [1, 2, 3]) next_turn(() => calls.push(i))
  assert.equal(calls, [])
  await Promise.resolve()
  assert.equal(calls, [])
  await until(() => calls.length > 0)
  await pause_ms(10)
  assert.equal(calls, [1, 2, 3])
})

test('what is asked for in a turn comes in another one', async () => {
  const next_turn = make_next_turn()
  const calls: string[] = []
  next_turn(() => {
    next_turn(() => calls.push('later'))
    calls.push('first')
  })
  next_turn(() => calls.push('second'))
  await until(() => calls.length === 3)
  assert.equal(calls, ['first', 'second', 'later'])
})

test('each maker has turns of its own', async () => {
  const makers = [make_next_turn(), make_next_turn()]
  const calls = [0, 0]
  makers.forEach((next_turn, i) => next_turn(() => calls[i]++))
  await until(() => calls[0] + calls[1] === 2)
  assert.equal(calls, [1, 1])
})

/** Goes round and round until stopped. */
function go_round() {
  const next_turn = make_next_turn()
  const loop = { rounds: 0, going: true }
  const turn = () => {
    loop.rounds++
    if (loop.going) next_turn(turn)
  }
  next_turn(turn)
  return loop
}

for (const first of ['connection', 'loop']) {
  test(`going round and round starves no socket: the ${first} came first`, async () => {
    const server = createServer((socket) => socket.pipe(socket))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    let loop = first === 'loop' ? go_round() : null
    const client = connect({ host: '127.0.0.1', port: (server.address() as { port: number }).port })
    try {
      let echoes = 0
      client.on('data', () => {
        if (++echoes < 20) client.write('x')
      })
      client.write('x')
      if (loop === null) {
        await until(() => echoes >= 20)
        loop = go_round()
        echoes = 0
        client.write('x')
      }
      const since_ms = performance.now()
      while ((echoes < 20 || loop.rounds < 2) && performance.now() - since_ms < 3_000) await pause_ms(1)
      assert.is(echoes, 20)
      assert.ok(loop.rounds > 1)
    } finally {
      if (loop !== null) loop.going = false
      client.destroy()
      server.close()
    }
  })
}

test.run()
