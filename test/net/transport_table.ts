// One table of what every kind of transport has to do.
import * as assert from 'uvu/assert'
import type { Test } from 'uvu'
import type { Reading } from '../../src/net/reading.ts'
import {
  close_all,
  dial,
  type End,
  open_port,
  pair,
  pair_with_socket,
  pattern,
  pause_ms,
  until,
} from './transport_rig.ts'

/** Above what loopback's buffers hold, so that it lags while nobody reads. */
const LAGGING_BYTES = 24_000_000

const is_same = (left: Uint8Array, right: Uint8Array) => Buffer.compare(left, right) === 0

async function close_both(...ends: End[]) {
  for (const end of ends) end.destroy()
  await until(() => ends.every((end) => end.closed_count > 0))
  for (const end of ends) await end.check()
}

/** What all transports do, whatever they are made of. `plain`: a plain socket can be the other end. */
export function transport_table(test: Test, reading: Reading, plain = true): void {
  test.after(close_all)
  bytes_table(test, reading)
  write_table(test, reading)
  cut_table(test, reading)
  if (plain) reset_table(test, reading)
  stop_inside_table(test, reading)
  stop_table(test, reading)
  end_table(test, reading)
}

function bytes_table(test: Test, reading: Reading): void {
  const { name } = reading

  test(`${name}: bytes arrive whole in both directions at the same time`, async () => {
    const ends = await pair(reading)
    const sent = [pattern(5_000_000, 1), pattern(4_000_000, 2)]
    ends.forEach((end, i) => end.write(sent[i]))
    const [accepted, dialled] = ends
    await until(() => accepted.length >= sent[1].length && dialled.length >= sent[0].length)
    assert.ok(is_same(dialled.received, sent[0]) && is_same(accepted.received, sent[1]))
    await close_both(...ends)
  })

  test(`${name}: what came before the start is not lost`, async () => {
    const { port, accepted, close } = await open_port(reading)
    const dialled = await dial(reading, port)
    dialled.write(pattern(100_000))
    const end = await accepted
    await pause_ms(20)
    assert.is(end.length, 0)
    end.start()
    await until(() => end.length >= 100_000)
    assert.ok(is_same(end.received, pattern(100_000)))
    close()
    await close_both(end, dialled)
  })

  test(`${name}: buffers that change between reads, and small ones, lose nothing`, async () => {
    const buffers = [new Uint8Array(7), new Uint8Array(1000), new Uint8Array(64)]
    let next = 0
    const ends = await pair(reading, () => buffers[next++ % 3])
    const sent = pattern(50_000)
    ends[0].write(sent)
    await until(() => ends[1].length >= sent.length)
    assert.ok(is_same(ends[1].received, sent))
    await close_both(...ends)
  })
}

function write_table(test: Test, reading: Reading): void {
  const { name } = reading

  test(`${name}: several pieces are one write, in their order`, async () => {
    const [from, to] = await pair(reading)
    const pieces = [1, 70_000, 3, 200_000, 5].map((length, i) => pattern(length, i))
    from.write(...pieces)
    const sent = Buffer.concat(pieces)
    await until(() => to.length >= sent.length)
    await pause_ms(5)
    assert.ok(is_same(to.received, sent))
    assert.is(from.written_count, from.lags)
    await close_both(from, to)
  })

  test(`${name}: a write that lags is told of once, when all of it has left`, async () => {
    const [from, to] = await pair(reading)
    to.transport.stop()
    const halves = [pattern(LAGGING_BYTES / 2), pattern(LAGGING_BYTES / 2, 9)]
    assert.not(from.write(...halves))
    await pause_ms(30)
    assert.is(from.written_count, 0)
    to.transport.resume()
    await until(() => to.length >= LAGGING_BYTES)
    assert.ok(is_same(to.received, Buffer.concat(halves)))
    await until(() => from.written_count > 0)
    await pause_ms(10)
    assert.is(from.written_count, 1)
    await close_both(from, to)
  })

  test(`${name}: writes one behind the other keep their order, each lagging one told of once`, async () => {
    const [from, to] = await pair(reading)
    const sizes = [3_000_000, 10, 500_000, 1, 4_000_000, 65_536, 2_000_000]
    let next = 0
    const go_on = () => {
      while (next < sizes.length && from.write(pattern(sizes[next], next++)));
    }
    from.on_written = go_on
    go_on()
    const sent = Buffer.concat(sizes.map((size, i) => pattern(size, i)))
    await until(() => to.length >= sent.length)
    await pause_ms(10)
    assert.ok(is_same(to.received, sent))
    assert.is(from.written_count, from.lags)
    await close_both(from, to)
  })
}

