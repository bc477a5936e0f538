// Two servers that dial each other in the same moment give one of the two connections up again, and what is published just then may be
// lost. A test breaks what it wants to break, and nothing else: of two such dials the second has to wait.

/** By then a dial has come to something, or never will. */
const UNDER_WAY_MS = 2_000

export class Crossings {
  /** When one began to dial another. */
  #begun = new Map<string, number>()

  /** Whether it may dial now. */
  begin(from: string, to: string, now_ms: number): boolean {
    const other_ms = this.#begun.get(`${to} ${from}`)
    if (other_ms !== undefined && now_ms - other_ms < UNDER_WAY_MS) return false
    this.#begun.set(`${from} ${to}`, now_ms)
    return true
  }

  /** What came of it has ended. */
  over(from: string, to: string): void {
    this.#begun.delete(`${from} ${to}`)
  }
}
