// The order of rows, and which of them are shown.

export type Cell = string | number | null
export type Direction = 'ascending' | 'descending'

/** How rows get in order by a column: all of them by the server, which knows one direction, or those that are here. */
export type Order<Row> =
  | { readonly by: 'server'; readonly name: string; readonly direction: Direction }
  | { readonly by: 'page'; readonly value: (row: Row) => Cell; readonly first: Direction }

export interface Sorting {
  /** Of the column. */
  readonly name: string
  readonly direction: Direction
}

/** Sorts by that value: numbers by size, texts as people count, what is not known last. */
export function sorted<Row>(rows: readonly Row[], value: (row: Row) => Cell, direction: Direction): Row[] {
  const sign = direction === 'ascending' ? 1 : -1
  return rows.map((row) => ({ row, cell: value(row) })).sort((a, b) => {
    if (a.cell === null || b.cell === null) return Number(a.cell === null) - Number(b.cell === null)
    return sign * compare(a.cell, b.cell)
  }).map(({ row }) => row)
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  return String(a).localeCompare(String(b), 'en', { numeric: true })
}

/** The rows in which every word of the search stands somewhere, whatever its case. */
export function matching<Row>(rows: readonly Row[], texts: (row: Row) => readonly string[], search: string): Row[] {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== '')
  if (words.length === 0) return [...rows]
  return rows.filter((row) => {
    const text = texts(row).join('\n').toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** What a page of a list is, in words: `26 to 50 of 1,204`. */
export function page_words(offset: number, rows: number, total: number): string {
  const number = (value: number) => value.toLocaleString('en-US')
  if (rows === 0) return total === 0 ? 'none' : `none from ${number(offset + 1)} on, of ${number(total)}`
  return `${number(offset + 1)} to ${number(offset + rows)} of ${number(total)}`
}

/** What a click on a header means where the rows are all here: the other direction, or that column. */
export function next_sorting<Row>(
  before: Sorting | null,
  { name, order }: { readonly name: string; readonly order?: Order<Row> },
): Sorting | null {
  if (order === undefined) return before
  if (order.by === 'server') return { name, direction: order.direction }
  if (before?.name !== name) return { name, direction: order.first }
  return { name, direction: before.direction === 'ascending' ? 'descending' : 'ascending' }
}
