// Growth of the index's edge table, step by step over all threads (shared/index_growth.ts), while they go on working.
import type { Clock } from '../base/clock.ts'
import { finish_growth, grow_step, growth_wanted, start_growth } from '../shared/index_growth.ts'
import type { Crew } from './crew.ts'
import type { MatcherPool } from './matcher_pool.ts'

/** Steps in one turn where there is no pool. */
const STEPS_PER_TURN = 32

export class Growth {
  #crew: Crew
  #pool: MatcherPool
  #clock: Clock
  #running = false

  constructor(crew: Crew, pool: MatcherPool, clock: Clock) {
    this.#crew = crew
    this.#pool = pool
    this.#clock = clock
  }

  /** A thread found the table too full. Several may say so, also while it grows: then it may have to grow once more. */
  async run(): Promise<void> {
    if (this.#running) return
    this.#running = true
    try {
      do await this.#grow()
      while (growth_wanted(this.#crew.index))
    } finally {
      this.#running = false
    }
  }

  async #grow(): Promise<void> {
    const { index } = this.#crew
    const edges = index.allocate_next()
    index.attach_next(edges)
    await this.#crew.each((api) => api.attach_edges(edges))
    while (!start_growth(index)) await this.#pause()
    if (this.#crew.workers > 0) await this.#pool.grow(index.buffers)
    else await this.#grow_here()
    while (!finish_growth(index)) await this.#pause()
    await this.#crew.each((api) => api.drop_edges())
    index.drop_previous()
  }

  async #grow_here(): Promise<void> {
    const { index } = this.#crew
    for (let node = 1; node !== 0;) {
      for (let step = 0; step < STEPS_PER_TURN && node !== 0; step++) node = grow_step(index, node)
      await this.#pause()
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => this.#clock.after(0, resolve))
  }
}