function cut_table(test: Test, reading: Reading): void {
  const { name } = reading

  test(`${name}: destroyed during a write it says closed(null) once and nothing else`, async () => {
    const [from, to] = await pair(reading)
    to.transport.stop()
    assert.not(from.write(pattern(LAGGING_BYTES)))
    from.destroy()
    from.destroy()
    await until(() => from.closed_count > 0)
    await from.check({ ended: 0 })
    assert.is(from.error, null)
    assert.is(from.written_count, 0)
    assert.ok(from.transport.write([pattern(3)]), 'Writes to what is destroyed go nowhere')
    from.transport.stop()
    from.transport.resume()
    from.transport.end()
    await from.check({ ended: 0 })
    to.transport.resume()
    await until(() => to.ended_count + to.closed_count > 0)
    await close_both(to)
  })

  test(`${name}: destroyed inside of bytes() nothing more comes`, async () => {
    const [from, to] = await pair(reading)
    to.on_bytes = () => {
      to.destroy()
      return true
    }
    from.write(pattern(1_000_000))
    await until(() => to.closed_count > 0)
    await to.check({ ended: 0 })
    assert.is(to.error, null)
    assert.is(to.chunks.length, 1)
    await until(() => from.ended_count + from.closed_count > 0)
    await close_both(from)
  })
}

function reset_table(test: Test, reading: Reading): void {
  const { name } = reading

  test(`${name}: a reset by the peer is an error, also during a write`, async () => {
    for (const busy of [false, true]) {
      const [end, socket] = await pair_with_socket(reading)
      socket.write('x')
      await until(() => end.length === 1)
      socket.pause()
      if (busy) assert.not(end.write(pattern(LAGGING_BYTES)))
      await pause_ms(10)
      socket.resetAndDestroy()
      await until(() => end.closed_count > 0)
      await end.check({ ended: 0 })
      assert.instance(end.error, Error)
      assert.is(end.written_count, 0)
    }
  })
}

function stop_inside_table(test: Test, reading: Reading): void {
  const { name } = reading
  const ways: Record<string, (end: End) => boolean> = {
    'stop() and true': (end) => {
      end.transport.stop()
      return true
    },
    'false': () => false,
    'stop() and false': (end) => {
      end.transport.stop()
      return false
    },
  }
  for (const [way, stop] of Object.entries(ways)) {
    test(`${name}: after ${way} inside of bytes() nothing comes until resume(), again and again`, async () => {
      const [from, to] = await pair(reading)
      let stops = 0
      to.on_bytes = () => {
        if (++stops % 3 !== 0) return true
        to.stopped = true
        setTimeout(() => {
          to.stopped = false
          to.transport.resume()
        }, 1)
        return stop(to)
      }
      const sent = pattern(2_000_000)
      from.write(sent)
      await until(() => to.length >= sent.length)
      assert.ok(is_same(to.received, sent))
      await pause_ms(3)
      await close_both(from, to)
    })
  }
}

function stop_table(test: Test, reading: Reading): void {
  const { name } = reading

  test(`${name}: stop() and resume() inside of bytes() cancel each other`, async () => {
    const [from, to] = await pair(reading)
    to.on_bytes = () => {
      to.transport.stop()
      to.transport.resume()
      return true
    }
    const sent = pattern(1_000_000)
    from.write(sent)
    await until(() => to.length >= sent.length)
    assert.ok(is_same(to.received, sent))
    await close_both(from, to)
  })

  test(`${name}: stop() and resume() from outside, also twice`, async () => {
    const [from, to] = await pair(reading)
    for (let round = 1; round <= 3; round++) {
      to.transport.stop()
      to.transport.stop()
      to.stopped = true
      from.write(pattern(1000, round))
      await pause_ms(15)
      to.stopped = false
      to.transport.resume()
      to.transport.resume()
      await until(() => to.length >= 1000 * round)
    }
    assert.ok(is_same(to.received, Buffer.concat([1, 2, 3].map((round) => pattern(1000, round)))))
    await close_both(from, to)
  })
}

function end_table(test: Test, reading: Reading): void {
  const { name } = reading
  for (const first of [0, 1]) {
    test(`${name}: ${['accepted', 'dialled'][first]} ends first, the other still writes, then both close`, async () => {
      const ends = await pair(reading)
      const [early, late] = first === 0 ? ends : ends.toReversed()
      early.write(pattern(10))
      early.transport.end()
      await until(() => late.ended_count > 0)
      assert.is(late.length, 10)
      assert.is(late.closed_count, 0)
      const sent = pattern(3_000_000)
      late.write(sent)
      await until(() => early.length >= sent.length && late.lags === late.written_count)
      assert.is(early.ended_count, 0)
      late.transport.end()
      await until(() => early.ended_count > 0 && late.closed_count > 0)
      assert.ok(is_same(early.received, sent))
      // Its owner answers the peer's end like any other.
      if (early.closed_count === 0) early.transport.end()
      await until(() => early.closed_count > 0)
      for (const end of [early, late]) {
        await end.check({ ended: 1 })
        assert.is(end.error, null)
      }
    })
  }

  test(`${name}: end() during a write lets all of it leave first`, async () => {
    const [from, to] = await pair(reading)
    to.transport.stop()
    const sent = pattern(LAGGING_BYTES)
    assert.not(from.write(sent))
    from.transport.end()
    await pause_ms(10)
    to.transport.resume()
    await until(() => to.ended_count > 0)
    assert.ok(is_same(to.received, sent))
    assert.is(from.written_count, 1)
    to.transport.end()
    await until(() => to.closed_count > 0 && from.ended_count > 0)
    await close_both(from, to)
  })
}
