// The way from one thread to the hooks of the embedding program: questions with a deadline, each about a connection that is held until
// it is answered, and messages that are shown.
import type { Timer } from '../base/clock.ts'
import { HOOK_LOG_PAUSE_MS, OBSERVED_LEASE_MS } from '../base/limits.ts'
import { Repeats } from '../base/repeats.ts'
import type { ThreadContext } from './context.ts'
import type { HeldConnection, HookAnswer, HookAsked, HookLine, HookNews, HookReply } from './hook_mail.ts'
import { Observer } from './observer.ts'
import type { HookSettings } from './settings.ts'

interface Question {
  readonly connection: HeldConnection
  readonly timer: Timer
  /** Whether the connection can go on. */
  heed(answer: HookAnswer): boolean
}

const LATE: HookAnswer = Object.freeze({ allowed: false, text: '', failed: true, identity: null })

export class HookPort implements HookLine {
  readonly settings: HookSettings
  /** Null: no message is to be shown. */
  readonly observer: Observer | null
  #context: ThreadContext
  #tell: (news: HookNews) => void
  #open = new Map<number, Question>()
  #number = 0
  #said = new Repeats(HOOK_LOG_PAUSE_MS)

  constructor(context: ThreadContext, settings: HookSettings, tell: (news: HookNews) => void) {
    this.#context = context
    this.#tell = tell
    this.settings = settings
    const { sample: share, deadline_ms } = settings
    const lease_ms = deadline_ms + OBSERVED_LEASE_MS
    this.observer = share === 0
      ? null
      : new Observer(context, { share, lease_ms }, (messages) => tell({ kind: 'observed', messages }))
  }

  ask(connection: HeldConnection, asked: HookAsked, heed: (answer: HookAnswer) => boolean): () => void {
    const number = ++this.#number
    const { cid } = connection
    connection.inbox.held = true
    const timer = this.#context.clock.after(this.settings.deadline_ms, () => this.#late(number, asked.hook))
    this.#open.set(number, { connection, timer, heed })
    this.#tell({ kind: 'hook_asked', number, cid, asked })
    return () => void this.#take(number)
  }

  take(reply: HookReply): void {
    if (reply.kind === 'observed_taken') return this.observer?.taken(reply.count, reply.bytes)
    const { number, cid, answer } = reply
    // A thread that was started again counts anew: answers to the one before are about connections that are gone.
    if (this.#open.get(number)?.connection.cid === cid) this.#end(number, answer)
  }

  /** Questions without an answer. */
  get open(): number {
    return this.#open.size
  }

  #late(number: number, hook: string): void {
    const { log, clock } = this.#context
    if (this.#said.is_news(hook, '', clock.now_ms())) {
      log.warn(`Hook ${hook}: no answer within ${this.settings.deadline_ms} ms, which counts as a no`)
    }
    this.#end(number, LATE)
    this.#context.finish_turn()
  }

  /** The connection goes on in the next turn: one whose questions are answered at once leaves room for the others. */
  #end(number: number, answer: HookAnswer): void {
    const { connection, heed } = this.#take(number)!
    if (heed(answer)) this.#context.next_turn(() => connection.resume())
  }

  #take(number: number): Question | undefined {
    const question = this.#open.get(number)
    question?.timer.cancel()
    this.#open.delete(number)
    return question
  }
}
