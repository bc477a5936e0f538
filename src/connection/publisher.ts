// PUB and HPUB: from a parsed control line to the router (reference client.md 1.5, 3.4, 4.6).
import { CR, latin1_bytes, latin1_text, LF } from '../base/bytes.ts'
import { CloseReason, type Refusal, Refuse, refuse_publish } from '../base/errors.ts'
import { Origin } from '../actor/envelope.ts'
import type { Plan } from '../broker/plan.ts'
import { INDEX_BUSY, NO_ROOM } from '../broker/router.ts'
import { Counter } from '../shared/counters.ts'
import { Op, type OpRecord } from '../wire/op.ts'
import { is_valid_publish_subject, starts_with } from '../wire/subject.ts'
import type { ClientPermissions } from './client_permissions.ts'
import type { ClientSession } from './client_session.ts'
import type { Connection } from './connection.ts'
import type { ConnectionLog } from './connection_log.ts'
import type { ThreadContext } from './context.ts'
import type { HookGate } from './hook_gate.ts'
import type { MessageObserver } from './hook_mail.ts'
import { send_no_responders } from './no_responders.ts'
import { type MessageTrace, TraceKind } from './message_trace.ts'
import type { AccountTrace, Requester } from './requester.ts'
import { Judgement, PublishJudge } from './publish_judge.ts'
import { is_for_servers, refuse_reserved } from './reserved_subjects.ts'
import { SubjectMapper } from './subject_mapper.ts'
import type { Subscriptions } from './subscriptions.ts'
import { may_be_traced } from './tracing.ts'

/** Returned where the caller's loop has to stop: the message is not complete, has to wait, or ended the connection. */
export const STOP = -1
/** How far the operation at hand has come, so that nothing is done twice when it is presented again. */
const Progress = { none: 0, checked: 1, asked: 2, acknowledged: 3, requested: 4 } as const

const JETSTREAM = latin1_bytes('$JS.API.')

/** What a publisher needs of its client. */
export interface PublisherOwner {
  readonly connection: Connection
  readonly session: ClientSession
  readonly keepalive: Requester['keepalive']
  readonly door: Requester['door']
  readonly subscriptions: Subscriptions
  readonly log: ConnectionLog
  /** Null: nobody is asked about what it does. */
  readonly gate: HookGate | null
  acknowledge(): void
  refuse(refusal: Refusal): void
}

export class Publisher {
  #context: ThreadContext
  #owner: PublisherOwner
  #progress: number = Progress.none
  /** Of the operation at hand: services of other accounts that were asked, and how many took the request. */
  #services_asked = 0
  #services_taken = 0
  /** The plan of the subject that was published to last. */
  #plan: Plan | null = null
  #judge: PublishJudge
  /** Of the message at hand; null: none is asked for. */
  #trace: MessageTrace | null = null
  #account_trace: AccountTrace | null = null
  /** Null: messages go where they say. */
  #mapper: SubjectMapper | null = null
  /** Null: what is published is shown to nobody. */
  #observer: MessageObserver | null
  /** The message goes where it says, nobody traces it, and it is shown to nobody. */
  #is_plain = true

  constructor(context: ThreadContext, owner: PublisherOwner) {
    this.#context = context
    this.#owner = owner
    this.#judge = new PublishJudge(context, owner)
    this.#observer = context.hooks === null ? null : context.hooks.observer
    this.#look_closer()
  }

  /** The client is another one now, or names another subject. */
  begin_subject(): void {
    this.#forget_target()
    this.#account_trace = this.#context.account_trace(this.#owner.session.account)
    const mappings = this.#context.mappings(this.#owner.session.account)
    if (mappings === null) this.#mapper = null
    else if (this.#mapper?.mappings === mappings) this.#mapper.begin()
    else this.#mapper = new SubjectMapper(mappings, this.#context)
    this.#look_closer()
  }

  /** Whether more than its way is to be seen to. */
  #look_closer(): void {
    this.#is_plain = this.#mapper === null && this.#trace === null && this.#observer === null
  }

