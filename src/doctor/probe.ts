// Whether a message goes from each member to each other one, on a subject that nobody else has. Nothing is kept, and nobody is asked
// for anything.
import type { Clock } from '../base/clock.ts'
import { as_dial_error, type LineChannel } from './channel.ts'
import type { ProbeFact } from './facts.ts'

export interface ProbeMember {
  readonly id: string
  readonly channel: LineChannel
}

/** Interest is on its way for a moment: what was not heard is said again. */
const AGAIN_MS = 100

/** Ends when everybody has heard everybody, or when the time is over. */
export async function probe(
  members: readonly ProbeMember[],
  word: string,
  clock: Clock,
  timeout_ms: number,
): Promise<ProbeFact> {
  const subject = `_onehop.doctor.${word}`
  const ends_ms = clock.now_ms() + timeout_ms
  const listeners = members.map((member) => new Listener(member, subject, members.length, ends_ms))
  const everybody = Promise.all(listeners.map((listener) => listener.listen()))
  const publish = () => {
    for (const [index, { channel }] of members.entries()) {
      if (listeners.some((each) => each.waits_for(index))) channel.write(`PUB ${subject}.${index} 0\r\n\r\n`)
    }
  }
  publish()
  const again = clock.every(AGAIN_MS, publish)
  await everybody
  again.cancel()
  const taking_part = listeners.filter(({ why }) => why === '')
  return {
    subject,
    members: taking_part.map(({ id }) => id),
    lost: taking_part.flatMap((listener) =>
      listener.unheard().filter((index) => listeners[index].why === '').map((index) =>
        [members[index].id, listener.id] as const
      )
    ),
    refused: listeners.filter(({ why }) => why !== '').map(({ id, why }) => ({ id, why })),
  }
}

class Listener {
  readonly id: string
  /** Why it takes no part; '': it does. */
  why = ''
  readonly #channel: LineChannel
  readonly #subject: string
  readonly #heard: boolean[]

  constructor({ id, channel }: ProbeMember, subject: string, count: number, ends_ms: number) {
    this.id = id
    this.#channel = channel
    this.#subject = subject
    this.#heard = Array.from({ length: count }, () => false)
    channel.extend(ends_ms)
    channel.write(`SUB ${subject}.* 1\r\n`)
  }

  waits_for(index: number): boolean {
    return this.why === '' && !this.#heard[index]
  }

  unheard(): number[] {
    return [...this.#heard.keys()].filter((index) => !this.#heard[index])
  }

  async listen(): Promise<void> {
    const head = `MSG ${this.#subject}.`
    try {
      while (this.#heard.includes(false) && this.why === '') {
        const line = await this.#channel.line()
        if (line === 'PING') this.#channel.write('PONG\r\n')
        else if (line.startsWith(head)) this.#take(Number(line.slice(head.length).split(' ', 1)[0]))
        else this.why = /^-ERR\s*'?([^']*)/.exec(line)?.[1].slice(0, 200) ?? ''
      }
    } catch (error) {
      const { trouble, message } = as_dial_error(error)
      if (trouble !== 'silent') this.why = message
    }
  }

  #take(index: number): void {
    if (index in this.#heard) this.#heard[index] = true
  }
}
