// A table whose headers are buttons where its rows can be put in order. Rows and cells stay while their texts change.
import { element, Keyed, set_attributes, set_text } from './element.ts'
import type { Order, Sorting } from './table_order.ts'

export interface Column<Row> {
  readonly name: string
  readonly title: string
  text(row: Row): string
  readonly order?: Order<Row>
  readonly is_number?: boolean
  /** The whole of a text that is shortened. */
  hint?(row: Row): string
  /** Something besides the text: it may put elements into the cell, which it finds there again. */
  draw?(cell: HTMLElement, row: Row): void
  /** Of the row: what is bad stands out, and says so in its text. */
  is_bad?(row: Row): boolean
}

export class Table<Row> {
  readonly root: HTMLElement
  #head = element('tr')
  #body = element('tbody')
  #columns: readonly Column<Row>[] = []
  #rows: Keyed<RowDrawing<Row>>
  #heads = new Map<string, HTMLElement>()
  #sort: (column: Column<Row>) => void

  /** `label` names the table and the region that scrolls, if it is too wide for the page. */
  constructor(label: string, sort: (column: Column<Row>) => void) {
    this.#sort = sort
    this.#rows = new Keyed(this.#body, () => new RowDrawing<Row>())
    const table = element('table', { 'aria-label': label }, element('thead', {}, this.#head), this.#body)
    this.root = element('div', { class: 'scroll', role: 'region', 'aria-label': label, tabindex: 0 }, table)
  }

  /** Which columns there are, from now on. */
  set_columns(columns: readonly Column<Row>[]): void {
    if (columns.map(({ name }) => name).join() === this.#columns.map(({ name }) => name).join()) return
    this.#columns = columns
    this.#heads.clear()
    this.#head.replaceChildren(...columns.map((column) => this.#make_head(column)))
    this.#rows.take([])
  }

  draw(rows: readonly Row[], key_of: (row: Row) => string, sorting: Sorting | null): void {
    for (const [name, head] of this.#heads) {
      set_attributes(head, { 'aria-sort': sorting?.name === name ? sorting.direction : 'none' })
    }
    const drawings = this.#rows.take(rows.map(key_of))
    for (const [i, row] of rows.entries()) drawings[i].draw(row, this.#columns)
  }

  #make_head(column: Column<Row>): HTMLElement {
    const head = element('th', { scope: 'col', class: column.is_number ? 'number' : null })
    if (column.order === undefined) head.append(column.title)
    else {
      const arrow = element('span', { class: 'arrow', 'aria-hidden': 'true' })
      const button = element('button', { type: 'button' }, column.title, arrow)
      button.addEventListener('click', () => this.#sort(column))
      head.append(button)
      this.#heads.set(column.name, head)
    }
    return head
  }
}

class RowDrawing<Row> {
  readonly root = element('tr')

  draw(row: Row, columns: readonly Column<Row>[]): void {
    if (this.root.children.length !== columns.length) {
      this.root.replaceChildren(
        ...columns.map(({ is_number }, i) =>
          element(i === 0 ? 'th' : 'td', { scope: i === 0 ? 'row' : null, class: is_number ? 'number' : null })
        ),
      )
    }
    for (const [i, column] of columns.entries()) {
      const cell = this.root.children[i] as HTMLElement
      if (column.draw === undefined) set_text(cell, column.text(row))
      else column.draw(cell, row)
      set_attributes(cell, { title: column.hint?.(row), 'data-bad': column.is_bad?.(row) })
    }
  }
}