  /** Takes the message whose control line was just parsed. Returns the offset behind it, or STOP. */
  take(op: OpRecord, bytes: Uint8Array, end: number, referable: boolean): number {
    if (!op.same_subject) this.begin_subject()
    const behind = op.body_start + op.total_size + 2
    if (this.#progress === Progress.none) {
      if (!this.#check(op, bytes)) return STOP
    } else if (this.#progress === Progress.asked && !this.#was_allowed(op, bytes)) return this.#turned_away(op, behind)
    if (behind > end) return this.#wait_for_payload(op, bytes, behind, end)
    if (bytes[behind - 2] !== CR || bytes[behind - 1] !== LF) return this.#refuse(Refuse.unknown_operation)
    const { connection, session, log } = this.#owner
    if (this.#progress < Progress.acknowledged) {
      if (log.trace_on) this.#log_message(op, bytes)
      if (op.header_size > 0 && may_be_traced(bytes, op, this.#account_trace) && !this.#begin_trace(op, bytes)) {
        return this.#done(op, behind)
      }
      if (this.#mapper !== null && !this.#redirect(this.#mapper, op, bytes)) return this.#done(op, behind)
      if (session.permissions !== null && this.#is_turned_away(session.permissions, op, bytes)) {
        return this.#turned_away(op, behind)
      }
      if (this.#is_reserved(op, bytes)) return this.#done(op, behind)
      if (session.verbose) this.#owner.acknowledge()
    }
    const plan = this.#find_plan(op, bytes)
    if (plan === null) return this.#hold_for_index()
    if (plan.services.length > 0 && !this.#request(plan, op, bytes)) return STOP
    const delivered = this.#is_plain
      ? this.#publish(plan, op, bytes, behind, referable)
      : this.#publish_closely(plan, op, bytes, behind, referable)
    if (delivered === NO_ROOM) return this.#hold_for_room()
    if (delivered === 0 && this.#services_taken === 0 && session.no_responders && op.reply_end > op.reply_start) {
      const target = this.#target
      const { subscriptions } = this.#owner
      if (starts_with(plan.subject, 0, plan.subject.length, JETSTREAM)) this.#context.jetstream_asked()
      send_no_responders(this.#context, session.account, subscriptions, connection.outbox, bytes, op, target)
    }
    return this.#done(op, behind)
  }

  /** Where it goes, if that may be elsewhere, stands between its two lines. */
  #log_message(op: OpRecord, bytes: Uint8Array): void {
    const { log } = this.#owner
    if (this.#mapper === null) log.message(op.kind, bytes, op)
    else log.operation(op.kind, bytes, op)
  }

  #publish(plan: Plan, op: OpRecord, bytes: Uint8Array, behind: number, referable: boolean): number {
    this.#fill_envelope(op, bytes, behind, referable)
    return this.#context.router.publish(this.#context.envelope, plan)
  }

  /** Of a message that may go elsewhere, is traced or shown: most are nothing of this, and pay nothing for it. */
  #publish_closely(plan: Plan, op: OpRecord, bytes: Uint8Array, behind: number, referable: boolean): number {
    if (this.#mapper !== null && this.#mapper.is_lost) return 0
    const { envelope, router, tracing, clock } = this.#context
    const target = this.#target, trace = this.#trace
    this.#fill_envelope(op, bytes, behind, referable)
    if (target !== null) {
      trace?.mapped(target, clock.wall_ms())
      envelope.map_subject(target)
    }
    const delivered = trace === null ? router.publish(envelope, plan) : tracing.publish(envelope, plan, trace)
    envelope.mapped_subject = null
    if (this.#observer !== null && delivered !== NO_ROOM && !trace?.only) {
      const { connection: { cid }, session: { account_name } } = this.#owner
      this.#observer.note(bytes, op, target, cid, account_name)
    }
    return delivered
  }

  /** False: what it asks for is not permitted, and the message is dropped. */
  #begin_trace(op: OpRecord, bytes: Uint8Array): boolean {
    const { session: { account, account_name, name, permissions }, connection: { cid } } = this.#owner
    const subject = latin1_text(bytes, op.subject_start, op.subject_end)
    const ingress = { kind: TraceKind.client, cid, name, account, account_name, subject }
    this.#trace = this.#context.tracing.begin(bytes, op, ingress, this.#account_trace)
    this.#look_closer()
    const { dest } = this.#trace?.report ?? { dest: '' }
    if (dest === '' || permissions === null || permissions.may_publish(dest)) return true
    this.#end_trace()
    this.#refuse(refuse_publish(dest))
    return false
  }

  #end_trace(): void {
    this.#trace = null
    this.#look_closer()
  }

  #fill_envelope(op: OpRecord, bytes: Uint8Array, behind: number, referable: boolean): void {
    const { envelope } = this.#context
    envelope.origin = Origin.client
    envelope.publisher = this.#owner.connection.slot
    envelope.account = this.#owner.session.account
    envelope.set_bytes(bytes)
    envelope.referable = referable
    envelope.set_spans(op, behind)
    envelope.tail_start = op.canonical && (op.kind === Op.pub || op.header_size > 0) ? op.tail_start : -1
    envelope.has_stream_reply = false
  }

  /** What is judged at the control line, before the payload is there. False: the connection ended. */
  #check(op: OpRecord, bytes: Uint8Array): boolean {
    const { session, connection, log } = this.#owner
    if (op.kind === Op.hpub && !session.headers) {
      connection.close(CloseReason.protocol_violation)
      return false
    }
    if (op.total_size > session.max_payload) {
      log.error(`maximum payload exceeded: ${op.total_size} vs ${session.max_payload}`)
      this.#refuse(Refuse.payload)
      return false
    }
    if (session.pedantic && !is_valid_publish_subject(bytes, op.subject_start, op.subject_end)) {
      this.#refuse(Refuse.invalid_publish_subject)
    }
    return true
  }

  #wait_for_payload(op: OpRecord, bytes: Uint8Array, behind: number, end: number): number {
    if (end === behind - 1 && bytes[end - 1] !== CR) return this.#refuse(Refuse.unknown_operation)
    this.#progress = Math.max(this.#progress, Progress.checked)
    this.#owner.connection.inbox.needed = behind - op.op_start
    return STOP
  }

  /** What the client may not publish, or not before somebody was asked. The refusal is sent. */
  #is_turned_away(permissions: ClientPermissions, op: OpRecord, bytes: Uint8Array): boolean {
    const judgement = this.#judge.judge(permissions, op, bytes, this.#target, this.#trace)
    this.#progress = judgement === Judgement.asked ? Progress.asked : Progress.checked
    return judgement !== Judgement.allowed
  }

