// The mesh as a picture: members on a ring, links between them. Elements are kept from one drawing to the next, so that they
// glide to a new place and keep the focus.
import { by_id, Keyed, set_attributes, set_children, svg_element } from './element.ts'
import { between, label_spots, type Layout, layout_of, type Size, type Spot } from './layout.ts'
import type { Link } from './links.ts'
import type { View } from './mesh_model.ts'
import { LABEL_SIZE, LinkDrawing } from './picture_link.ts'
import { MemberDrawing } from './picture_member.ts'

/** Words on all links at once are too many above that number of members. */
const LABELLED_MEMBERS_MAX = 6

export class Picture {
  #root = by_id('picture')
  #svg = svg_element('svg', { role: 'group', 'aria-label': 'Members and their routes' })
  #links: Keyed<LinkDrawing>
  /** Words on links, above all lines. */
  #labels = svg_element('g')
  #members: Keyed<MemberDrawing>
  #view: View | null = null
  #chosen: string | null = null
  #choose: (key: string | null) => void

  /** `choose`: a member was chosen, or, with null, the whole mesh again. */
  constructor(choose: (key: string | null) => void) {
    this.#choose = choose
    const links = svg_element('g'), members = svg_element('g')
    this.#svg.append(links, this.#labels, members)
    this.#links = new Keyed(links, () => new LinkDrawing())
    this.#members = new Keyed(members, (key) => new MemberDrawing(() => this.#toggle(key)))
    this.#root.append(this.#svg)
    new ResizeObserver(() => this.#redraw()).observe(this.#root)
  }

  draw(view: View, chosen: string | null): void {
    this.#view = view
    this.#chosen = chosen
    this.#redraw()
  }

  #toggle(key: string): void {
    this.#choose(this.#chosen === key ? null : key)
  }

  #redraw(): void {
    const area = { width: this.#root.clientWidth, height: this.#root.clientHeight }
    if (this.#view === null || area.width === 0) return
    set_attributes(this.#svg, { viewBox: `0 0 ${area.width} ${area.height}`, ...area })
    const layout = layout_of(Math.max(1, this.#view.places), area)
    this.#draw_links(this.#view, layout)
    this.#draw_members(this.#view, layout, area)
  }

  #draw_links(view: View, layout: Layout): void {
    const is_many = view.places > LABELLED_MEMBERS_MAX
    const is_chosen = ({ from, to }: Link) => from.key === this.#chosen || to.key === this.#chosen
    const has_words = ({ state }: Link) =>
      (layout.kind !== 'dot' && !is_many) || (state !== 'whole' && state !== 'lost')
    const spots = label_spots(view.links.map(({ from, to }) => [from.place, to.place]), layout, LABEL_SIZE)
    const drawings = this.#links.take(view.links.map(({ key }) => key))
    set_children(this.#labels, drawings.map(({ label }) => label))
    for (const [i, link] of view.links.entries()) {
      drawings[i].draw(link, {
        from: layout.spots[link.from.place],
        to: layout.spots[link.to.place],
        label: is_chosen(link) || has_words(link) ? spots[i] : null,
        is_faint: this.#chosen !== null && !is_chosen(link),
        // Of many links only those that are not as they should be stand out, and those of the chosen one.
        quiet: is_many && !is_chosen(link) && link.state === 'whole' ? Math.max(0.12, 4 / view.places) : 0,
      })
    }
  }

  #draw_members(view: View, layout: Layout, area: Size): void {
    const drawings = this.#members.take(view.seats.map(({ key }) => key))
    for (const [i, seat] of view.seats.entries()) {
      drawings[i].draw({
        seat,
        layout,
        spot: layout.spots[seat.place],
        rates: view.rates.get(seat.key) ?? null,
        is_asked: seat.id === view.answer.server_id,
        is_chosen: seat.key === this.#chosen,
        at_ms: view.at_ms,
        label_side: side_of(layout.spots[seat.place], area),
      })
    }
  }
}

/** The words of a dot stand on the side where the ring is not. */
function side_of(spot: Spot, { width, height }: Size): 'above' | 'below' {
  return spot.y < between({ x: 0, y: 0 }, { x: width, y: height }, 0.5).y ? 'above' : 'below'
}
