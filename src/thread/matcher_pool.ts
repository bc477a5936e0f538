// The Piscina pool for work that would stall a connection, started when it is first needed: growth of the shared index, and
// passwords against bcrypt hashes. A task costs it about 0.1 ms to begin: nothing on the path of a message goes there.
import type { Piscina } from 'piscina'
import { PASSWORD_CHECKS_MAX } from '../base/limits.ts'
import type { IndexBuffers } from '../shared/subject_index.ts'
import type { GrowTask, PasswordTask } from './matcher_tasks.ts'
import { worker_path } from './worker_url.ts'

export class MatcherPool {
  #thread: number
  #pool: Promise<Piscina> | null = null
  #passwords = 0

  /** `thread` is the number the pool has towards the index. */
  constructor(thread: number) {
    this.#thread = thread
  }

  /** Copies the index's edges into its next table. */
  async grow(buffers: IndexBuffers): Promise<void> {
    const task: GrowTask = { buffers, thread: this.#thread }
    await (await this.#started()).run(task, { name: 'grow' })
  }

  /** Whether the password is that of a bcrypt hash. Rejects where too many wait already. */
  async check_password(password: string, hash: string): Promise<boolean> {
    if (this.#passwords >= PASSWORD_CHECKS_MAX) throw new Error(`${PASSWORD_CHECKS_MAX} others wait to be compared`)
    const task: PasswordTask = { password, hash }
    this.#passwords++
    try {
      return await (await this.#started()).run(task, { name: 'check_password' })
    } finally {
      this.#passwords--
    }
  }

  async close(): Promise<void> {
    const pool = await this.#pool
    this.#pool = null
    await pool?.destroy()
  }

  #started(): Promise<Piscina> {
    return this.#pool ??= make_pool()
  }
}

/** One thread: two tasks of growth never run at once. It does not freeze between tasks (atomics), and ends when idle. */
async function make_pool(): Promise<Piscina> {
  // Most servers never need it, and loading it would be a fifth of their start.
  const { Piscina } = await import('piscina')
  return new Piscina({
    filename: worker_path('matcher'),
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: 10_000,
    atomics: 'disabled',
  })
}
