// Members of our own kind compare whom they know, so that news which got lost (a server that ended between two words of
// gossip) can not leave two members apart for good. Equal digests cost one short line now and then.

/** The same set of ids gives the same digest, in whatever order. 16 hexadecimal digits. */
export function members_digest(ids: Iterable<string>): string {
  let low = 0, high = 0
  for (const id of ids) {
    low = (low + hash(id, 2166136261)) | 0
    high = (high + hash(id, 0x9e3779b9)) | 0
  }
  const digits = (half: number) => (half >>> 0).toString(16).padStart(8, '0')
  return digits(high) + digits(low)
}

/** FNV-1a with a last stir, so that sums of hashes differ in all bits. */
function hash(text: string, seed: number): number {
  let value = seed
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 16777619)
  value ^= value >>> 15
  value = Math.imul(value, 0x2c1b3c6d)
  return value ^ (value >>> 13)
}

/** How many digests in a row have to differ before the peer is told of everybody: while a mesh forms they all differ. */
const DIFFERENCES_MIN = 2

/** What one peer's digests have shown so far. */
export class RollCall {
  #differences = 0

  /** True: tell the peer of all members. `is_settled`: our own list has not changed since the last call. */
  heard(theirs: string, ours: string, is_settled: boolean): boolean {
    if (theirs === ours || !is_settled) {
      this.#differences = 0
      return false
    }
    if (++this.#differences < DIFFERENCES_MIN) return false
    this.#differences = 0
    return true
  }
}
