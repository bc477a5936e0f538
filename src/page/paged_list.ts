// A list of one member that comes from the server page by page: which member, which part, in which order, and what of it is shown.
import type { Clock } from '../base/clock.ts'
import { element, set_children, set_text } from './element.ts'
import type { View } from './mesh_model.ts'
import { short_name, time_of_day } from './numbers.ts'
import { type Column, Table } from './table.ts'
import { matching, next_sorting, page_words, sorted, type Sorting } from './table_order.ts'

/** Something that the server narrows the list to. */
export interface Control {
  /** The parameter. */
  readonly name: string
  readonly label: string
  /** Of a choice: value and text; without them it is a text field. */
  readonly choices?: readonly (readonly [value: string, text: string])[]
  readonly placeholder?: string
}

export interface ListPage<Row> {
  rows: Row[]
  total: number
  offset: number
}

export interface ListKind<Row> {
  readonly name: string
  readonly label: string
  readonly controls: readonly Control[]
  columns(values: Readonly<Record<string, string>>): readonly Column<Row>[]
  key_of(row: Row): string
  read(answer: unknown): ListPage<Row>
  /** Asked anew by itself after that time; null: only when somebody asks. */
  readonly refresh_ms: number | null
}

export interface ListContext {
  readonly clock: Clock
  fetch_json(path: string, ms: number, parameters: Record<string, string>): Promise<unknown>
}

const LIMITS = Object.freeze(['10', '25', '50', '100'])
const LIMIT = '10'
const ANSWER_MS = 6_000

export class PagedList<Row> {
  readonly root: HTMLElement
  #context: ListContext
  #kind: ListKind<Row>
  #table: Table<Row>
  #member = element('select')
  #limit = element('select', {}, ...LIMITS.map((each) => element('option', { value: each }, each)))
  #filter: HTMLInputElement
  #fields = new Map<string, HTMLSelectElement | HTMLInputElement>()
  #words = element('p', { class: 'page-words' })
  #before = element('button', { type: 'button' }, 'Previous')
  #after = element('button', { type: 'button' }, 'Next')
  #refresh = element('button', { type: 'button' }, 'Refresh')
  #sorting: Sorting | null = null
  #offset = 0
  #page: ListPage<Row> = { rows: [], total: 0, offset: 0 }
  #fault = ''
  #asked_ms = -Infinity
  #answered_ms = 0
  /** The question whose answer counts. */
  #question = 0
  #is_asking = false
  #is_in_view = false
  #ids = new Map<string, string>()

