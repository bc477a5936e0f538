// Questions of this server to the others in the system account, and their answers.
import type { Clock } from '../base/clock.ts'
import { latin1_bytes } from '../base/bytes.ts'
import { SYSTEM_REQUESTS_MAX } from '../base/limits.ts'
import { body_of, type OwnMessage } from '../connection/own_messages.ts'
import type { ReceivedMessage } from '../connection/own_subscriber.ts'

export interface InboxContext {
  readonly clock: Clock
  readonly server_id: string
  /** The system account. */
  readonly account: number
  publish(message: OwnMessage): Promise<void>
}

/** Payload of an answer. True: no other is waited for. */
type Take = (payload: Uint8Array) => boolean

/** In another account than that of the system, where answers are subscribed to; with headers. */
export interface HowToAsk {
  account?: number
  header?: Uint8Array
}

interface Waiting {
  take: Take
  done(): void
}

export class SystemInbox {
  #context: InboxContext
  /** Where others answer. */
  readonly #prefix: string
  #waiting = new Map<string, Waiting>()
  #last = 0

  constructor(context: InboxContext) {
    this.#context = context
    this.#prefix = `$SYS._INBOX.${context.server_id}.`
  }

  /** Whether it is this server that waits there. */
  is_own(reply: string): boolean {
    return reply.startsWith(this.#prefix)
  }

  /** Asks, and resolves when enough is known or `ms` have passed. Too many questions at once are not asked. */
  ask(subject: string, payload: Uint8Array, ms: number, take: Take, how: HowToAsk = {}): Promise<void> {
    const { clock, publish } = this.#context
    const { account = this.#context.account, header } = how
    if (this.#waiting.size >= SYSTEM_REQUESTS_MAX) return Promise.resolve()
    const reply = this.#prefix + ++this.#last
    return new Promise((resolve) => {
      const done = () => {
        timer.cancel()
        this.#waiting.delete(reply)
        resolve()
      }
      const timer = clock.after(ms, done)
      this.#waiting.set(reply, { take, done })
      const body = body_of(payload, header)
      const message = { account, subject: latin1_bytes(subject), reply, header_size: header?.length ?? 0, body }
      void publish(message).catch(done)
    })
  }

  /** False: it is no answer. */
  take({ subject, header_size, body }: ReceivedMessage): boolean {
    if (!subject.startsWith('$SYS._INBOX.')) return false
    const waiting = this.#waiting.get(subject)
    if (waiting?.take(body.subarray(header_size, body.length - 2))) waiting.done()
    return true
  }
}
