// Judges a configuration by everything that a start would meet, without starting: the file, what only shows when file and flags
// are put together, and then the machine.
import { all_contradictions, complete_said, type Said } from '../config/said.ts'
import { check_certificates } from './check_certificates.ts'
import { check_cluster } from './check_cluster.ts'
import { check_files } from './check_files.ts'
import { check_limits } from './check_limits.ts'
import { check_listeners } from './check_listeners.ts'
import { check_secrets } from './check_secrets.ts'
import { check_syslog } from './check_syslog.ts'
import { check_together } from './check_together.ts'
import { type Finding, worst_first } from './finding.ts'
import type { Judged, Machine } from './judged.ts'
import { sources_of } from './place.ts'
import { problem_findings, thrown_finding } from './problem_findings.ts'

/** `file`: its path, '' without one. `read`: what file and flags say; it throws ValueError and SyntaxFailure. The worst come first. */
export async function check_configuration(file: string, read: () => Said, machine: Machine): Promise<Finding[]> {
  let said: Said
  try {
    said = read()
  } catch (error) {
    return [thrown_finding(error, file || 'flags')]
  }
  const found = problem_findings(said)
  if (found.some(({ severity }) => severity === 'error')) return worst_first([...found, unjudged(file)])
  try {
    complete_said(said)
  } catch (error) {
    return worst_first([thrown_finding(error, 'flags'), ...found, unjudged(file)])
  }
  const sources = sources_of(said.line, said.file?.entries)
  const judged = { options: said.options, contradictions: all_contradictions(said), sources, machine }
  return worst_first([...found, ...await judge(judged)])
}

async function judge(judged: Judged): Promise<Finding[]> {
  return [
    ...check_together(judged),
    ...await check_listeners(judged),
    ...check_certificates(judged),
    ...check_files(judged),
    ...await check_syslog(judged),
    ...await check_cluster(judged),
    ...check_limits(judged),
    ...check_secrets(judged),
  ]
}

/** By options that were misread nothing else can be judged. */
const unjudged = (file: string): Finding => ({
  severity: 'note',
  place: file || 'flags',
  what: 'ports, certificates, files and routes were not looked at',
  advice: 'correct the errors, then check again',
})
