// With `rings`: sends every number back. With `fill`: fills that ring with numbers, asleep whenever it is full.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { Doorbell } from '../../src/shared/doorbell.ts'
import { RingReader, RingWriter } from '../../src/shared/ring.ts'

parentPort!.once('message', (port: MessagePort) => workerData.fill ? fill(port) : echo(port))

function echo(port: MessagePort): void {
  const reader = new RingReader(workerData.rings[0]), writer = new RingWriter(workerData.rings[1])
  const bell = new Doorbell(workerData.doorbell, 1, new Map([[0, port]]), drain)
  function drain() {
    bell.awake()
    for (;;) {
      while (reader.next() >= 0) {
        writer.words[writer.claim(4) >> 2] = reader.words[reader.offset >> 2]
        writer.commit()
        reader.release()
        writer.publish()
        bell.ring(0)
      }
      bell.going_to_sleep()
      if (!reader.has_more()) return
      bell.awake()
    }
  }
  drain()
}

function fill(port: MessagePort): void {
  const writer = new RingWriter(workerData.fill)
  const bell = new Doorbell(workerData.doorbell, 1, new Map([[0, port]]), write)
  let value = 0
  function write() {
    bell.awake()
    for (;;) {
      while (value < workerData.records && writer.has_room(4 + value % 61)) {
        writer.words[writer.claim(4 + value % 61) >> 2] = value++
        writer.commit()
      }
      if (writer.publish()) bell.ring(0)
      if (value === workerData.records) return
      bell.going_to_sleep()
      if (!writer.want_space(4 + value % 61)) return
      bell.awake()
    }
  }
  write()
}
