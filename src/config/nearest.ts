// The word that somebody may have meant.

/** The known word nearest to one that nobody knows; null: none is near. */
export function nearest(word: string, known: Iterable<string>): string | null {
  let found: string | null = null
  let distance = 1 + (word.length < 4 ? 1 : Math.max(2, Math.floor(word.length / 3)))
  for (const each of known) {
    const here = edits(word.toLowerCase(), each.toLowerCase())
    // One letter resembles every other one.
    if (here >= distance || here >= each.length) continue
    found = each
    distance = here
  }
  return found
}

/** How many letters have to be added, dropped or changed to get from a to b. */
function edits(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const line = [i]
    for (let j = 1; j <= b.length; j++) {
      line.push(Math.min(above[j] + 1, line[j - 1] + 1, above[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    above = line
  }
  return above[b.length]
}
