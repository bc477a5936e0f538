// All members with their figures, one row each.
import { by_id, element, set_attributes, set_text, svg_element } from './element.ts'
import type { Varz } from './mesh_answer.ts'
import type { View } from './mesh_model.ts'
import { exact, short, short_name, size, span } from './numbers.ts'
import { PageTable } from './page_table.ts'
import type { Rates } from './rates.ts'
import type { MemberState, Seat } from './roster.ts'
import type { Column } from './table.ts'
import type { Cell, Direction } from './table_order.ts'

interface Row {
  seat: Seat
  varz: Varz
  rates: Rates | null
  recent: readonly (number | null)[]
  is_asked: boolean
}

const STATES: Readonly<Record<MemberState, string>> = Object.freeze({
  here: '\u25cf here',
  silent: '? silent',
  lost: '\u2715 lost',
  left: '\u25cb left',
})
/** Points of the small curve: a minute. */
const RECENT_POINTS = 60
const CURVE = Object.freeze({ width: 96, height: 22 })

export class MembersTable {
  #table = new PageTable<Row>('Members', COLUMNS, ({ seat }) => seat.key)

  constructor() {
    by_id('members').replaceChildren(this.#table.root)
  }

  draw(view: View): void {
    this.#table.draw(view.seats.map((seat) => ({
      seat,
      varz: seat.answer?.varz ?? {},
      rates: view.rates.get(seat.key) ?? null,
      recent: view.history.recent(seat.key, RECENT_POINTS),
      is_asked: seat.id === view.answer.server_id,
    })))
  }
}

const by = (value: (row: Row) => Cell | undefined, first: Direction = 'descending') =>
  ({ by: 'page', value: (row: Row) => value(row) ?? null, first }) as const

const number = (
  name: string,
  title: string,
  value: (row: Row) => number | undefined | null,
  more = {},
): Column<Row> => ({
  ...{ name, title, text: (row) => short(value(row)), order: by(value), is_number: true, ...more },
})

const COLUMNS: readonly Column<Row>[] = [
  {
    name: 'name',
    title: 'Member',
    text: ({ seat }) => short_name(seat.name),
    draw: draw_name,
    hint: ({ seat }) => `${seat.name}\n${seat.id}`,
    order: by(({ seat }) => seat.name, 'ascending'),
  },
  {
    name: 'state',
    title: 'State',
    text: ({ seat }) => STATES[seat.state],
    order: by(({ seat }) => seat.state, 'ascending'),
    is_bad: ({ seat }) => seat.state === 'lost',
  },
  { name: 'software', title: 'Software', text: ({ varz }) => software_of(varz), hint: ({ varz }) => varz.go ?? '' },
  {
    name: 'address',
    title: 'Address',
    text: ({ seat }) => seat.address,
    order: by(({ seat }) => seat.address, 'ascending'),
  },
  {
    name: 'up',
    title: 'Up',
    text: ({ varz }) => varz.start && varz.now ? span(up_ms(varz)) : '\u2013',
    order: by(({ varz }) => up_ms(varz)),
    is_number: true,
  },
  number('cpu', 'CPU', ({ varz }) => varz.cpu, { text: ({ varz }: Row) => `${short(varz.cpu)} %` }),
  number('mem', 'Memory', ({ varz }) => varz.mem, { text: ({ varz }: Row) => size(varz.mem) }),
  number('clients', 'Clients', ({ varz }) => varz.connections, { text: ({ varz }: Row) => exact(varz.connections) }),
  number('subs', 'Subs', ({ varz }) => varz.subscriptions, { text: ({ varz }: Row) => exact(varz.subscriptions) }),
  number('in', 'In msg/s', ({ rates }) => rates?.in_msgs),
  number('out', 'Out msg/s', ({ rates }) => rates?.out_msgs),
  number('sent', 'To members', ({ rates }) => rates?.sent_msgs),
  { name: 'minute', title: 'Last minute', text: () => '', draw: draw_curve },
  number('slow', 'Slow', ({ varz }) => varz.slow_consumers, {
    is_bad: ({ varz }: Row) => (varz.slow_consumers ?? 0) > 0,
  }),
  number('stale', 'Stale', ({ varz }) => varz.stale_connections),
  number('stalled', 'Stalled', ({ varz }) => varz.stalled_clients),
]

const up_ms = ({ start, now }: Varz) => start && now ? Date.parse(now) - Date.parse(start) : 0

/** What really runs, and not only whose protocol it speaks. */
export function software_of({ go = '', version = '' }: Varz): string {
  const own = /^onehop\/(\S+)/.exec(go)
  return own === null ? version === '' ? '\u2013' : `nats-server ${version}` : `onehop ${own[1]}`
}

function draw_name(cell: HTMLElement, { seat, is_asked }: Row): void {
  if (cell.children.length === 0) cell.append(element('span'), element('span', { class: 'tag' }, 'this one'))
  set_text(cell.children[0], short_name(seat.name))
  set_attributes(cell.children[1], { hidden: !is_asked })
}

function draw_curve(cell: HTMLElement, { recent }: Row): void {
  let svg = cell.querySelector('svg')
  if (svg === null) {
    svg = svg_element('svg', { class: 'curve', ...CURVE, viewBox: `0 0 ${CURVE.width} ${CURVE.height}`, role: 'img' })
    svg.append(svg_element('path'))
    cell.replaceChildren(svg)
  }
  const most = recent.reduce<number>((top, value) => Math.max(top, value ?? 0), 0)
  set_attributes(svg, { 'aria-label': `At most ${short(most)} messages per second in the last minute` })
  set_attributes(svg.firstElementChild!, { d: curve_path(recent, most) })
}

/** The newest point is always at the right end. */
function curve_path(values: readonly (number | null)[], most: number): string {
  const step = CURVE.width / (RECENT_POINTS - 1)
  const left = CURVE.width - (values.length - 1) * step
  let path = '', is_down = false
  for (const [i, value] of values.entries()) {
    if (value !== null) {
      const y = CURVE.height - 1.5 - (most === 0 ? 0 : value / most) * (CURVE.height - 3)
      path += `${is_down ? 'L' : 'M'}${(left + i * step).toFixed(1)} ${y.toFixed(1)}`
    }
    is_down = value !== null
  }
  return path
}
