import { copy_of, equal, latin1_text } from '../base/bytes.ts'
import { assert } from '../base/assert.ts'
import { PLANS_MAX } from '../base/limits.ts'
import { build_plan, Plan, type PlanContext } from './plan.ts'

const PROBES = 4

/**
 * The plans of one thread, found by the bytes of the subject without making a string. A table of fixed size: a new
 * plan takes the place of an old one of its neighbourhood.
 */
export class PlanCache {
  hits = 0
  misses = 0
  #context: PlanContext
  #slots: (Plan | null)[]
  #mask: number
  #victim = 0

  constructor(context: PlanContext, size = PLANS_MAX) {
    assert((size & (size - 1)) === 0, 'The size is a power of two')
    this.#context = context
    this.#slots = new Array(size).fill(null)
    this.#mask = size - 1
  }

  /** The plan for a subject of an account, valid now; null: the index is busy, pause and try again. */
  find(account: number, bytes: Uint8Array, start: number, end: number): Plan | null {
    let hash = Math.imul(account + 1, 0x9e3779b1)
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ bytes[i], 16777619)
    hash ^= hash >>> 15
    const length = end - start
    for (let probe = 0; probe < PROBES; probe++) {
      const plan = this.#slots[(hash + probe) & this.#mask]
      if (plan === null) break
      if (plan.account !== account || plan.subject.length !== length) continue
      if (!equal(plan.subject, 0, bytes, start, length)) continue
      return this.refresh(plan)
    }
    return this.#make(account, copy_of(bytes, start, end), hash)
  }

  /** What accounts have from others, or what peers may get, is something else now: no plan is good any more. */
  clear(): void {
    for (const plan of this.#slots) if (plan !== null) plan.generation = -1
    this.#slots.fill(null)
  }

  /** The same plan, built again if the index has changed under its subject. */
  refresh(plan: Plan): Plan | null {
    if (plan.generation === this.#context.index.generation(plan.generation_slot)) {
      this.hits++
      return plan
    }
    this.misses++
    return build_plan(plan, this.#context) ? plan : null
  }

  /** Whether a plan that was found before may be used as it is. */
  is_valid(plan: Plan): boolean {
    return plan.generation === this.#context.index.generation(plan.generation_slot)
  }

  #make(account: number, subject: Uint8Array, hash: number): Plan | null {
    this.misses++
    const { index } = this.#context
    const services = this.#context.imports?.(account)?.services(latin1_text(subject))
    const plan = new Plan(account, subject, index.generation_slot(account, subject, 0, subject.length), services)
    if (!build_plan(plan, this.#context)) return null
    let place = -1
    for (let probe = 0; probe < PROBES && place < 0; probe++) {
      if (this.#slots[(hash + probe) & this.#mask] === null) place = (hash + probe) & this.#mask
    }
    if (place < 0) place = (hash + this.#victim++ % PROBES) & this.#mask
    this.#slots[place] = plan
    return plan
  }
}
