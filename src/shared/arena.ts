import { assert } from '../base/assert.ts'
import { copy } from '../base/bytes.ts'
import { ARENA_CLASSES, ARENA_FREE, ARENA_TOP, SUBJECT_BYTES_MAX } from './index_layout.ts'

const UNIT_SHIFT = 3
const UNIT_WORDS = 2

/** The size class of a block of so many units: 1, 2, 3, 4, 6, 8, 12, 16, 24 ... units. */
function class_of(units: number): number {
  if (units <= 4) return units - 1
  const power = 31 - Math.clz32(units - 1)
  return units <= 3 << (power - 1) ? power << 1 : (power << 1) + 1
}

/** Units in a block of a class. */
export function class_units(size_class: number): number {
  if (size_class < 4) return size_class + 1
  const power = size_class >> 1
  return size_class & 1 ? 2 << power : 3 << (power - 1)
}

const CLASS_MAX = class_of((SUBJECT_BYTES_MAX + 7) >>> UNIT_SHIFT)
assert(CLASS_MAX < ARENA_CLASSES, 'The largest block has a size class')

/**
 * Blocks of bytes in shared memory, named by their first unit of 8 bytes. A holder knows the length of its block, so
 * blocks have no header. Free blocks are listed by size class. All writes happen under the index lock.
 */
export class Arena {
  readonly bytes: Uint8Array
  readonly words: Int32Array
  readonly counts: Int32Array
  readonly units_max: number

  constructor(buffer: SharedArrayBuffer, counts: Int32Array) {
    this.bytes = new Uint8Array(buffer)
    this.words = new Int32Array(buffer)
    this.counts = counts
    this.units_max = buffer.byteLength >>> UNIT_SHIFT
  }

  /** Stores source[start, end) and returns the block's unit, or 0 if there is no room. The span must not be empty. */
  store(source: Uint8Array, start: number, end: number): number {
    const unit = this.allocate(end - start)
    if (unit !== 0) copy(this.bytes, unit << UNIT_SHIFT, source, start, end)
    return unit
  }

  /** Gives back a block that held `length` bytes. */
  free(unit: number, length: number): void {
    if (length > 0) this.push(unit, class_of((length + 7) >>> UNIT_SHIFT))
  }

  /** Bytes from the start up to the highest one ever used. */
  bytes_touched(): number {
    return this.counts[ARENA_TOP] << UNIT_SHIFT
  }

  /** Makes everything free that is not in `blocks`: pairs of (unit, length) in any order. For repair. */
  rebuild(blocks: [number, number][]): void {
    for (let i = 0; i < ARENA_CLASSES; i++) this.counts[ARENA_FREE + i] = 0
    blocks.sort((a, b) => a[0] - b[0])
    let unit = 1
    for (const [start, length] of blocks) {
      this.free_span(unit, start)
      unit = start + class_units(class_of((length + 7) >>> UNIT_SHIFT))
    }
    this.free_span(unit, this.counts[ARENA_TOP])
  }

  private allocate(length: number): number {
    assert(length > 0 && length <= SUBJECT_BYTES_MAX, 'A block holds at least one byte')
    const size_class = class_of((length + 7) >>> UNIT_SHIFT)
    const unit = this.pop(size_class)
    if (unit !== 0) return unit
    const units = class_units(size_class)
    const top = this.counts[ARENA_TOP]
    if (top + units <= this.units_max) {
      this.counts[ARENA_TOP] = top + units
      return top
    }
    return this.split_larger(size_class, units)
  }

  // The last resort: a larger free block is cut, the rest goes to the lists of its pieces.
  private split_larger(size_class: number, units: number): number {
    for (let larger = size_class + 1; larger <= CLASS_MAX; larger++) {
      const unit = this.pop(larger)
      if (unit === 0) continue
      this.free_span(unit + units, unit + class_units(larger))
      return unit
    }
    return 0
  }

  // Cuts the units [start, end) into blocks, large ones first.
  private free_span(start: number, end: number): void {
    while (start < end) {
      let size_class = Math.min(class_of(end - start), CLASS_MAX)
      if (class_units(size_class) > end - start) size_class--
      this.push(start, size_class)
      start += class_units(size_class)
    }
  }

  private push(unit: number, size_class: number): void {
    this.words[unit * UNIT_WORDS] = this.counts[ARENA_FREE + size_class]
    this.counts[ARENA_FREE + size_class] = unit
  }

  private pop(size_class: number): number {
    const unit = this.counts[ARENA_FREE + size_class]
    if (unit !== 0) this.counts[ARENA_FREE + size_class] = this.words[unit * UNIT_WORDS]
    return unit
  }
}
