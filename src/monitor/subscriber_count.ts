// How many clients subscribe to a subject, here and in the whole mesh: `$SYS.DEBUG.SUBSCRIBERS` (reference client.md 7.3).
import { Buffer } from 'node:buffer'
import { latin1_bytes, latin1_text, wire_text } from '../base/bytes.ts'
import { is_within } from '../auth/import_pattern.ts'
import type { SubscribersQuestion } from '../connection/context.ts'
import { body_of, type OwnMessage } from '../connection/own_messages.ts'
import type { ReceivedMessage } from '../connection/own_subscriber.ts'
import type { SystemInbox } from './system_inbox.ts'

export interface CountContext {
  readonly inbox: SystemInbox
  /** Where servers speak to each other. */
  readonly system_account: number
  readonly accounts: readonly { readonly name: string }[]
  count_subscriptions(takes: (account: string, subject: string, queue: string) => boolean): Promise<number>
  /** Servers that may answer. */
  peers(): number
  publish(message: OwnMessage): Promise<void>
}

/** As nats-server waits. */
const ANSWER_MS = 500
const QUESTIONS = '$SYS.REQ.ACCOUNT.NSUBS'

export class SubscriberCount {
  #context: CountContext

  constructor(context: CountContext) {
    this.#context = context
  }

  /** A client asks. `text` is a subject, and perhaps a queue group behind a blank. */
  async ask({ account, text, reply }: SubscribersQuestion): Promise<void> {
    const { accounts, publish } = this.#context
    const [subject = '', queue = ''] = text.trim().split(/ +/)
    const { name } = accounts[account]
    const count = await this.#count(name, subject, queue) + await this.#ask_peers(name, subject, queue)
    await publish({ account, subject: latin1_bytes(reply), header_size: 0, body: body_of(latin1_bytes(String(count))) })
  }

  /** A server asks. False: it is something else. */
  async take(message: ReceivedMessage): Promise<boolean> {
    const { subject, reply, header_size, body } = message
    const text = latin1_text(body, header_size, body.length - 2)
    if (subject !== QUESTIONS) return false
    const asked = read_question(text)
    // It was this server that asked the others.
    if (asked === null || reply === '' || this.#context.inbox.is_own(reply)) return true
    const count = await this.#count(asked.account, asked.subject, asked.queue)
    await this.#tell(reply, String(count))
    return true
  }

  async #ask_peers(account: string, subject: string, queue: string): Promise<number> {
    const { inbox, peers } = this.#context
    let left = peers(), count = 0
    if (left === 0) return 0
    const queue_field = queue === '' ? {} : { queue: Buffer.from(queue, 'latin1').toString('base64') }
    const utf8 = Buffer.from(subject, 'latin1').toString()
    const question = Buffer.from(JSON.stringify({ acc: account, subject: utf8, ...queue_field }))
    await inbox.ask(QUESTIONS, question, ANSWER_MS, (payload) => {
      const answer = Number(latin1_text(payload))
      if (Number.isSafeInteger(answer)) count += answer
      return --left === 0
    })
    return count
  }

  #count(account: string, subject: string, queue: string): Promise<number> {
    return this.#context.count_subscriptions((in_account, on, in_queue) =>
      in_account === account && (queue === '' || in_queue === queue) && fits(on, subject)
    )
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
function fits(subject: string, asked: string): boolean {
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
