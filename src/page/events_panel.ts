// Recent events, the newest first. It is the one part of the page that is read out by itself.
import { by_id, element, Keyed, set_attributes, set_text } from './element.ts'
import type { EventList, PageEvent } from './event_list.ts'
import { time_of_day } from './numbers.ts'

const SHOWN_MAX = 60

const SIGNS: Readonly<Record<string, string>> = Object.freeze({
  start: '\u25b6',
  join: '+',
  loss: '\u2715',
  leave: '\u25cb',
  silence: '?',
  route: '\u2194',
  route_loss: '\u2715',
  reload: '\u21bb',
  restart: '\u21bb',
  slow_consumer: '!',
  lame_duck: '!',
  stale: '?',
})

export class EventsPanel {
  #list = by_id('events')
  #rows = new Keyed(this.#list, () => new EventDrawing())
  #empty = element('li', { class: 'empty' }, 'Nothing has happened yet.')
  #is_first = true

  draw({ events }: EventList): void {
    // What was there before the page is not news: it is not read out.
    if (!this.#is_first) set_attributes(by_id('events-log'), { 'aria-live': 'polite' })
    this.#is_first = false
    if (events.length === 0) return this.#list.replaceChildren(this.#empty)
    this.#empty.remove()
    const shown = events.slice(0, SHOWN_MAX)
    const drawings = this.#rows.take(shown.map(({ key }) => key))
    for (const [i, event] of shown.entries()) drawings[i].draw(event)
  }
}

class EventDrawing {
  readonly root = element('li')
  #sources = element('span')

  draw({ at_ms, kind, text, sources, is_bad }: PageEvent): void {
    set_text(this.#sources, sources.join(', '))
    if (this.root.children.length > 0) return
    set_attributes(this.root, { 'data-bad': is_bad })
    this.root.append(
      element('span', { class: 'sign', 'aria-hidden': 'true' }, SIGNS[kind] ?? '\u00b7'),
      element(
        'div',
        {},
        element('span', { class: 'what' }, text),
        element(
          'p',
          {},
          element('time', { datetime: new Date(at_ms).toISOString() }, time_of_day(at_ms)),
          ' \u00b7 ',
          this.#sources,
        ),
      ),
    )
  }
}
