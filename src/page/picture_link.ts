// One link of the picture: a thin line for the route, thicker ones for what flows on it from either side, and a few words.
import { set_attributes, set_text, svg_element } from './element.ts'
import { between, flow_width, type Size, type Spot } from './layout.ts'
import type { Link, LinkState } from './links.ts'
import { count, delay, short, short_name } from './numbers.ts'

export const LABEL_SIZE: Size = Object.freeze({ width: 84, height: 36 })

/** What is wrong, in words and with a sign, since a colour alone says nothing to some. */
const TROUBLES: Readonly<Partial<Record<LinkState, string>>> = Object.freeze({
  one_sided: '\u25d0 one side',
  missing: '\u2715 no route',
  lost: '\u2715 lost',
  unconfirmed: '? one answer',
})

export interface LinkLook {
  readonly from: Spot
  readonly to: Spot
  /** Where its words stand; null: nowhere. */
  readonly label: Spot | null
  /** Something else was chosen. */
  readonly is_faint: boolean
  /** Above 0: it is one of many, and so much of it is to be seen. */
  readonly quiet: number
}

export class LinkDrawing {
  readonly root = svg_element('g', { class: 'link' })
  /** Above the lines of all links. */
  readonly label = svg_element('g', { class: 'link-label', 'aria-hidden': 'true' })
  #title = svg_element('title')
  #half_from = svg_element('line', { class: 'half' })
  #half_to = svg_element('line', { class: 'half' })
  #flow_from = svg_element('line', { class: 'flow' })
  #flow_to = svg_element('line', { class: 'flow' })
  #first = svg_element('text', { class: 'first', y: -3 })
  #second = svg_element('text', { class: 'second', y: 11 })

  constructor() {
    set_attributes(this.root, { role: 'img' })
    this.root.append(this.#title, this.#half_from, this.#half_to, this.#flow_from, this.#flow_to)
    const { width, height } = LABEL_SIZE
    const box = svg_element('rect', { x: -width / 2, y: -height / 2, width, height, rx: 8 })
    this.label.append(box, this.#first, this.#second)
  }

  draw(link: Link, { from, to, label, is_faint, quiet }: LinkLook): void {
    const middle = between(from, to, 0.5)
    const { state } = link
    set_attributes(this.root, { 'data-state': state, 'data-faint': is_faint, 'aria-label': words_of(link) })
    set_text(this.#title, words_of(link))
    this.root.style.opacity = quiet > 0 && !is_faint ? String(quiet) : ''
    // Of a one-sided route the half of who does not have it is the broken one.
    draw_line(this.#half_from, from, middle, state === 'one_sided' && link.there === null)
    draw_line(this.#half_to, to, middle, state === 'one_sided' && link.back === null)
    draw_flow(this.#flow_from, from, middle, quiet > 0 ? null : link.there_rates?.msgs ?? null)
    draw_flow(this.#flow_to, to, middle, quiet > 0 ? null : link.back_rates?.msgs ?? null)
    set_attributes(this.label, {
      'data-state': state,
      'data-faint': is_faint,
      visibility: label === null || !has_words(link) ? 'hidden' : null,
      transform: label === null ? null : `translate(${label.x} ${label.y})`,
    })
    const trouble = TROUBLES[state]
    set_text(this.#first, trouble ?? delay(link.rtt_ms))
    set_text(this.#second, second_words(link))
  }
}

/** Nothing is measured yet on a route that is new. */
function has_words({ state, rtt_ms, there_rates, back_rates }: Link): boolean {
  return state in TROUBLES || rtt_ms !== null || there_rates !== null || back_rates !== null
}

function second_words({ state, there_rates, back_rates }: Link): string {
  if (state === 'lost' || state === 'missing') return ''
  if (there_rates === null && back_rates === null) return ''
  return `${short((there_rates?.msgs ?? 0) + (back_rates?.msgs ?? 0))} msg/s`
}

/** The link in a sentence, for whoever does not see the picture or points at it. */
function words_of({ state, from, to, rtt_ms, there_rates, back_rates, there, back }: Link): string {
  const [one, other] = [short_name(from.name), short_name(to.name)]
  const between_them = `${one} and ${other}`
  if (state === 'lost') return `${between_them}: no route, since one of them is lost`
  if (state === 'missing') return `${between_them}: no route`
  if (state === 'one_sided') return `${between_them}: only ${there === null ? other : one} has the route`
  const connections = count(Math.max(there?.connections ?? 0, back?.connections ?? 0), 'connection')
  const traffic = `${short(there_rates?.msgs)} messages per second there, ${short(back_rates?.msgs)} back`
  const known = state === 'unconfirmed' ? ', as one of them says' : ''
  return `${between_them}: ${connections}, round trip ${delay(rtt_ms)}, ${traffic}${known}`
}

function draw_line(line: SVGLineElement, from: Spot, to: Spot, is_broken: boolean): void {
  set_attributes(line, { x1: from.x, y1: from.y, x2: to.x, y2: to.y, 'data-broken': is_broken })
}

function draw_flow(line: SVGLineElement, from: Spot, to: Spot, msgs: number | null): void {
  const width = flow_width(msgs)
  set_attributes(line, { x1: from.x, y1: from.y, x2: to.x, y2: to.y })
  line.style.strokeWidth = String(width)
}
