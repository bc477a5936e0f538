// Prometheus' text format, version 0.0.4: families of samples, each with its HELP and TYPE.

export type Labels = Readonly<Record<string, string>>

export interface Sample {
  readonly labels: Labels
  readonly value: number
  /** Of a histogram: which of its series. */
  readonly series?: '_bucket' | '_sum' | '_count'
}

export interface Family {
  /** A valid name: see metric_name. */
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram' | 'untyped'
  readonly help: string
  readonly samples: readonly Sample[]
}

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

/** In the order given; families without samples are left out. */
export function metrics_text(families: readonly Family[]): string {
  const lines: string[] = []
  for (const { name, type, help, samples } of families) {
    if (samples.length === 0) continue
    lines.push(`# HELP ${name} ${escape(help, /[\\\n]/g)}`, `# TYPE ${name} ${type}`)
    for (const { labels, value, series = '' } of samples) {
      lines.push(`${name}${series}${labels_text(labels)} ${number_text(value)}`)
    }
  }
  lines.push('')
  return lines.join('\n')
}

/** A text as a name: what may not be in one is an underscore, several are one, and there is none at its ends. */
export const metric_name = (text: string): string =>
  text.replace(/[^a-zA-Z0-9_:]+/g, '_').replace(/__+/g, '_').replace(/^_|_$/g, '')

function labels_text(labels: Labels): string {
  const pairs = Object.entries(labels)
  if (pairs.length === 0) return ''
  return `{${pairs.map(([name, value]) => `${name}="${escape(value, /[\\\n"]/g)}"`).join(',')}}`
}

const escape = (text: string, characters: RegExp): string =>
  text.replace(characters, (character) => character === '\n' ? '\\n' : '\\' + character)

function number_text(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (Number.isFinite(value)) return String(value)
  return value > 0 ? '+Inf' : '-Inf'
}
