import * as assert from 'uvu/assert'
import { connect, createServer, type Socket } from 'node:net'
import { real_time, VirtualTime } from '../../src/testing/virtual_time.ts'
import { suite } from '../harness.ts'

const test = suite('testing/virtual_time')

test('time stands still until somebody moves it; then timers fire in their order', async () => {
  const time = new VirtualTime()
  const fired: string[] = []
  const note = (text: string) => () => void fired.push(`${text} at ${time.now_ms()}`)
  time.after(3_000, note('c'))
  time.after(1_000, note('a'))
  time.after(1_000, note('b'))
  time.after(1_500, note('never')).cancel()
  const wall_ms = time.wall_ms()
  await real_time().pass(30)
  assert.equal([fired, time.now_ms()], [[], 0])
  await time.pass(2_999)
  assert.equal(fired, ['a at 1000', 'b at 1000'])
  await time.pass(1)
  assert.equal([fired.at(-1), time.now_ms(), time.wall_ms() - wall_ms], ['c at 3000', 3_000, 3_000])
})

test('what fires may ask for more, and repeats itself', async () => {
  const time = new VirtualTime()
  const fired: number[] = []
  const each = time.every(100, () => void fired.push(time.now_ms()))
  time.after(150, () => time.after(100, () => void fired.push(-time.now_ms())))
  await time.pass(320)
  each.cancel()
  await time.pass(1_000)
  assert.equal(fired, [100, 200, -250, 300])
})

test('two who move it do so one after the other', async () => {
  const time = new VirtualTime()
  await Promise.all([time.pass(100), time.pass(50)])
  assert.is(time.now_ms(), 150)
})

test('a step goes to the next timer, or a little on where there is none', async () => {
  const time = new VirtualTime()
  let fired = 0
  time.after(40, () => void fired++)
  await time.step()
  assert.equal([fired, time.now_ms()], [1, 40])
  await time.step()
  assert.is(time.now_ms(), 140)
})

test('short pauses pass by themselves', async () => {
  const time = new VirtualTime()
  await new Promise<void>((resolve) => time.after(5, resolve))
  assert.is(time.now_ms(), 5)
  let fired = 0
  time.after(10, () => void fired++).cancel()
  await real_time().pass(30)
  assert.is(fired, 0)
})

test('bytes on their way arrive before the next timer fires', async () => {
  const time = new VirtualTime()
  const sockets: Socket[] = []
  const server = createServer((socket) => void sockets.push(socket.on('data', () => time.active()).pipe(socket)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = connect((server.address() as { port: number }).port, '127.0.0.1')
  await new Promise((resolve) => client.once('connect', resolve))
  let echoes = 0
  client.on('data', () => {
    time.active()
    echoes++
  })
  const seen: number[] = []
  for (let i = 1; i <= 20; i++) {
    time.after(i * 1_000, () => {
      seen.push(echoes)
      time.active()
      client.write('x')
    })
  }
  await time.pass(30_000)
  assert.equal(seen, Array.from({ length: 20 }, (_, i) => i))
  client.destroy()
  server.close()
})

test('it flows by itself at the end', async () => {
  const time = new VirtualTime()
  time.flow()
  await new Promise<void>((resolve) => time.after(60, resolve))
  time.stop()
  assert.ok(time.now_ms() >= 60)
})

test('the time of the machine has the same face', async () => {
  const time = real_time()
  const begin = time.now_ms()
  await time.pass(10)
  await time.step()
  assert.ok(time.now_ms() - begin >= 13)
  assert.is(time.is_virtual, false)
  time.flow()
  time.stop()
})

test.run()
