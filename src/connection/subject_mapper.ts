// Where what a client publishes goes if its account maps subjects to others (reference client.md 5.10). Only clients of such accounts
// have one.
import type { MappedSubject, SubjectMappings } from '../auth/subject_mapping.ts'
import { latin1_text } from '../base/bytes.ts'
import type { OpRecord } from '../wire/op.ts'
import type { ThreadContext } from './context.ts'

export class SubjectMapper {
  readonly mappings: SubjectMappings
  /** Where the message at hand goes; null: where it says, or nowhere. */
  target: Uint8Array | null = null
  /** The message at hand goes nowhere. */
  is_lost = false
  #context: ThreadContext
  /** Of the subject that the client named last; undefined: it was not looked for. */
  #mapped: MappedSubject | null | undefined

  constructor(mappings: SubjectMappings, context: ThreadContext) {
    this.mappings = mappings
    this.#context = context
  }

  /** The client names another subject. */
  begin(): void {
    this.#mapped = undefined
  }

  /** Decides about the next message. True: it goes elsewhere than the one before. */
  next(op: OpRecord, bytes: Uint8Array): boolean {
    if (this.#mapped === undefined) {
      const { cluster = '' } = this.#context.settings.client_infos.clients
      this.#mapped = this.mappings.find(latin1_text(bytes, op.subject_start, op.subject_end), cluster)
    }
    const before = this.target
    this.target = this.#mapped === null ? null : this.#mapped.next(this.#context.random)
    this.is_lost = this.#mapped !== null && this.target === null
    return this.target !== before
  }
}
