// The files that a log was put away in: their names, and which of them are kept (reference ops.md 6.2).
import { shown_time } from './log_line.ts'

const STAMP = /^(\d{4})\.(\d\d)\.(\d\d)\.(\d\d)\.(\d\d)\.(\d\d)(\.\d+)?$/

/** `YYYY.MM.DD.hh.mm.ss.nnnnnnnnn` in local time. */
export function backup_stamp(wall_ms: number): string {
  const seconds = shown_time(wall_ms, false).slice(0, 19).replaceAll(/[-T:]/g, '.')
  return `${seconds}.${String(Math.floor((wall_ms % 1000) * 1e6)).padStart(9, '0')}`
}

/** Which of these names are backups of `base` that are too many, the oldest first, when `kept` may stay. */
export function surplus_backups(names: readonly string[], base: string, kept: number): string[] {
  const backups = names.filter((name) => name.startsWith(`${base}.`) && is_stamp(name.slice(base.length + 1)))
  return backups.sort((a, b) => a < b ? -1 : 1).slice(0, Math.max(0, backups.length - kept))
}

/** Others may have files beside the log that look nearly the same. */
function is_stamp(text: string): boolean {
  const found = STAMP.exec(text)
  if (found === null) return false
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number)
  const date = new Date(Date.UTC(year, month - 1, day))
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
}
