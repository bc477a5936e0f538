import * as assert from 'uvu/assert'
import { MessageChannel } from 'node:worker_threads'
import { suite } from '../harness.ts'
import { start_test_worker } from '../test_worker.ts'
import { create_doorbell, Doorbell } from '../../src/shared/doorbell.ts'
import { create_ring, RingReader, RingWriter } from '../../src/shared/ring.ts'

const test = suite('shared/doorbell', 60_000)

/** A failed test leaves nothing open that keeps the process. */
const cleanups: (() => unknown)[] = []
test.after(async () => {
  for (const cleanup of cleanups) await cleanup()
})
const turn = () => new Promise((resolve) => setTimeout(resolve, 20))

test('only a sleeping thread is rung, and once', async () => {
  const memory = create_doorbell(2)
  const { port1, port2 } = new MessageChannel()
  let rung = 0
  const sleeper = new Doorbell(memory, 0, new Map([[1, port1]]), () => rung++)
  const ringer = new Doorbell(memory, 1, new Map([[0, port2]]), () => {})
  assert.not(ringer.ring(0))
  sleeper.going_to_sleep()
  assert.ok(ringer.ring(0))
  assert.not(ringer.ring(0))
  await turn()
  assert.is(rung, 1)
  sleeper.going_to_sleep()
  sleeper.awake()
  assert.not(ringer.ring(0))
  await turn()
  assert.is(rung, 1)
  sleeper.close()
  ringer.close()
})

test('a port can be replaced, and a thread without one is left alone', async () => {
  const memory = create_doorbell(2)
  const old = new MessageChannel(), fresh = new MessageChannel()
  let rung = 0
  const sleeper = new Doorbell(memory, 0, new Map([[1, old.port1]]), () => rung++)
  const ringer = new Doorbell(memory, 1, new Map([[0, old.port2]]), () => {})
  ringer.remove(0)
  sleeper.going_to_sleep()
  assert.ok(ringer.ring(0))
  await turn()
  assert.is(rung, 0)
  ringer.reset(0)
  sleeper.replace(1, fresh.port1)
  ringer.replace(0, fresh.port2)
  assert.not(ringer.ring(0))
  sleeper.going_to_sleep()
  assert.ok(ringer.ring(0))
  await turn()
  assert.is(rung, 1)
  sleeper.close()
  ringer.close()
})

test('no wake-up is lost: two threads hand a number to and fro 100,000 times, going to sleep each time', async () => {
  const rounds = 100_000
  const doorbell = create_doorbell(2)
  const rings = [create_ring(1024), create_ring(1024)]
  const { port1, port2 } = new MessageChannel()
  const worker = await start_test_worker('./doorbell_worker.ts', import.meta.url, { doorbell, rings })
  cleanups.push(() => worker.terminate(), () => port1.close())
  worker.postMessage(port2, [port2])
  const reader = new RingReader(rings[1]), writer = new RingWriter(rings[0])
  let expected = 0
  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject)
    const bell = new Doorbell(doorbell, 0, new Map([[1, port1]]), drain)
    function send(value: number) {
      writer.words[writer.claim(4) >> 2] = value
      writer.commit()
      writer.publish()
      bell.ring(1)
    }
    function drain() {
      bell.awake()
      for (;;) {
        while (reader.next() >= 0) {
          if (reader.words[reader.offset >> 2] !== expected) return reject(new Error(`Not ${expected}`))
          if (++expected === rounds) {
            bell.close()
            return resolve()
          }
          reader.release()
          send(expected)
        }
        bell.going_to_sleep()
        if (!reader.has_more()) return
        bell.awake()
      }
    }
    send(0)
    drain()
  })
  await worker.terminate()
  assert.is(expected, rounds)
})

test('no space signal is lost: a small ring is filled again and again, the producer sleeping whenever it is full', async () => {
  const records = 200_000
  const doorbell = create_doorbell(2)
  const ring = create_ring(256)
  const { port1, port2 } = new MessageChannel()
  const worker = await start_test_worker('./doorbell_worker.ts', import.meta.url, { doorbell, fill: ring, records })
  cleanups.push(() => worker.terminate(), () => port1.close())
  worker.postMessage(port2, [port2])
  const reader = new RingReader(ring)
  let expected = 0
  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject)
    const bell = new Doorbell(doorbell, 0, new Map([[1, port1]]), drain)
    function drain() {
      bell.awake()
      for (;;) {
        while (reader.next() >= 0) {
          if (reader.words[reader.offset >> 2] !== expected) return reject(new Error(`Not ${expected}`))
          expected++
          if (expected % 5 === 0) reader.release()
          if (reader.space_signal_due()) bell.ring(1)
        }
        reader.release()
        if (reader.space_signal_due()) bell.ring(1)
        if (expected === records) {
          bell.close()
          return resolve()
        }
        bell.going_to_sleep()
        if (!reader.has_more()) return
        bell.awake()
      }
    }
    drain()
  })
  await worker.terminate()
})

test.run()
