// Reads Prometheus' text format back, strictly: what does not belong there is an error.

export interface ParsedSample {
  name: string
  labels: Record<string, string>
  value: number
}

export interface ParsedFamily {
  name: string
  type: string
  help: string
  samples: ParsedSample[]
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*/
const SERIES = ['', '_bucket', '_sum', '_count']

export function parse_metrics(text: string): ParsedFamily[] {
  if (text === '') return []
  if (!text.endsWith('\n')) throw new Error('The last line has no end')
  const families: ParsedFamily[] = []
  const lines = text.slice(0, -1).split('\n')
  for (const line of lines) {
    const head = /^# (HELP|TYPE) (\S+) ([^]*)$/.exec(line)
    if (head?.[1] === 'HELP') {
      if (families.some(({ name }) => name === head[2])) throw new Error(`Twice: ${head[2]}`)
      families.push({ name: head[2], help: unescape(head[3]), type: '', samples: [] })
      continue
    }
    const family = families.at(-1)
    if (family === undefined) throw new Error(`A line in front of the first family: ${line}`)
    if (head?.[1] === 'TYPE') {
      if (head[2] !== family.name || family.type !== '') throw new Error(`No HELP in front of it: ${line}`)
      family.type = head[3]
      continue
    }
    const sample = parse_sample(line)
    const series = sample.name.slice(family.name.length)
    const is_of_family = sample.name.startsWith(family.name) &&
      (series === '' || family.type === 'histogram' && SERIES.includes(series))
    if (!is_of_family || family.type === '') throw new Error(`Not of ${family.name}: ${line}`)
    family.samples.push(sample)
  }
  return families
}

/** Every sample by its name and labels, for comparison. */
export function sample_map(families: readonly ParsedFamily[]): Map<string, number> {
  const samples = new Map<string, number>()
  for (const { samples: all } of families) {
    for (const { name, labels, value } of all) {
      const key = `${name} ${JSON.stringify(Object.entries(labels).sort(([a], [b]) => a < b ? -1 : 1))}`
      if (samples.has(key)) throw new Error(`Twice: ${key}`)
      samples.set(key, value)
    }
  }
  return samples
}

function parse_sample(line: string): ParsedSample {
  const name = NAME.exec(line)?.[0]
  if (name === undefined) throw new Error(`No name: ${line}`)
  let rest = line.slice(name.length)
  // Without a prototype: a label may have any name.
  const labels: Record<string, string> = Object.create(null)
  if (rest.startsWith('{')) {
    rest = rest.slice(1)
    while (!rest.startsWith('}')) {
      const pair = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|(?=\}))/.exec(rest)
      if (pair === null || Object.hasOwn(labels, pair[1])) throw new Error(`Wrong labels: ${line}`)
      labels[pair[1]] = unescape(pair[2])
      rest = rest.slice(pair[0].length)
    }
    rest = rest.slice(1)
  }
  const number = /^ (\S+)$/.exec(rest)?.[1]
  if (number === undefined) throw new Error(`No value: ${line}`)
  return { name, labels, value: parse_number(number) }
}

function parse_number(text: string): number {
  if (text === '+Inf') return Infinity
  if (text === '-Inf') return -Infinity
  if (text === 'NaN') return NaN
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(text)) throw new Error(`No number: ${text}`)
  return Number(text)
}

const unescape = (text: string): string => text.replace(/\\([^])/g, (_, c) => c === 'n' ? '\n' : c)
