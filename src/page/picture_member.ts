// One member of the picture: a card with its name and figures, or a dot where there is no room for cards. It is a button.
import { set_attributes, set_text, svg_element } from './element.ts'
import type { Layout, Spot } from './layout.ts'
import { exact, short, short_name, span } from './numbers.ts'
import type { Rates } from './rates.ts'
import { is_gone, type MemberState, type Seat } from './roster.ts'

export interface MemberLook {
  readonly seat: Seat
  readonly layout: Layout
  readonly spot: Spot
  readonly rates: Rates | null
  /** The page comes from it. */
  readonly is_asked: boolean
  readonly is_chosen: boolean
  readonly at_ms: number
  readonly label_side: 'above' | 'below'
}

/** Letters that fit into a card of that kind. */
const LETTERS: Readonly<Record<Layout['kind'], number>> = Object.freeze({
  card: 18,
  small_card: 13,
  dot: 9,
  point: 9,
})
const SIGNS: Readonly<Record<MemberState, string>> = Object.freeze({
  here: '\u25cf',
  silent: '?',
  lost: '\u2715',
  left: '\u25cb',
})
const DOT_RADIUS = 9
const POINT_RADIUS = 5

export class MemberDrawing {
  readonly root = svg_element('g', { class: 'member', role: 'button', tabindex: 0 })
  #title = svg_element('title')
  #ring = svg_element('rect', { class: 'ring' })
  #box = svg_element('rect', { class: 'box' })
  #sign = svg_element('text', { class: 'sign' })
  #name = svg_element('text', { class: 'name' })
  #tag = svg_element('text', { class: 'tag' }, 'this one')
  #lines = [svg_element('text', { class: 'line' }), svg_element('text', { class: 'line' })]

  constructor(press: () => void) {
    this.root.append(this.#title, this.#ring, this.#box, this.#sign, this.#name, this.#tag, ...this.#lines)
    this.root.addEventListener('click', press)
    this.root.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return
      event.preventDefault()
      press()
    })
  }

  draw(look: MemberLook): void {
    const { seat, layout: { kind }, spot, is_chosen } = look
    set_attributes(this.root, {
      'data-state': seat.state,
      'data-kind': kind,
      'aria-pressed': String(is_chosen),
      'aria-label': words_of(look),
    })
    // A property of style, so that the style sheet can let it glide.
    this.root.style.transform = `translate(${spot.x}px, ${spot.y}px)`
    set_text(this.#title, is_gone(seat) && seat.why !== '' ? `${seat.name}: ${seat.why}` : seat.name)
    set_text(this.#sign, SIGNS[seat.state])
    set_text(this.#name, short_name(seat.name, LETTERS[kind]))
    if (kind === 'dot' || kind === 'point') this.#draw_dot(look)
    else this.#draw_card(look)
  }

  #draw_card({ seat, layout, rates, is_asked, at_ms }: MemberLook): void {
    const { width, height } = layout.size
    const [left, top] = [-width / 2, -height / 2]
    const is_small = layout.kind === 'small_card'
    const text_x = left + (is_small ? 10 : 14)
    set_box(this.#box, left, top, width, height, 12)
    set_box(this.#ring, left - 4, top - 4, width + 8, height + 8, 15)
    set_attributes(this.#sign, { x: text_x, y: top + (is_small ? 21 : 27), 'text-anchor': 'start' })
    set_attributes(this.#name, { x: text_x + 15, y: top + (is_small ? 21 : 27), 'text-anchor': 'start' })
    set_attributes(this.#tag, {
      x: left + width - 12,
      y: top + 27,
      'text-anchor': 'end',
      visibility: is_asked && !is_small && seat.name.length < 12 ? null : 'hidden',
    })
    const [first, second] = lines_of(seat, rates, at_ms, is_small)
    for (const [i, text] of [first, second].entries()) {
      set_attributes(this.#lines[i], { x: text_x, y: top + (is_small ? 38 : 49) + i * (is_small ? 15 : 18) })
      set_text(this.#lines[i], text)
    }
  }

  #draw_dot({ layout: { kind }, label_side }: MemberLook): void {
    const radius = kind === 'dot' ? DOT_RADIUS : POINT_RADIUS
    set_box(this.#box, -radius, -radius, 2 * radius, 2 * radius, radius)
    set_box(this.#ring, -radius - 4, -radius - 4, 2 * radius + 8, 2 * radius + 8, radius + 4)
    set_attributes(this.#sign, { x: 0, y: 4, 'text-anchor': 'middle' })
    set_attributes(this.#name, { x: 0, y: label_side === 'above' ? -15 : 24, 'text-anchor': 'middle' })
    set_attributes(this.#tag, { visibility: 'hidden' })
    for (const line of this.#lines) set_text(line, '')
  }
}

function set_box(rect: SVGRectElement, x: number, y: number, width: number, height: number, rx: number): void {
  set_attributes(rect, { x, y, width, height, rx })
}

function lines_of(seat: Seat, rates: Rates | null, at_ms: number, is_small: boolean): [first: string, second: string] {
  const since = span(at_ms - seat.since_ms)
  if (seat.state === 'left') return [`left ${since} ago`, '']
  if (seat.state === 'lost') {
    return [`lost for ${since}`, is_small ? '' : seat.why === '' ? 'nobody has a route to it' : shortened(seat.why)]
  }
  if (seat.state === 'silent') return [`silent for ${since}`, is_small ? '' : 'others have routes to it']
  const flow = `\u2193${short(rates?.in_msgs)} \u2191${short(rates?.out_msgs)}`
  const { connections, subscriptions } = seat.answer?.varz ?? {}
  return is_small
    ? [`${flow}/s`, `${short(connections)} clients`]
    : [`${flow} msg/s`, `${exact(connections)} clients, ${exact(subscriptions)} subs`]
}

/** The end of a reason, which says most, as far as it fits into a card. Whoever points at it gets all of it. */
function shortened(why: string): string {
  const last = why.slice(why.lastIndexOf(': ') + 1).trim()
  return last.length <= 26 ? last : `${last.slice(0, 25)}\u2026`
}

const STATES: Readonly<Record<MemberState, string>> = Object.freeze({
  here: '',
  silent: ', silent',
  lost: ', lost',
  left: ', has left',
})

function words_of({ seat, rates, is_asked }: MemberLook): string {
  const { connections, subscriptions } = seat.answer?.varz ?? {}
  const figures = seat.state === 'here'
    ? `, ${exact(connections)} clients, ${exact(subscriptions)} subscriptions, ${
      short(rates?.in_msgs)
    } messages per second from clients, ${short(rates?.out_msgs)} to clients`
    : ''
  return `${short_name(seat.name)}${is_asked ? ', which serves this page' : ''}${STATES[seat.state]}${figures}`
}
