// What the embedding program says of one client's messages and subscriptions. It is asked once for a subject in a while; meanwhile the
// connection is held, and the operation comes again.
import { HOOK_VERDICT_SUBJECT_MAX, HOOK_VERDICTS_MAX } from '../base/limits.ts'
import type { ClientSession } from './client_session.ts'
import type { ThreadContext } from './context.ts'
import type { HeldConnection, HookAnswer, HookAsked, HookLine } from './hook_mail.ts'
import type { HookClient } from './hooks.ts'

/** What a gate needs of its client. */
export interface GateOwner {
  readonly connection: HeldConnection
  readonly session: ClientSession
}

export interface HookVerdict {
  readonly allowed: boolean
  /** Why not, for the client; '': nothing is said. */
  readonly text: string
  /** Clock of the thread; 0: it holds for the operation at hand. */
  readonly until_ms: number
}

const YES: HookVerdict = Object.freeze({ allowed: true, text: '', until_ms: Infinity })

export class HookGate {
  #context: ThreadContext
  #line: HookLine
  #owner: GateOwner
  /** By hook and subject, the oldest first. */
  #remembered = new Map<string, HookVerdict>()
  /** Answers to the operation at hand: they hold for it, however long the others do. */
  #fresh = new Map<string, HookVerdict>()
  /** Null: no question is open. */
  #take_back: (() => void) | null = null

  constructor(context: ThreadContext, line: HookLine, owner: GateOwner) {
    this.#context = context
    this.#line = line
    this.#owner = owner
  }

  /** Null: it has to be asked; the operation comes again. */
  publish(subject: string, reply: string): HookVerdict | null {
    if (!this.#line.settings.publish) return YES
    const key = `P${subject}`
    return this.#find(key) ?? this.#ask(key, { hook: 'authorizePublish', client: this.#client(), subject, reply })
  }

  /** As publish; `queue` is empty for a plain subscription. */
  subscribe(subject: string, queue: string): HookVerdict | null {
    if (!this.#line.settings.subscribe) return YES
    const key = `S${subject} ${queue}`
    return this.#find(key) ?? this.#ask(key, { hook: 'authorizeSubscribe', client: this.#client(), subject, queue })
  }

  /** The operation at hand is decided. */
  settle(): void {
    if (this.#fresh.size > 0) this.#fresh.clear()
  }

  /** The operation at hand has come before. */
  get has_asked(): boolean {
    return this.#fresh.size > 0
  }

  /** It is another client now. */
  forget(): void {
    this.#remembered.clear()
    this.#fresh.clear()
  }

  /** The connection has ended. */
  stop(): void {
    this.#take_back?.()
    this.#take_back = null
    this.forget()
  }

  #find(key: string): HookVerdict | null {
    const fresh = this.#fresh.get(key)
    if (fresh !== undefined) return fresh
    const known = this.#remembered.get(key)
    if (known === undefined) return null
    if (known.until_ms > this.#context.clock.now_ms()) return known
    this.#remembered.delete(key)
    return null
  }

  #ask(key: string, asked: HookAsked): null {
    const { connection } = this.#owner
    // Somebody else let it go on: it still waits.
    connection.inbox.held = true
    this.#take_back ??= this.#line.ask(connection, asked, (answer) => this.#heed(key, answer))
    return null
  }

  #heed(key: string, answer: HookAnswer): true {
    const { allowed, text, failed } = answer
    const { remember_ms } = this.#line.settings
    const is_kept = !failed && remember_ms > 0 && key.length <= HOOK_VERDICT_SUBJECT_MAX
    const until_ms = is_kept ? this.#context.clock.now_ms() + remember_ms : 0
    const verdict = { allowed, text, until_ms }
    this.#take_back = null
    this.#fresh.set(key, verdict)
    if (is_kept) this.#remember(key, verdict)
    return true
  }

  /** Of whoever asks about ever new subjects only the last ones are kept. */
  #remember(key: string, verdict: HookVerdict): void {
    this.#remembered.delete(key)
    if (this.#remembered.size >= HOOK_VERDICTS_MAX) this.#remembered.delete(this.#remembered.keys().next().value!)
    this.#remembered.set(key, verdict)
  }

  #client(): HookClient {
    const { connection: { cid }, session: { name, identity, account_name: account } } = this.#owner
    return { cid, name, user: identity?.user ?? '', account }
  }
}
