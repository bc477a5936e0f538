// Whether output is as a page shows it, apart from what is another one each time.
import { stripVTControlCharacters } from 'node:util'

/** What is not compared, and what stands in its place on both sides. */
const masks = [
  [/^\[\d+\](?= )/g, '[PID]'],
  [/\b(process|pid|PID) \d+/g, '$1 N'],
  [/\b\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d(\.\d+)?/g, 'TIME'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?/g, 'TIME'],
  [/\b[ACNOUX][A-Z2-7]{55}\b/g, 'ID'],
  [/\b([crw]id):\d+/g, '$1:N'],
  [/(?<![\d.])(\d+h)?(\d+m)?\d+(\.\d+)? ?(ns|µs|us|ms|s)\b/g, 'DURATION'],
  [/(?<![\d.])v?\d+\.\d+\.\d+(-[\w.]+)?(?![\d.])/g, 'VERSION'],
  // Ports that the system gives to outgoing connections.
  [/(:|"port": )(3276[89]|327[7-9]\d|32[89]\d\d|3[3-9]\d{3}|[4-6]\d{4})\b/g, '$1PORT'],
  [/("(?!port)\w+": ?)-?\d+(\.\d+)?\b/g, '$1N'],
  [/\s+/g, ' '],
  // A page may leave out what is in front of each line of a log.
  [/^\[PID\] TIME /, ''],
]

/** A line with everything masked that changes from run to run. */
export function masked_line(line) {
  return masks.reduce((text, [pattern, word]) => text.replace(pattern, word), stripVTControlCharacters(line)).trim()
}

const gap = Symbol('any lines')

function pattern_of(line) {
  if (line.trim() === '...') return gap
  const parts = masked_line(line).split('...').map((part) => part.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*').replaceAll(' ', ' ?')}$`)
}

/** Null if the output is as shown, else the first line that is missing, or what is too much. whole: nothing else may come; otherwise
 * other lines may stand between. */
export function output_fault(expected, actual, { whole }) {
  const wanted = expected.filter((line) => line.trim() !== '')
  const patterns = wanted.map(pattern_of)
  const lines = actual.split('\n').map(masked_line).filter((line) => line !== '')
  return whole ? whole_fault(wanted, patterns, lines) : order_fault(wanted, patterns, lines)
}

function order_fault(wanted, patterns, lines) {
  let at = 0
  for (const [i, pattern] of patterns.entries()) {
    if (pattern === gap) continue
    while (at < lines.length && !pattern.test(lines[at])) at++
    if (at === lines.length) return `does not come: ${wanted[i].trim()}`
    at++
  }
  return null
}

/** Gaps are as long as they need to be: all places are followed at once, as in a regular expression. */
function whole_fault(wanted, patterns, lines) {
  let places = new Set([0])
  for (const [i, pattern] of patterns.entries()) {
    const next = new Set()
    for (const place of places) {
      if (pattern === gap) { for (let at = place; at <= lines.length; at++) next.add(at) }
      else if (place < lines.length && pattern.test(lines[place])) next.add(place + 1)
    }
    if (next.size === 0) {
      const instead = lines[Math.max(...places)]
      return `does not come: ${wanted[i].trim()}${instead === undefined ? '' : `\n  in its place: ${instead}`}`
    }
    places = next
  }
  if (places.has(lines.length)) return null
  return `is not shown: ${lines[Math.max(...places)]}`
}
