// The virtual clock's list of what is to happen.
interface Entry {
  readonly at_ms: number
  readonly turn: number
  readonly run: () => void
}

/** What is to happen, soonest first; a heap. Things of the same moment keep their order. */
export class Agenda {
  readonly #heap: Entry[] = []
  #turn = 0

  add(at_ms: number, run: () => void): void {
    const heap = this.#heap
    heap.push({ at_ms, turn: this.#turn++, run })
    for (let i = heap.length - 1; i > 0;) {
      const parent = (i - 1) >> 1
      if (!is_sooner(heap[i], heap[parent])) break
      ;[heap[i], heap[parent]] = [heap[parent], heap[i]]
      i = parent
    }
  }

  /** The next entry that is not after end_ms. */
  take(end_ms: number): Entry | undefined {
    const heap = this.#heap
    if (heap.length === 0 || heap[0].at_ms > end_ms) return undefined
    const [first] = heap
    const last = heap.pop()!
    if (heap.length > 0) heap[0] = last
    for (let i = 0;;) {
      let least = i
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < heap.length && is_sooner(heap[child], heap[least])) least = child
      }
      if (least === i) return first
      ;[heap[i], heap[least]] = [heap[least], heap[i]]
      i = least
    }
  }
}

function is_sooner(a: Entry, b: Entry): boolean {
  return a.at_ms < b.at_ms || (a.at_ms === b.at_ms && a.turn < b.turn)
}
