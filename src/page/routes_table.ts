// All links of the mesh as a table: the same as the picture, to read, to sort and to hear.
import { by_id } from './element.ts'
import type { Link, LinkState } from './links.ts'
import type { View } from './mesh_model.ts'
import { delay, exact, short, short_name, size } from './numbers.ts'
import { PageTable } from './page_table.ts'
import type { Column } from './table.ts'

const STATES: Readonly<Record<LinkState, string>> = Object.freeze({
  whole: '\u25cf both sides',
  one_sided: '\u25d0 one side only',
  unconfirmed: '? one answer',
  missing: '\u2715 no route',
  lost: '\u2715 lost',
})

const rate = (name: string, title: string, value: (link: Link) => number | undefined): Column<Link> => ({
  ...{ name, title, is_number: true, text: (link) => short(value(link)) },
  order: { by: 'page', value: (link) => value(link) ?? null, first: 'descending' },
})

const COLUMNS: readonly Column<Link>[] = [
  {
    name: 'from',
    title: 'One',
    text: ({ from }) => short_name(from.name),
    order: { by: 'page', value: ({ from }) => from.name, first: 'ascending' },
  },
  {
    name: 'to',
    title: 'Other',
    text: ({ to }) => short_name(to.name),
    order: { by: 'page', value: ({ to }) => to.name, first: 'ascending' },
  },
  {
    name: 'state',
    title: 'Route',
    text: ({ state }) => STATES[state],
    order: { by: 'page', value: ({ state }) => state, first: 'ascending' },
    is_bad: ({ state }) => state === 'missing' || state === 'one_sided' || state === 'lost',
  },
  {
    name: 'rtt',
    title: 'Round trip',
    text: ({ rtt_ms }) => delay(rtt_ms),
    order: { by: 'page', value: ({ rtt_ms }) => rtt_ms, first: 'descending' },
    is_number: true,
  },
  {
    name: 'connections',
    title: 'Connections',
    text: ({ there, back }) => exact(there?.connections ?? back?.connections),
    is_number: true,
  },
  rate('there', 'One to other, msg/s', ({ there_rates }) => there_rates?.msgs),
  rate('back', 'Other to one, msg/s', ({ back_rates }) => back_rates?.msgs),
  {
    name: 'bytes',
    title: 'Both, per second',
    text: ({ there_rates, back_rates }) => size((there_rates?.bytes ?? 0) + (back_rates?.bytes ?? 0)),
    is_number: true,
  },
  {
    name: 'pending',
    title: 'Pending',
    text: ({ there, back }) => size(Math.max(there?.pending_size ?? 0, back?.pending_size ?? 0)),
    is_number: true,
  },
]

export class RoutesTable {
  #table = new PageTable<Link>('Routes', COLUMNS, ({ key }) => key)

  constructor() {
    by_id('routes').replaceChildren(this.#table.root)
  }

  draw({ links }: View): void {
    this.#table.draw(links)
  }
}
