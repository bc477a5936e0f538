// A client of the simulation: what it wants, and what it got of it.
import type { Random } from '../../src/base/prng.ts'
import type { ClientEnd } from './traffic_ends.ts'

export interface Wanted {
  readonly subject: string
  /** Empty: a plain subscription. */
  readonly queue: string
}

/** What may be subscribed to; each queue group has one subject, so that it is one group in all of the mesh. */
const PLAIN = ['a.b', 'a.*', 'a.>', 'c', '>']
const QUEUES = ['a.b', 'c']
/** What is published to. */
export const SUBJECTS = ['a.b', 'a.c.d', 'c'] as const

export class TrafficClient {
  readonly name: string
  readonly server: number
  readonly account: string
  readonly wanted = new Map<number, Wanted>()
  /** Told of each message: the sid it came for, and its payload. */
  on_message: (client: TrafficClient, sid: number, payload: string) => void = () => {}
  readonly #end: ClientEnd
  #text = ''
  #last_sid = 0

  constructor(name: string, server: number, account: string, end: ClientEnd) {
    this.name = name
    this.server = server
    this.account = account
    this.#end = end
    end.on_text = (text) => this.#receive(text)
  }

  /** Subscribes to something, or gives something up. */
  change(random: Random): void {
    const sids = [...this.wanted.keys()]
    if (sids.length > 3 || sids.length > 0 && random.below(3) === 0) {
      const sid = sids[random.below(sids.length)]
      this.wanted.delete(sid)
      return this.#end.send(`UNSUB ${sid}\r\n`)
    }
    const is_queue = random.below(3) === 0
    const list = is_queue ? QUEUES : PLAIN
    const subject = list[random.below(list.length)]
    const queue = is_queue ? `group.${subject}` : ''
    this.wanted.set(++this.#last_sid, { subject, queue })
    this.#end.send(`SUB ${subject} ${queue === '' ? '' : `${queue} `}${this.#last_sid}\r\n`)
  }

  /** What takes a message for that subscription: it alone, or its queue group. */
  taker(sid: number, { queue }: Wanted): string {
    return queue === '' ? `${this.name}, sid ${sid}` : `${this.account} ${queue}`
  }

  publish(subject: string, payload: string): void {
    this.#end.send(`PUB ${subject} ${payload.length}\r\n${payload}\r\n`)
  }

  #receive(text: string): void {
    this.#text += text
    for (;;) {
      const line = this.#text.slice(0, this.#text.indexOf('\r\n'))
      if (!this.#text.includes('\r\n')) return
      const message = /^MSG \S+ (\d+) (\d+)$/.exec(line)
      const behind = line.length + 2 + (message === null ? 0 : Number(message[2]) + 2)
      if (this.#text.length < behind) return
      const payload = this.#text.slice(line.length + 2, behind - 2)
      this.#text = this.#text.slice(behind)
      if (message !== null) this.on_message(this, Number(message[1]), payload)
      else if (line.startsWith('-ERR')) throw new Error(`A client was told ${line}`)
    }
  }
}

/** Whether a subscription's subject matches a subject: the rules of NATS, said once more and without haste. */
export function matches(pattern: string, subject: string): boolean {
  const wanted = pattern.split('.'), tokens = subject.split('.')
  if (wanted.at(-1) === '>') {
    wanted.pop()
    if (tokens.length <= wanted.length) return false
    tokens.length = wanted.length
  }
  return wanted.length === tokens.length && wanted.every((token, i) => token === '*' || token === tokens[i])
}
