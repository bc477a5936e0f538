// A line of the log as a syslog takes it (reference ops.md 6.1): its level is a number in front, the rest of the line as Go has it.
import type { Level } from './log.ts'
import { zoned_time } from './log_json.ts'
import { type LineFormat, one_line, shown_time } from './log_line.ts'

/** To a syslog elsewhere, to one behind a socket file, and to the program `logger`. */
export type SyslogForm = 'network' | 'unix' | 'logger'

export interface SyslogSender {
  /** The name of the program, for the tag. */
  readonly program: string
  readonly pid: number
  readonly host: string
}

const SEVERITIES: Readonly<Record<Level, number>> = Object.freeze({ FTL: 2, ERR: 3, WRN: 4, INF: 5, TRC: 5, DBG: 7 })
/** Go's remote loggers have none; a local one is a daemon's. */
const FACILITY_DAEMON = 3 << 3

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Lines without pid, time and level of their own: a syslog has these besides. */
export function syslog_format(form: SyslogForm, { program, pid, host }: SyslogSender): LineFormat {
  const tag = `${program}[${pid}]`
  return (wall_ms, level, text) => {
    const severity = SEVERITIES[level]
    // The logger adds the time and the tag itself.
    if (form === 'logger') return `<${FACILITY_DAEMON + severity}>${one_line(text)}\n`
    if (form === 'unix') return `<${severity}>${stamp(wall_ms)} ${tag}: ${one_line(text)}\n`
    return `<${severity}>${zoned_time(wall_ms, false)} ${host} ${tag}: ${one_line(text)}\n`
  }
}

/** `Jan  2 15:04:05`. */
function stamp(wall_ms: number): string {
  const time = shown_time(wall_ms, false)
  const day = String(Number(time.slice(8, 10))).padStart(2)
  return `${MONTHS[Number(time.slice(5, 7)) - 1]} ${day} ${time.slice(11, 19)}`
}