  /** The message comes again because the embedding program was asked about it: it may go on with what is left to do. */
  #was_allowed(op: OpRecord, bytes: Uint8Array): boolean {
    const { gate, session } = this.#owner
    const judgement = this.#judge.ask(gate!, session.permissions!, op, bytes, this.#target, this.#trace)
    if (judgement === Judgement.denied) this.#progress = Progress.checked
    if (judgement !== Judgement.allowed) return false
    this.#progress = Progress.acknowledged
    if (session.verbose) this.#owner.acknowledge()
    return true
  }

  /** It goes nowhere, or waits for an answer. */
  #turned_away(op: OpRecord, behind: number): number {
    return this.#progress === Progress.asked ? STOP : this.#done(op, behind)
  }

  /** What only servers may use. The refusal is sent. */
  #is_reserved(op: OpRecord, bytes: Uint8Array): boolean {
    const refusal = refuse_reserved(bytes, op)
    if (refusal !== null) this.#refuse(refusal)
    return refusal !== null
  }

  #find_plan(op: OpRecord, bytes: Uint8Array): Plan | null {
    const { plans } = this.#context
    if (this.#plan !== null && plans.is_valid(this.#plan)) return this.#plan
    return this.#plan = this.#look_up_plan(op, bytes)
  }

  #look_up_plan(op: OpRecord, bytes: Uint8Array): Plan | null {
    const { plans } = this.#context
    const { account } = this.#owner.session
    const target = this.#target
    if (target !== null) return plans.find(account, target, 0, target.length)
    return plans.find(account, bytes, op.subject_start, op.subject_end)
  }

  /** Asks services of other accounts, each once. False: it has to wait, and goes on with the rest then. */
  #request(plan: Plan, op: OpRecord, bytes: Uint8Array): boolean {
    if (this.#mapper !== null && this.#mapper.is_lost) return true
    const { services } = this.#context
    const subject = latin1_text(plan.subject).split('.')
    while (this.#progress < Progress.requested && this.#services_asked < plan.services.length) {
      const taken = services.request(plan.services[this.#services_asked], this.#owner, plan.account, subject, {
        ...op,
        bytes,
      }, this.#trace)
      if (taken === NO_ROOM) this.#hold_for_room()
      else if (taken === INDEX_BUSY) this.#hold_for_index()
      if (taken < 0) return false
      this.#services_asked++
      this.#services_taken += taken
    }
    this.#progress = Progress.requested
    return true
  }

  /** Finds out where the message goes instead of where it says, if it does. False: that is refused. */
  #redirect(mapper: SubjectMapper, op: OpRecord, bytes: Uint8Array): boolean {
    if (mapper.next(op, bytes)) this.#forget_target()
    const { target } = mapper
    const { log } = this.#owner
    if (log.trace_on) log.redirected(bytes, op, target)
    if (target === null || !is_for_servers(target, 0, target.length)) return true
    this.#refuse(refuse_publish(latin1_text(target)))
    return false
  }

  /** Where the message at hand goes instead; null: where it says. */
  get #target(): Uint8Array | null {
    return this.#mapper === null ? null : this.#mapper.target
  }

  #forget_target(): void {
    this.#plan = null
    this.#judge.forget()
  }

  #done(op: OpRecord, behind: number): number {
    const { connection } = this.#owner
    const { counters } = this.#context
    if (this.#trace !== null) {
      this.#context.tracing.end(this.#trace)
      this.#end_trace()
    }
    this.#progress = Progress.none
    this.#services_asked = this.#services_taken = 0
    connection.in_messages++
    connection.in_bytes += op.total_size
    counters[Counter.in_client_messages]++
    counters[Counter.in_client_bytes] += op.total_size
    return behind
  }

  #hold_for_room(): number {
    this.#progress = Math.max(this.#progress, Progress.acknowledged)
    this.#context.hold_for_room(this.#owner.connection)
    return STOP
  }

  #hold_for_index(): number {
    this.#progress = Math.max(this.#progress, Progress.acknowledged)
    this.#context.hold_for_index(this.#owner.connection)
    return STOP
  }

  #refuse(refusal: Refusal): number {
    this.#owner.refuse(refusal)
    return STOP
  }
}
