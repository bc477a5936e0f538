// Loads whose messages are timed one by one: requests and their answers, and messages at a steady pace. Both ends are here, so that
// one clock times them.
import type { Clock } from '../base/clock.ts'
import { make_next_turn } from '../thread/next_turn.ts'
import { frame_bytes } from './frame_counter.ts'
import { LoadConnection } from './load_connection.ts'
import { LOAD_INBOX, LOAD_SUBJECT, type LoadJob } from './load_job.ts'
import { type Latencies, latencies_of } from './percentiles.ts'

export interface Timed {
  readonly seconds: number
  readonly latencies: Latencies
}

type TimedLoad = (job: LoadJob, clock: Clock, on_fault: (text: string) => void) => Promise<Timed>

/** So many messages at most in one go, when the pace could not be kept: between them what has come is read. */
const BURST_MAX = 64

const publication = (subject: string, size: number): Uint8Array =>
  Buffer.from(`PUB ${subject} ${size}\r\n${'x'.repeat(size)}\r\n`, 'latin1')

/** One request at a time, answered by another connection. */
export const round_trips: TimedLoad = async (job, clock, on_fault) => {
  const { size, messages } = job
  const times_us = new Float64Array(messages)
  const request = Buffer.from(`PUB ${LOAD_SUBJECT} ${LOAD_INBOX} ${size}\r\n${'x'.repeat(size)}\r\n`, 'latin1')
  const answer = publication(LOAD_INBOX, size)
  let count = 0
  let asked_ms = 0
  let finish = () => {}
  const ask = () => {
    asked_ms = clock.now_ms()
    asker.write(request)
  }
  const asker = new LoadConnection({
    ...{
      port: job.publish_port,
      first: `SUB ${LOAD_INBOX} 1\r\n`,
      frame_bytes: frame_bytes(LOAD_INBOX, size),
      on_fault,
    },
    on_messages() {
      times_us[count++] = (clock.now_ms() - asked_ms) * 1000
      if (count < messages) ask()
      else finish()
    },
  })
  const answerer = new LoadConnection({
    ...{ port: job.subscribe_port, first: `SUB ${LOAD_SUBJECT} 1\r\n`, on_fault },
    frame_bytes: frame_bytes(LOAD_SUBJECT, size, LOAD_INBOX),
    on_messages: () => void answerer.write(answer),
  })
  await Promise.all([asker.opened(), answerer.opened()])
  const began_ms = clock.now_ms()
  await new Promise<void>((resolve) => {
    finish = resolve
    ask()
  })
  const seconds = (clock.now_ms() - began_ms) / 1000
  for (const connection of [asker, answerer]) connection.close()
  return { seconds, latencies: latencies_of(times_us) }
}

/** So many messages per second, whether or not those before have come: a late one delays nobody's beginning. */
export const paced_messages: TimedLoad = async (job, clock, on_fault) => {
  const { size, messages, pace } = job
  // First when a message was sent, then how long it took.
  const times_us = new Float64Array(messages)
  const message = publication(LOAD_SUBJECT, size)
  const next_turn = make_next_turn()
  let sent = 0
  let got = 0
  let finish = () => {}
  const subscriber = new LoadConnection({
    ...{ port: job.subscribe_port, first: `SUB ${LOAD_SUBJECT} 1\r\n`, on_fault },
    frame_bytes: frame_bytes(LOAD_SUBJECT, size),
    on_messages(count) {
      const now_us = clock.now_ms() * 1000
      for (; count > 0; count--, got++) times_us[got] = now_us - times_us[got]
      if (got >= messages) finish()
    },
  })
  const publisher = new LoadConnection({
    ...{ port: job.publish_port, first: '', frame_bytes: 1, on_messages() {}, on_fault },
  })
  await Promise.all([subscriber.opened(), publisher.opened()])
  const began_ms = clock.now_ms()
  const turn = () => {
    const due = Math.min(messages, Math.floor((clock.now_ms() - began_ms) * pace / 1000))
    for (let i = 0; sent < due && i < BURST_MAX; i++) {
      times_us[sent++] = clock.now_ms() * 1000
      publisher.write(message)
    }
    if (sent < messages) next_turn(turn)
  }
  await new Promise<void>((resolve) => {
    finish = resolve
    turn()
  })
  const seconds = (clock.now_ms() - began_ms) / 1000
  for (const connection of [subscriber, publisher]) connection.close()
  return { seconds, latencies: latencies_of(times_us) }
}
