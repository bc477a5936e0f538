// A process of our own load generator. It connects, says `ready`, and does what the lines of its input say, until that ends.
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Clock } from '../base/clock.ts'
import { frame_bytes } from './frame_counter.ts'
import { LoadConnection } from './load_connection.ts'
import { LOAD_SUBJECT, type LoadJob, type LoadNews } from './load_job.ts'
import { paced_messages, round_trips } from './timed_load.ts'

/** A publisher writes about so many bytes at once. */
const BATCH_BYTES = 1 << 16

export interface LoadSurroundings {
  readonly input: Readable
  tell(news: LoadNews): void
  readonly clock: Clock
}

/** Resolves when the input has ended; rejects when the server cuts a connection or says no. */
export function run_load_process(job: LoadJob, { input, tell, clock }: LoadSurroundings): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (text: string) => reject(new Error(text))
    const load = job.mode === 'rate' ? new RateLoad(job, clock, fail) : null
    const orders = createInterface({ input })
    let used = process.cpuUsage()
    const cpu_seconds = () => {
      const { user, system } = process.cpuUsage(used)
      return (user + system) / 1e6
    }
    const begin = async () => {
      used = process.cpuUsage()
      if (load !== null) return job.publishers > 0 ? tell({ news: 'published', ...await load.publish() }) : undefined
      const timed = await (job.mode === 'round_trip' ? round_trips : paced_messages)(job, clock, fail)
      tell({ news: 'timed', ...timed, cpu_seconds: cpu_seconds() })
    }
    orders.on('line', (order) => {
      if (order === 'go') begin().catch(reject)
      else if (load !== null) tell({ news: 'counted', ...load.counted(), cpu_seconds: cpu_seconds() })
    })
    orders.on('close', () => {
      load?.close()
      resolve()
    })
    Promise.resolve(load?.opened()).then(() => tell({ news: 'ready' }), reject)
  })
}

/** Publishers that publish as fast as it goes, subscribers that count. */
class RateLoad {
  readonly #job: LoadJob
  readonly #clock: Clock
  readonly #subscribers: LoadConnection[]
  readonly #publishers: LoadConnection[]
  #got = 0
  #last_ms = 0

  constructor(job: LoadJob, clock: Clock, on_fault: (text: string) => void) {
    this.#job = job
    this.#clock = clock
    const frame = frame_bytes(LOAD_SUBJECT, job.size)
    const make = (count: number, port: number, first: string) =>
      Array.from({ length: count }, () =>
        new LoadConnection({
          ...{ port, first, frame_bytes: frame, on_fault },
          on_messages: (count) => {
            this.#got += count
            this.#last_ms = this.#clock.wall_ms()
          },
        }))
    this.#subscribers = make(job.subscribers, job.subscribe_port, `SUB ${LOAD_SUBJECT} ${job.queue} 1\r\n`)
    this.#publishers = make(job.publishers, job.publish_port, '')
  }

  async opened(): Promise<void> {
    await Promise.all([...this.#subscribers, ...this.#publishers].map((connection) => connection.opened()))
  }

  counted(): { got: number; last_ms: number } {
    return { got: this.#got, last_ms: this.#last_ms }
  }

  /** Ends when the server has taken all messages. */
  async publish(): Promise<{ began_ms: number; ended_ms: number }> {
    const { messages, size } = this.#job
    const message = `PUB ${LOAD_SUBJECT} ${size}\r\n${'x'.repeat(size)}\r\n`
    const batch = Math.max(1, Math.min(messages, Math.floor(BATCH_BYTES / message.length)))
    const bytes = Buffer.from(message.repeat(batch), 'latin1')
    const began_ms = this.#clock.wall_ms()
    await Promise.all(this.#publishers.map(async (connection) => {
      for (let left = messages; left > 0; left -= batch) {
        const part = left >= batch ? bytes : bytes.subarray(0, left * message.length)
        if (!connection.write(part)) await connection.drained()
      }
      await connection.flush()
    }))
    return { began_ms, ended_ms: this.#clock.wall_ms() }
  }

  close(): void {
    for (const connection of [...this.#subscribers, ...this.#publishers]) connection.close()
  }
}
