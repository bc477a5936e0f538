// How many clients subscribe to a subject, here and in the whole mesh: `$SYS.DEBUG.SUBSCRIBERS` (reference client.md 7.3).
import { Buffer } from 'node:buffer'
import type { Clock } from '../base/clock.ts'
import { latin1_bytes, latin1_text, wire_text } from '../base/bytes.ts'
import { SYSTEM_REQUESTS_MAX } from '../base/limits.ts'
import { is_within } from '../auth/import_pattern.ts'
import type { SubscribersQuestion } from '../connection/context.ts'
import { body_of, type OwnMessage } from '../connection/own_messages.ts'
import type { ReceivedMessage } from '../connection/own_subscriber.ts'
import type { SubscriptionReport } from '../connection/report.ts'

export interface CountContext {
  readonly clock: Clock
  readonly server_id: string
  /** Where servers speak to each other. */
  readonly system_account: number
  readonly accounts: readonly { readonly name: string }[]
  subscriptions(query: { account: string }): Promise<SubscriptionReport[]>
  /** Servers that may answer. */
  peers(): number
  publish(message: OwnMessage): Promise<void>
}

interface Counting {
  count: number
  left: number
  done(): void
}

/** As nats-server waits. */
const ANSWER_MS = 500

export class SubscriberCount {
  #context: CountContext
  /** Where others answer. */
  #inboxes: string
  #counting = new Map<string, Counting>()
  #last = 0

  constructor(context: CountContext) {
    this.#context = context
    this.#inboxes = `$SYS._INBOX.${context.server_id}.`
  }

  /** A client asks. `text` is a subject, and perhaps a queue group behind a blank. */
  async ask({ account, text, reply }: SubscribersQuestion): Promise<void> {
    const { accounts, publish } = this.#context
    const [subject = '', queue = ''] = text.trim().split(/ +/)
    const { name } = accounts[account]
    const count = await this.#count(name, subject, queue) + await this.#ask_peers(name, subject, queue)
    await publish({ account, subject: latin1_bytes(reply), header_size: 0, body: body_of(latin1_bytes(String(count))) })
  }

  /** A server asks, or answers. False: it is something else. */
  async take(message: ReceivedMessage): Promise<boolean> {
    const { subject, reply, header_size, body } = message
    const text = latin1_text(body, header_size, body.length - 2)
    if (subject.startsWith('$SYS._INBOX.')) {
      this.#answered(subject, Number(text))
      return true
    }
    if (subject !== '$SYS.REQ.ACCOUNT.NSUBS') return false
    const asked = read_question(text)
    // It was this server that asked the others.
    if (asked === null || reply === '' || reply.startsWith(this.#inboxes)) return true
    const count = await this.#count(asked.account, asked.subject, asked.queue)
    await this.#tell(reply, String(count))
    return true
  }

  async #ask_peers(account: string, subject: string, queue: string): Promise<number> {
    const { clock, peers } = this.#context
    const left = peers()
    if (left === 0 || this.#counting.size >= SYSTEM_REQUESTS_MAX) return 0
    const inbox = this.#inboxes + ++this.#last
    return await new Promise((resolve) => {
      const done = () => {
        timer.cancel()
        this.#counting.delete(inbox)
        resolve(counting.count)
      }
      const counting: Counting = { count: 0, left, done }
      const timer = clock.after(ANSWER_MS, done)
      this.#counting.set(inbox, counting)
      const queue_field = queue === '' ? {} : { queue: Buffer.from(queue, 'latin1').toString('base64') }
      const utf8 = Buffer.from(subject, 'latin1').toString()
      const question = wire_text(JSON.stringify({ acc: account, subject: utf8, ...queue_field }))
      void this.#tell('$SYS.REQ.ACCOUNT.NSUBS', question, inbox).catch(done)
    })
  }

  #answered(inbox: string, count: number): void {
    const counting = this.#counting.get(inbox)
    if (counting === undefined) return
    if (Number.isSafeInteger(count)) counting.count += count
    if (--counting.left === 0) counting.done()
  }

  async #count(account: string, subject: string, queue: string): Promise<number> {
    const list = await this.#context.subscriptions({ account })
    return list.filter((each) => fits(each, subject) && (queue === '' || each.queue === queue) && each.cid > 0).length
  }

  #tell(subject: string, text: string, reply = ''): Promise<void> {
    const { system_account: account, publish } = this.#context
    return publish({
      account,
      subject: latin1_bytes(subject),
      reply,
      header_size: 0,
      body: body_of(latin1_bytes(text)),
    })
  }
}

/** A literal subject counts what matches it, one with wildcards what is within it. */
function fits({ subject }: SubscriptionReport, asked: string): boolean {
  const tokens = asked.split('.'), own = subject.split('.')
  const is_literal = !tokens.includes('*') && tokens[tokens.length - 1] !== '>'
  return is_literal ? is_within(tokens, own) : is_within(own, tokens)
}

function read_question(text: string): { account: string; subject: string; queue: string } | null {
  try {
    const { acc, subject, queue = '' } = JSON.parse(Buffer.from(text, 'latin1').toString())
    if (typeof acc !== 'string' || typeof subject !== 'string' || typeof queue !== 'string') return null
    return { account: acc, subject: wire_text(subject), queue: Buffer.from(queue, 'base64').toString('latin1') }
  } catch {
    return null
  }
}
