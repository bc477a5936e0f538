// Where what a client publishes goes: to the subject that it names, or to the one that its account maps that to (reference client.md
// 5.10). What was found out about a subject holds as long as the client stays with it.
import type { MappedSubject, SubjectMappings } from '../auth/subject_mapping.ts'
import { latin1_text } from '../base/bytes.ts'
import type { Plan } from '../broker/plan.ts'
import type { OpRecord } from '../wire/op.ts'
import type { ThreadContext } from './context.ts'

export class PublishSubject {
  /** Of the message at hand: the subject is bytes[start, end). */
  bytes: Uint8Array = new Uint8Array(0)
  start = 0
  end = 0
  /** It is another one than the client named. */
  is_mapped = false
  plan: Plan | null = null
  /** Whether that subject may be published to, if it was asked and holds for more than one message. */
  may_publish: boolean | null = null
  #context: ThreadContext
  /** What the mappings make of the subject that the client named last; undefined: they were not asked. */
  #mapped: MappedSubject | null | undefined
  #target: Uint8Array | null = null

  constructor(context: ThreadContext) {
    this.#context = context
  }

  /** The client names another subject, or is another one. */
  forget(): void {
    this.#mapped = undefined
    this.#forget_target()
  }

  /** Takes the subject of a message. `again`: the message had to wait and is presented again. False: it goes nowhere. */
  take(op: OpRecord, bytes: Uint8Array, account: number, again: boolean): boolean {
    const mappings = this.#context.mappings(account)
    if (mappings !== null && !again) this.#choose(mappings, op, bytes)
    this.is_mapped = mappings !== null && this.#mapped !== null
    if (this.is_mapped && this.#target !== null) {
      this.bytes = this.#target
      this.start = 0
      this.end = this.#target.length
      return true
    }
    this.bytes = bytes
    this.start = op.subject_start
    this.end = op.subject_end
    return !this.is_mapped
  }

  get text(): string {
    return latin1_text(this.bytes, this.start, this.end)
  }

  #choose(mappings: SubjectMappings, op: OpRecord, bytes: Uint8Array): void {
    if (this.#mapped === undefined) {
      const { cluster = '' } = this.#context.settings.client_infos.clients
      this.#mapped = mappings.find(latin1_text(bytes, op.subject_start, op.subject_end), cluster)
    }
    if (this.#mapped === null) return
    const target = this.#mapped.next(this.#context.random)
    if (target !== this.#target) this.#forget_target()
    this.#target = target
  }

  #forget_target(): void {
    this.plan = null
    this.may_publish = null
    this.#target = null
  }
}
