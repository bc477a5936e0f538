// Whether files can be written where they are asked for.
import { accessSync, constants, type Stats, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { system_error_text } from '../base/system_error.ts'
import type { Finding } from './finding.ts'
import { file_place, type Judged, top_place } from './judged.ts'

export function check_files(judged: Judged): Finding[] {
  const { options: { pid_file, log_file, ports_file_dir, operator } } = judged
  const found: Finding[] = []
  const say = (place: string, what: string, reason: string | null) => {
    if (reason === null) return
    const advice = 'make the folder, or let the user of the server write there'
    found.push({ severity: 'error', place, what: `${what} can not be written: ${reason}`, advice })
  }
  if (pid_file !== '') say(top_place(judged, 'pid_file'), `the pid file ${pid_file}`, file_fault(pid_file))
  if (log_file !== '') say(top_place(judged, 'log_file'), `the log file ${log_file}`, file_fault(log_file))
  if (ports_file_dir !== '') {
    say(top_place(judged, 'ports_file_dir'), `the ports file in ${ports_file_dir}`, folder_fault(ports_file_dir))
  }
  if (operator !== null && 'dir' in operator.resolver) {
    const { dir } = operator.resolver
    const place = file_place(judged, 'resolver account_resolver accounts_resolver', 'dir')
    say(place, `the folder of accounts ${dir}`, made_folder_fault(dir))
  }
  return found
}

/** Why not; null: it can be. */
function file_fault(path: string): string | null {
  const there = stat_of(path)
  if (there === undefined) return folder_fault(dirname(path))
  return there.isDirectory() ? 'it is a folder' : access_fault(path, constants.W_OK)
}

function folder_fault(folder: string): string | null {
  const there = stat_of(folder)
  if (there === undefined) return `there is no folder ${folder}`
  if (!there.isDirectory()) return `${folder} is no folder`
  return access_fault(folder, constants.W_OK | constants.X_OK)
}

/** Of a folder that is made with all around it if it is missing. */
function made_folder_fault(folder: string): string | null {
  let path = resolve(folder)
  while (stat_of(path) === undefined && dirname(path) !== path) path = dirname(path)
  return folder_fault(path)
}

/** Undefined: it is not there, or behind a file that is no folder. */
function stat_of(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

function access_fault(path: string, mode: number): string | null {
  try {
    accessSync(path, mode)
    return null
  } catch (error) {
    return `${path}: ${system_error_text(error)}`
  }
}
