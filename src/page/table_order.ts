// The order of rows, and which of them are shown.

export type Cell = string | number | null
export type Direction = 'ascending' | 'descending'

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
