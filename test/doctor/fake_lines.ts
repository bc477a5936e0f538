// A connection that is nothing but lines: what comes is put there, what is said is kept.
import { type Clock, system_clock } from '../../src/base/clock.ts'
import { DialError, in_time, type LineChannel } from '../../src/doctor/channel.ts'

export class FakeLines implements LineChannel {
  readonly said: string[] = []
  readonly #clock: Clock = system_clock()
  readonly #hear: (text: string, lines: FakeLines) => void
  #text = ''
  #ends_ms = Infinity
  #wake = () => {}

  /** `hear`: the other side. */
  constructor(hear: (text: string, lines: FakeLines) => void = () => {}) {
    this.#hear = hear
  }

  put(text: string): void {
    this.#text += text
    this.#wake()
  }

  async line(): Promise<string> {
    const end = await this.#until(() => this.#text.indexOf('\r\n'))
    const line = this.#text.slice(0, end)
    this.#text = this.#text.slice(end + 2)
    return line
  }

  async bytes(count: number): Promise<Uint8Array> {
    await this.#until(() => this.#text.length >= count ? 0 : -1)
    const taken = this.#text.slice(0, count)
    this.#text = this.#text.slice(count)
    return Buffer.from(taken)
  }

  write(text: string): void {
    this.said.push(text)
    this.#hear(text, this)
  }

  extend(ends_ms: number): void {
    this.#ends_ms = ends_ms
  }

  end(): void {}

  async #until(found: () => number): Promise<number> {
    for (;;) {
      const at = found()
      if (at >= 0) return at
      const more = new Promise<void>((resolve) => this.#wake = resolve)
      await in_time(more, this.#clock, Math.max(0, Math.min(60_000, this.#ends_ms - this.#clock.now_ms()))).catch(
        () => {
          throw new DialError('silent', 'nothing came')
        },
      )
    }
  }
}
