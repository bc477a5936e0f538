/** Where a thread's log lines go. Levels that are off cost one test of `debug_on` or `trace_on`. */
export interface Log {
  readonly debug_on: boolean
  readonly trace_on: boolean
  info(text: string, about?: LogSubject): void
  warn(text: string, about?: LogSubject): void
  error(text: string, about?: LogSubject): void
  fatal(text: string, about?: LogSubject): void
  debug(text: string, about?: LogSubject): void
  trace(text: string, about?: LogSubject): void
}

/** How much a line of the log matters. */
export type Level = 'INF' | 'WRN' | 'ERR' | 'FTL' | 'DBG' | 'TRC'

/** The connection that a line is about, for logs whose lines have fields. Its text says so in any case. */
export interface LogSubject {
  readonly kind: string
  readonly cid: number
  readonly ip: string
  readonly port: number
}

export type WriteLine = (level: Level, text: string, about?: LogSubject) => void

/** One whose levels may be turned on and off while it is used. */
export interface AdjustableLog extends Log {
  set_levels(debug_on: boolean, trace_on: boolean): void
}

/** A log whose lines go to `write`. */
export function make_log(write: WriteLine, debug_on: boolean, trace_on: boolean): AdjustableLog {
  const log = {
    debug_on,
    trace_on,
    info: (text: string, about?: LogSubject) => write('INF', text, about),
    warn: (text: string, about?: LogSubject) => write('WRN', text, about),
    error: (text: string, about?: LogSubject) => write('ERR', text, about),
    fatal: (text: string, about?: LogSubject) => write('FTL', text, about),
    debug: (text: string, about?: LogSubject) => {
      if (log.debug_on) write('DBG', text, about)
    },
    trace: (text: string, about?: LogSubject) => {
      if (log.trace_on) write('TRC', text, about)
    },
    set_levels(debug_on: boolean, trace_on: boolean) {
      Object.assign(log, { debug_on, trace_on })
    },
  }
  return log
}

/** A log that keeps nothing. */
export const silent_log: Log = make_log(() => {}, false, false)
