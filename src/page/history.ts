// Rates of the last half hour, of the mesh and of each seat, point by point. A browser keeps it as long as the page is open.
import type { Rates } from './rates.ts'

export const POINTS_MAX = 1_800
export const RATE_NAMES = Object.freeze(
  ['in_msgs', 'in_bytes', 'out_msgs', 'out_bytes', 'sent_msgs', 'sent_bytes'] as const,
)
export type RateName = typeof RATE_NAMES[number]

/** The whole mesh, where a seat could be named. */
export const MESH = 'mesh'

type Columns = Record<RateName, (number | null)[]>

export class History {
  /** Seconds since 1970, as charts count. */
  #times: number[] = []
  #columns = new Map<string, Columns>()

  get times(): readonly number[] {
    return this.#times
  }

  /** One point of everything; null: not known, which is a gap and not a zero. */
  add(at_ms: number, rates: ReadonlyMap<string, Rates | null>): void {
    for (const key of rates.keys()) {
      if (!this.#columns.has(key)) this.#columns.set(key, empty_columns(this.#times.length))
    }
    push(this.#times, at_ms / 1000)
    for (const [key, columns] of this.#columns) {
      const now = rates.get(key) ?? null
      for (const name of RATE_NAMES) push(columns[name], now === null ? null : now[name])
      // Of who has gone there is nothing left to show one day.
      if (key !== MESH && columns.in_msgs.every((value) => value === null)) this.#columns.delete(key)
    }
  }

  /** The values of one rate, beside `times`. */
  column(key: string, name: RateName): readonly (number | null)[] {
    return this.#columns.get(key)?.[name] ?? this.#times.map(() => null)
  }

  /** The last `count` sums of what comes in and goes out, for a small curve. */
  recent(key: string, count: number): (number | null)[] {
    const ins = this.column(key, 'in_msgs').slice(-count), outs = this.column(key, 'out_msgs').slice(-count)
    return ins.map((value, i) => value === null || outs[i] === null ? null : value + outs[i]!)
  }
}

function empty_columns(length: number): Columns {
  return Object.fromEntries(RATE_NAMES.map((name) => [name, new Array(length).fill(null)])) as Columns
}

function push<Value>(list: Value[], value: Value): void {
  list.push(value)
  if (list.length > POINTS_MAX) list.shift()
}
