// What was wrong when the file was read, as findings: the words are nats-server's, so an operator may want plainer ones.
import { SyntaxFailure } from '../config/parser.ts'
import type { Said } from '../config/said.ts'
import { ValueError } from '../config/values.ts'
import type { Finding, Severity } from './finding.ts'

type Advice = (reason: string) => string

/** A refusal says itself what to do about it. */
const UNSERVED = /^(".*" is not served by this version): (.+)$/

/** Errors, refusals, warnings and notices of the file and of the flags. A refusal is an error: a server would not start. */
export function problem_findings({ problems, notices, file }: Said): Finding[] {
  const { errors, refusals, warnings, unknown } = problems
  const path = file?.path ?? ''
  const found = (severity: Severity, lines: readonly string[], advice: Advice, otherwise = path) =>
    lines.map((line): Finding => {
      const { place, reason } = taken_apart(line, otherwise)
      const field = unknown.find((each) => each.line === line)
      if (field?.meant) {
        return { severity, place, what: field.message, advice: `did you mean ${JSON.stringify(field.meant)}?` }
      }
      const [, what = reason, cure = advice(reason)] = UNSERVED.exec(reason) ?? []
      return { severity, place, what: in_plain_words(what), advice: cure }
    })
  return [
    ...found('error', errors, error_advice),
    ...found('error', refusals, error_advice),
    ...found('warning', warnings, warning_advice),
    ...found('note', notices, without_effect, 'flags'),
    ...found('note', problems.notices, without_effect),
  ]
}

/** A file that is none, or flags that can not be. Throws what it does not know. */
export function thrown_finding(error: unknown, place: string): Finding {
  if (error instanceof ValueError) return { severity: 'error', place, what: error.message, advice: 'correct it' }
  if (!(error instanceof SyntaxFailure)) throw error
  const line = / on line (\d+)/.exec(error.message)?.[1]
  const where = line === undefined || error.message.includes('include file') ? place : `${place}:${line}`
  return {
    severity: 'error',
    place: where,
    what: error.message,
    advice: 'correct it; what stands behind it was not read',
  }
}

function taken_apart(line: string, file: string): { place: string; reason: string } {
  const [, place = file, reason = line] = /^(.+?:\d+:\d+): ([\s\S]*)$/.exec(line) ?? []
  return { place, reason: reason.replace(`${file}: `, '') }
}

const TYPES: Readonly<Record<string, string>> = Object.freeze({
  string: 'a text',
  int64: 'a whole number',
  float64: 'a number with a fraction',
  bool: 'true or false',
  'time.Time': 'a date',
  '[]interface {}': 'a list',
  'map[string]interface {}': 'a block in braces',
})

function in_plain_words(reason: string): string {
  return reason.replace(
    /^interface conversion: interface {} is (.+), not (.+)$/,
    (_, is: string, wanted: string) => `${TYPES[is] ?? is} stands here, ${TYPES[wanted] ?? wanted} belongs here`,
  )
}

function error_advice(reason: string): string {
  if (/^unknown field|^Unknown field|unknown field "/.test(reason)) {
    return 'leave it out: docs/operations.md has all there are'
  }
  return reason.endsWith('is not served by this version') ? 'leave it out' : 'correct it'
}

const without_effect: Advice = () => 'leave it out, or do not count on it'

function warning_advice(reason: string): string {
  if (reason.includes('should be converted to a duration')) return 'say it with a unit and in quotes, such as "2m"'
  return 'correct it; a start goes on all the same, -t does not'
}
