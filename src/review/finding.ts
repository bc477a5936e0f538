// What was found when a configuration was judged: one line for each, with what to do about it.

/**
 * An error: the server would not start, or could not do what it is asked. A warning: it starts, and something is unsafe or
 * may not be what was meant. A note: good to know.
 */
export type Severity = 'error' | 'warning' | 'note'

export interface Finding {
  readonly severity: Severity
  /** Where it was said: `server.conf:3:1`, `flag -p`, `default`. */
  readonly place: string
  readonly what: string
  /** What to do. */
  readonly advice: string
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note']

/** The worst first; among equals the order stays. */
export function worst_first(findings: readonly Finding[]): Finding[] {
  return SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity))
}

/** `error    server.conf:3:1: what is the matter; what to do`. No line shows who a URL is for. */
export function finding_line({ severity, place, what, advice }: Finding): string {
  return `${severity.padEnd(7)}  ${masked(`${place}: ${what}; ${advice}`)}`
}

/** The whole as JSON, with how many there are of each kind. */
export function findings_json(findings: readonly Finding[]): Record<string, unknown> {
  const counts = SEVERITIES.map((severity) => [`${severity}s`, count(findings, severity)])
  return {
    ...Object.fromEntries(counts),
    findings: findings.map((finding) => ({ ...finding, what: masked(finding.what) })),
  }
}

/** `2 errors, 1 warning, no notes`. */
export function findings_summary(findings: readonly Finding[]): string {
  return SEVERITIES.map((severity) => {
    const number = count(findings, severity)
    return `${number === 0 ? 'no' : number} ${severity}${number === 1 ? '' : 's'}`
  }).join(', ')
}

function count(findings: readonly Finding[], severity: Severity): number {
  return findings.filter((finding) => finding.severity === severity).length
}

/** In one line, without users and passwords of URLs. */
function masked(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/(\w:\/\/)[^\s"/]*@/g, '$1[REDACTED]@')
}
