// Messages that are being watched: which subjects, how many came, and the last of them.
import type { Clock } from '../base/clock.ts'
import { element, Keyed, set_text } from './element.ts'
import { type Message, MessageList, type ShownMessage } from './message_list.ts'
import { count, size, time_of_day } from './numbers.ts'

/** However many messages come, so often are they drawn. */
const DRAW_MS = 250
const WATCHES_MAX = 8

export class WatchPanel {
  readonly root: HTMLElement
  #clock: Clock
  #list = new MessageList()
  #watches = new Map<string, { stop(): void; root: HTMLElement }>()
  #chips = element('ul', { class: 'chips' })
  #words = element('p', { class: 'page-words' }, 'Nothing is watched.')
  #rows: Keyed<MessageDrawing>
  #pause = element('button', { type: 'button', 'aria-pressed': false }, 'Pause')
  #is_changed = false
  #is_paused = false

  constructor(clock: Clock) {
    this.#clock = clock
    const clear = element('button', { type: 'button' }, 'Clear')
    const list = element('ol', { class: 'messages', tabindex: 0, 'aria-label': 'Messages' })
    this.#rows = new Keyed(list, () => new MessageDrawing())
    this.root = element(
      'div',
      {},
      this.#chips,
      element('div', { class: 'pager' }, this.#words, this.#pause, clear),
      list,
    )
    this.#pause.addEventListener('click', () => this.#set_pause(!this.#is_paused))
    clear.addEventListener('click', () => {
      this.#list.clear()
      this.#draw()
    })
    clock.every(DRAW_MS, () => {
      if (this.#is_changed && !this.#is_paused) this.#draw()
    })
  }

  /** '': the subject can be watched as well; else why not. */
  obstacle(subject: string): string {
    if (this.#watches.has(subject)) return 'That subject is watched already.'
    return this.#watches.size >= WATCHES_MAX ? `At most ${WATCHES_MAX} subjects are watched at once.` : ''
  }

  add(subject: string, stop: () => void): void {
    const end = element('button', { type: 'button', 'aria-label': `Stop watching ${subject}` }, '\u2715')
    const root = element('li', {}, element('code', {}, subject), end)
    end.addEventListener('click', () => {
      stop()
      this.remove(subject)
    })
    this.#watches.set(subject, { stop, root })
    this.#chips.append(root)
    this.#draw()
  }

  remove(subject: string): void {
    this.#watches.get(subject)?.root.remove()
    this.#watches.delete(subject)
    this.#draw()
  }

  /** The connection has ended, and all subscriptions with it. */
  remove_all(): void {
    for (const subject of [...this.#watches.keys()]) this.remove(subject)
  }

  take(message: Message): void {
    this.#list.add(message, this.#clock.wall_ms())
    this.#is_changed = true
  }

  #set_pause(is_paused: boolean): void {
    this.#is_paused = is_paused
    this.#pause.setAttribute('aria-pressed', String(is_paused))
    this.#draw()
  }

  #draw(): void {
    this.#is_changed = false
    const { messages, received } = this.#list
    const drawings = this.#rows.take(messages.map(({ number }) => String(number)))
    for (const [i, message] of messages.entries()) drawings[i].draw(message)
    const hidden = received - messages.length
    const more = hidden > 0 ? `, of which the last ${messages.length} are shown` : ''
    const idle = this.#watches.size === 0 ? 'Nothing is watched.' : ''
    set_text(this.#words, received === 0 ? idle || 'No message yet.' : `${count(received, 'message')}${more}. ${idle}`)
  }
}

class MessageDrawing {
  readonly root = element('li')

  /** A message never changes. */
  draw({ at_ms, subject, reply, headers, text, is_binary, bytes, is_cut }: ShownMessage): void {
    if (this.root.children.length > 0) return
    const about = [time_of_day(at_ms), size(bytes), ...(is_binary ? ['no text'] : []), ...(is_cut ? ['cut'] : [])]
    this.root.append(
      element(
        'p',
        {},
        element('code', { class: 'subject' }, subject),
        ...(reply === '' ? [] : [' \u2192 ', element('code', {}, reply)]),
        element('span', { class: 'about' }, about.join(' \u00b7 ')),
      ),
      ...(headers.length === 0 ? [] : [element('pre', { class: 'headers' }, headers.join('\n'))]),
      element('pre', {}, text),
    )
  }
}
