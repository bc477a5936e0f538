import type { Level } from './log.ts'

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
  const micros = Math.floor(wall_ms * 1000) % 1_000_000
  return `${format_seconds(wall_ms, utc)}.${String(micros).padStart(6, '0')}`
}

/** `YYYY/MM/DD HH:MM:SS`, as the message about an unusable log file carries it. */
export function format_seconds(wall_ms: number, utc: boolean): string {
  const date = new Date(wall_ms)
  // Read as UTC after moving by the zone's offset, so that one set of getters serves both.
  if (!utc) date.setTime(wall_ms - date.getTimezoneOffset() * 60_000)
  return date.toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ')
}

/** A peer may choose parts of a text: it must not be able to forge a line. */
function one_line(text: string): string {
  if (!text.includes('\n') && !text.includes('\r')) return text
  return text.replaceAll('\n', '\\n').replaceAll('\r', '\\r')
}
