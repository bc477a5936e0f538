// A line of the log as a JSON object, for those that collect logs.
import type { Level, LogSubject } from './log.ts'
import { micros_of, shown_time, zone_minutes } from './log_line.ts'

const LEVEL_WORDS: Readonly<Record<Level, string>> = Object.freeze({
  INF: 'info',
  DBG: 'debug',
  WRN: 'warn',
  ERR: 'error',
  FTL: 'fatal',
  TRC: 'trace',
})

/** `{"time":...,"level":"info","pid":7,"message":"..."}`, and between them whom it is about, if it is about a connection. */
export function format_json(
  pid: number,
  wall_ms: number,
  level: Level,
  text: string,
  style: { readonly time: boolean; readonly utc: boolean },
  about?: LogSubject,
): string {
  const time = style.time ? { time: zoned_time(wall_ms, style.utc, `.${micros_of(wall_ms)}`) } : {}
  return `${JSON.stringify({ ...time, level: LEVEL_WORDS[level], pid, ...about, message: text })}\n`
}

/** `2026-01-02T03:04:05+01:00`, with `fraction` behind the seconds. */
export function zoned_time(wall_ms: number, utc: boolean, fraction = ''): string {
  return `${shown_time(wall_ms, utc).slice(0, 19)}${fraction}${zone(utc ? 0 : zone_minutes(wall_ms))}`
}

function zone(minutes_behind: number): string {
  if (minutes_behind === 0) return 'Z'
  const minutes = Math.abs(minutes_behind)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${minutes_behind > 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
