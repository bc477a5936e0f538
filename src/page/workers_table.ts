// How busy the threads of each member are.
import { by_id, element, set_text } from './element.ts'
import type { View } from './mesh_model.ts'
import { delay, exact, percent, short, short_name, size } from './numbers.ts'
import { PageTable } from './page_table.ts'
import type { Column } from './table.ts'
import { type WorkerRow, WorkerRows } from './worker_rows.ts'

export class WorkersTable {
  #rows = new WorkerRows()
  #table = new PageTable<WorkerRow>('Workers', COLUMNS, ({ key }) => key)
  #nothing = element('p', { class: 'empty' }, NOBODY)

  constructor() {
    by_id('workers').replaceChildren(this.#table.root, this.#nothing)
  }

  draw(view: View): void {
    const rows = this.#rows.take(view.seats)
    this.#table.root.hidden = rows.length === 0
    this.#nothing.hidden = rows.length > 0
    this.#table.draw(rows)
  }
}

const NOBODY = 'No member tells what its threads do.'

const number = (
  name: string,
  title: string,
  value: (row: WorkerRow) => number | null | undefined,
): Column<WorkerRow> => ({
  ...{ name, title, is_number: true, text: (row) => short(value(row)) },
  order: { by: 'page', value: (row) => value(row) ?? null, first: 'descending' },
})

const share = (
  name: string,
  title: string,
  value: (row: WorkerRow) => number | null | undefined,
): Column<WorkerRow> => ({
  ...number(name, title, value),
  draw: (cell, row) => draw_bar(cell, value(row) ?? null),
})

const COLUMNS: readonly Column<WorkerRow>[] = [
  {
    name: 'member',
    title: 'Member',
    text: ({ seat }) => short_name(seat.name),
    order: { by: 'page', value: ({ seat }) => seat.name, first: 'ascending' },
  },
  { name: 'thread', title: 'Thread', text: ({ worker }) => exact(worker.thread), is_number: true },
  {
    name: 'role',
    title: 'Role',
    text: ({ worker }) => worker.answers === false ? `${worker.role ?? ''}, no answer` : worker.role ?? '',
    is_bad: ({ worker }) => worker.answers === false,
  },
  share('busy', 'Busy', ({ worker }) => worker.busy),
  {
    ...number('delay', 'Loop delay', ({ worker }) => worker.loop_delay_ms),
    text: ({ worker }) => delay(worker.loop_delay_ms),
  },
  number('connections', 'Clients', ({ worker }) => worker.connections),
  number('routes', 'Routes', ({ worker }) => worker.routes),
  number('in', 'In msg/s', ({ in_msgs }) => in_msgs),
  number('out', 'Out msg/s', ({ out_msgs }) => out_msgs),
  { ...number('plans', 'Plans found', ({ plan_share }) => plan_share), text: ({ plan_share }) => percent(plan_share) },
  {
    ...share('ring', 'Rings', ({ ring_share }) => ring_share),
    hint: ({ worker }) => `${size(worker.ring_bytes)} of ${size(worker.ring_capacity)} wait`,
  },
  number('ring_full', 'Rings full', ({ worker }) => worker.ring_full),
  number('doorbells', 'Wake-ups', ({ worker }) => worker.doorbells),
]

/** A share as a number, with a bar under it. */
function draw_bar(cell: HTMLElement, value: number | null): void {
  if (cell.children.length === 0) {
    cell.append(element('span'), element('span', { class: 'bar', 'aria-hidden': 'true' }, element('span')))
  }
  set_text(cell.children[0], percent(value))
  const bar = cell.children[1].firstElementChild as HTMLElement
  cell.children[1].toggleAttribute('hidden', value === null)
  bar.style.width = `${Math.round(Math.min(1, value ?? 0) * 100)}%`
  bar.toggleAttribute('data-full', (value ?? 0) > 0.9)
}
