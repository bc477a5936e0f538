import type { Level, LogSubject } from './log.ts'

/** How a line becomes text, with its LF. `wall_ms`: when it was written. */
export type LineFormat = (wall_ms: number, level: Level, text: string, about?: LogSubject) => string

/** How the lines of a log look. */
export interface LogLineStyle {
  /** Date and time in front (option logtime). */
  time: boolean
  /** UTC instead of local time (option logtime_utc). */
  utc: boolean
  /** The level in colour: only for a terminal. */
  colour: boolean
}

/** One line of the log with its LF: `[pid] date time [LEVEL] text` (reference ops.md 6.1). */
export function format_line(pid: number, wall_ms: number, level: Level, text: string, style: LogLineStyle): string {
  const tag = style.colour ? `\x1b[${LEVEL_COLOURS[level]}m${level}\x1b[0m` : level
  const time = style.time ? ' ' + format_time(wall_ms, style.utc) : ''
  return `[${pid}]${time} [${tag}] ${one_line(text)}\n`
}

const LEVEL_COLOURS: Readonly<Record<Level, string>> = Object.freeze({
  INF: '32',
  DBG: '36',
  WRN: '0;93',
  ERR: '31',
  FTL: '31',
  TRC: '33',
})

/** `YYYY/MM/DD HH:MM:SS.uuuuuu`; the microseconds always have six digits. */
function format_time(wall_ms: number, utc: boolean): string {
  return `${format_seconds(wall_ms, utc)}.${micros_of(wall_ms)}`
}

/** The part of a second, in six digits. */
export function micros_of(wall_ms: number): string {
  return String(Math.floor(wall_ms * 1000) % 1_000_000).padStart(6, '0')
}

/** `YYYY/MM/DD HH:MM:SS`, as the message about an unusable log file carries it. */
export function format_seconds(wall_ms: number, utc: boolean): string {
  return shown_time(wall_ms, utc).slice(0, 19).replaceAll('-', '/').replace('T', ' ')
}

/** `YYYY-MM-DDTHH:MM:SS.mmmZ`, whatever the zone is. */
export function shown_time(wall_ms: number, utc: boolean): string {
  // Read as UTC after moving by the zone's offset, so that one set of getters serves both.
  return new Date(utc ? wall_ms : wall_ms - zone_minutes(wall_ms) * 60_000).toISOString()
}

/** Minutes that the local time is behind UTC. */
export function zone_minutes(wall_ms: number): number {
  return new Date(wall_ms).getTimezoneOffset()
}

/** A peer may choose parts of a text: it must not be able to forge a line. */
export function one_line(text: string): string {
  if (!text.includes('\n') && !text.includes('\r')) return text
  return text.replaceAll('\n', '\\n').replaceAll('\r', '\\r')
}
