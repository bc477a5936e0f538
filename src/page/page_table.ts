// A table of rows that are all here, in the order that its reader chose.
import { type Column, Table } from './table.ts'
import { next_sorting, sorted, type Sorting } from './table_order.ts'

export class PageTable<Row> {
  #table: Table<Row>
  #columns: readonly Column<Row>[]
  #key_of: (row: Row) => string
  #rows: readonly Row[] = []
  #sorting: Sorting | null

  constructor(
    label: string,
    columns: readonly Column<Row>[],
    key_of: (row: Row) => string,
    sorting: Sorting | null = null,
  ) {
    this.#columns = columns
    this.#key_of = key_of
    this.#sorting = sorting
    this.#table = new Table<Row>(label, (column) => {
      this.#sorting = next_sorting(this.#sorting, column)
      this.draw(this.#rows)
    })
    this.#table.set_columns(columns)
  }

  get root(): HTMLElement {
    return this.#table.root
  }

  draw(rows: readonly Row[]): void {
    this.#rows = rows
    const order = this.#columns.find(({ name }) => name === this.#sorting?.name)?.order
    const shown = order?.by === 'page' ? sorted(rows, order.value, this.#sorting!.direction) : rows
    this.#table.draw(shown, this.#key_of, this.#sorting)
  }
}
