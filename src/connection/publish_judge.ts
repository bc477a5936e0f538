// Whether a client may publish a message: by the configuration, by what is left to servers, and by the word of the embedding program.
import { latin1_text } from '../base/bytes.ts'
import { go_quote, type Refusal, refuse_publish } from '../base/errors.ts'
import type { OpRecord } from '../wire/op.ts'
import type { ClientPermissions } from './client_permissions.ts'
import type { ConnectionLog } from './connection_log.ts'
import type { ThreadContext } from './context.ts'
import type { HookGate } from './hook_gate.ts'
import type { MessageTrace } from './message_trace.ts'
import { refuse_reserved } from './reserved_subjects.ts'

/** `asked`: it comes again when that is known. Where it is denied the refusal is sent. */
export const Judgement = { allowed: 0, denied: 1, asked: 2 } as const

/** What the judge needs of its client. */
export interface JudgedClient {
  readonly log: ConnectionLog
  /** Null: nobody is asked about what it does. */
  readonly gate: HookGate | null
  refuse(refusal: Refusal): void
}

export class PublishJudge {
  #context: ThreadContext
  #owner: JudgedClient
  /** Whether the subject at hand may be published to, if that was found out and holds for more than one message. */
  #may_publish: boolean | null = null
  /** Until when the embedding program does not have to be asked about it. */
  #allowed_until_ms = 0

  constructor(context: ThreadContext, owner: JudgedClient) {
    this.#context = context
    this.#owner = owner
  }

  /** Messages go to another subject now, or are another client's. */
  forget(): void {
    this.#may_publish = null
    this.#allowed_until_ms = 0
  }

  /** `target`: where the message goes instead of where it says, or null. Returns one of Judgement. */
  judge(
    permissions: ClientPermissions,
    op: OpRecord,
    bytes: Uint8Array,
    target: Uint8Array | null,
    trace: MessageTrace | null,
  ): number {
    if (this.#may_publish === true) return Judgement.allowed
    const { gate } = this.#owner
    if (gate !== null && trace === null && this.#is_known_to_be_allowed) return Judgement.allowed
    const subject = subject_text(op, bytes, target)
    const may = permissions.may_publish(subject)
    if (!permissions.may_answer && gate === null) this.#may_publish = may
    if (!may) return this.#deny(subject, '', trace)
    if (gate === null) return Judgement.allowed
    const refusal = refuse_reserved(bytes, op)
    if (refusal === null) return this.ask(gate, permissions, op, bytes, target, trace)
    this.#owner.refuse(refusal)
    return Judgement.denied
  }

  /** The part of it that the embedding program is asked for: also where a trace of the message goes. */
  ask(
    gate: HookGate,
    { may_answer }: ClientPermissions,
    op: OpRecord,
    bytes: Uint8Array,
    target: Uint8Array | null,
    trace: MessageTrace | null,
  ): number {
    const reply = latin1_text(bytes, op.reply_start, op.reply_end)
    const subject = subject_text(op, bytes, target)
    // What it may publish because it was asked something is found out for each message.
    let until_ms = may_answer ? 0 : Infinity
    for (const each of trace === null ? [subject] : [subject, trace.report.dest]) {
      const verdict = gate.publish(each, reply)
      if (verdict === null) return Judgement.asked
      until_ms = Math.min(until_ms, verdict.until_ms)
      if (verdict.allowed) continue
      gate.settle()
      return this.#deny(each, verdict.text, trace)
    }
    gate.settle()
    this.#allowed_until_ms = until_ms
    return Judgement.allowed
  }

  get #is_known_to_be_allowed(): boolean {
    return this.#allowed_until_ms > 0 && this.#allowed_until_ms > this.#context.clock.now_ms()
  }

  #deny(subject: string, why: string, trace: MessageTrace | null): number {
    const refusal = refuse_publish(subject, why)
    trace?.refuse(refusal.text ?? '')
    this.#owner.log.error(`Publish Violation - Subject ${go_quote(subject)}${why && `: ${why}`}`)
    this.#owner.refuse(refusal)
    return Judgement.denied
  }
}

function subject_text(op: OpRecord, bytes: Uint8Array, target: Uint8Array | null): string {
  return target === null ? latin1_text(bytes, op.subject_start, op.subject_end) : latin1_text(target)
}