  constructor(context: ListContext, kind: ListKind<Row>) {
    this.#context = context
    this.#kind = kind
    this.#limit.value = LIMIT
    this.#filter = element('input', { type: 'search', placeholder: 'name, address ...', autocomplete: 'off' })
    this.#table = new Table<Row>(kind.label, (column) => this.#sort(column))
    this.root = element('div', { class: 'list' }, this.#make_controls(), this.#table.root, this.#make_pager())
    for (const field of [this.#member, this.#limit]) field.addEventListener('change', () => this.#begin())
    this.#filter.addEventListener('input', () => this.#draw())
    this.#before.addEventListener('click', () => this.#turn(-1))
    this.#after.addEventListener('click', () => this.#turn(1))
    this.#refresh.addEventListener('click', () => void this.#ask())
    new IntersectionObserver(([entry]) => {
      this.#is_in_view = entry.isIntersecting
      if (this.#is_in_view && this.#asked_ms === -Infinity && this.#ids.size > 0) void this.#ask()
    }).observe(this.root)
    this.#draw()
  }

  /** Who can be asked. Nobody asks for a list that nobody sees. */
  tick(view: View): void {
    this.#offer_members(view)
    const { refresh_ms } = this.#kind
    const due_ms = this.#asked_ms === -Infinity ? 0 : refresh_ms
    if (!this.#is_in_view || document.hidden || this.#is_asking || due_ms === null) return
    if (this.#context.clock.now_ms() - this.#asked_ms >= due_ms) void this.#ask()
  }

  /** The list of that seat, from its beginning. */
  choose(key: string): void {
    if (!this.#ids.has(key) || this.#member.value === key) return
    this.#member.value = key
    this.#begin()
  }

  #offer_members({ seats, answer }: View): void {
    const here = seats.filter(({ state }) => state === 'here')
    this.#ids = new Map(here.map(({ key, id }) => [key, id]))
    const offered = [...this.#member.options].map(({ value, text }) => `${value} ${text}`).join()
    const wanted = here.map(({ key, name }) => `${key} ${short_name(name)}`).join()
    if (offered === wanted) return
    const chosen = this.#member.value
    set_children(
      this.#member,
      here.map(({ key, name }) => element('option', { value: key }, short_name(name))),
    )
    const fallback = here.find(({ id }) => id === answer.server_id)?.key ?? ''
    this.#member.value = this.#ids.has(chosen) ? chosen : fallback
    if (chosen !== '' && this.#member.value !== chosen) this.#begin()
  }

  // Asking ----------------------------------------------------------------------------------------------------------

  #begin(): void {
    this.#offset = 0
    this.#table.root.style.minHeight = ''
    void this.#ask()
  }

  #turn(pages: number): void {
    this.#offset = Math.max(0, this.#offset + pages * Number(this.#limit.value))
    void this.#ask()
  }

  #sort(column: Column<Row>): void {
    this.#sorting = next_sorting(this.#sorting, column)
    if (column.order?.by === 'server') this.#begin()
    else this.#draw()
  }

  async #ask(): Promise<void> {
    const { clock, fetch_json } = this.#context
    const question = ++this.#question
    this.#is_asking = true
    this.#asked_ms = clock.now_ms()
    const parameters = {
      server: this.#ids.get(this.#member.value) ?? '',
      offset: String(this.#offset),
      limit: this.#limit.value,
      sort: this.#server_sort(),
      ...this.#values(),
    }
    let page = this.#page, fault = ''
    try {
      page = this.#kind.read(await fetch_json(this.#kind.name, ANSWER_MS, parameters))
    } catch (error) {
      fault = error instanceof Error ? error.message : String(error)
    }
    // Somebody wanted something else meanwhile.
    if (question !== this.#question) return
    this.#is_asking = false
    this.#page = page
    this.#fault = fault
    this.#answered_ms = clock.wall_ms()
    this.#draw()
  }

  #values(): Record<string, string> {
    return Object.fromEntries([...this.#fields].map(([name, field]) => [name, field.value.trim()]))
  }

  #server_sort(): string {
    const order = this.#kind.columns(this.#values()).find(({ name }) => name === this.#sorting?.name)?.order
    return order?.by === 'server' ? order.name : ''
  }

  // Drawing ---------------------------------------------------------------------------------------------------------

  #make_controls(): HTMLElement {
    const fields = this.#kind.controls.map((control) => {
      const field = field_of(control)
      field.addEventListener('change', () => this.#begin())
      this.#fields.set(control.name, field)
      return element('label', {}, `${control.label} `, field)
    })
    const form = element(
      'form',
      { class: 'controls', autocomplete: 'off' },
      element('label', {}, 'Of ', this.#member),
      ...fields,
      element('label', {}, 'Find in these rows ', this.#filter),
    )
    form.addEventListener('submit', (event) => event.preventDefault())
    return form
  }

  #make_pager(): HTMLElement {
    return element(
      'div',
      { class: 'pager' },
      this.#words,
      element('label', {}, 'Rows ', this.#limit),
      this.#before,
      this.#after,
      this.#refresh,
    )
  }

  #draw(): void {
    const columns = this.#kind.columns(this.#values())
    this.#table.set_columns(columns)
    const { rows, total, offset } = this.#page
    const found = matching(rows, (row) => columns.map((column) => column.text(row)), this.#filter.value)
    const order = columns.find(({ name }) => name === this.#sorting?.name)?.order
    const shown = order?.by === 'page' ? sorted(found, order.value, this.#sorting!.direction) : found
    this.#table.draw(shown, (row) => this.#kind.key_of(row), this.#sorting)
    // While rows come and go, what is below the table stays where it is.
    const { style, offsetHeight } = this.#table.root
    if (offsetHeight > Number.parseInt(style.minHeight || '0')) style.minHeight = `${offsetHeight}px`
    this.#before.disabled = offset === 0
    this.#after.disabled = offset + rows.length >= total
    set_text(this.#words, this.#words_of(found.length, order?.by === 'page'))
  }

  /** What is shown, and honestly how much of the whole was searched and put in order. */
  #words_of(found: number, is_page_order: boolean): string {
    const { rows, total, offset } = this.#page
    if (this.#fault !== '') return `No answer: ${this.#fault}`
    if (this.#answered_ms === 0) return 'Not asked yet'
    const parts = [page_words(offset, rows.length, total)]
    const is_part = rows.length < total
    if (this.#filter.value.trim() !== '') parts.push(`${found} of these ${rows.length} rows match`)
    if (is_part && is_page_order) parts.push('only these rows are in order')
    return `${parts.join('; ')}. As of ${time_of_day(this.#answered_ms)}.`
  }
}

function field_of({ name, choices, placeholder = '' }: Control): HTMLSelectElement | HTMLInputElement {
  if (choices === undefined) return element('input', { name, type: 'search', placeholder, autocomplete: 'off' })
  return element('select', { name }, ...choices.map(([value, text]) => element('option', { value }, text)))
}
