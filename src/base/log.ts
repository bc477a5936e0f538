/** Where a thread's log lines go. Levels that are off cost one test of `debug_on` or `trace_on`. */
export interface Log {
  readonly debug_on: boolean
  readonly trace_on: boolean
  info(text: string): void
  warn(text: string): void
  error(text: string): void
  fatal(text: string): void
  debug(text: string): void
  trace(text: string): void
}

export type Level = 'INF' | 'WRN' | 'ERR' | 'FTL' | 'DBG' | 'TRC'

/** One whose levels may be turned on and off while it is used. */
export interface AdjustableLog extends Log {
  set_levels(debug_on: boolean, trace_on: boolean): void
}

/** A log whose lines go to `write`. */
export function make_log(
  write: (level: Level, text: string) => void,
  debug_on: boolean,
  trace_on: boolean,
): AdjustableLog {
  const log = {
    debug_on,
    trace_on,
    info: (text: string) => write('INF', text),
    warn: (text: string) => write('WRN', text),
    error: (text: string) => write('ERR', text),
    fatal: (text: string) => write('FTL', text),
    debug: (text: string) => {
      if (log.debug_on) write('DBG', text)
    },
    trace: (text: string) => {
      if (log.trace_on) write('TRC', text)
    },
    set_levels(debug_on: boolean, trace_on: boolean) {
      Object.assign(log, { debug_on, trace_on })
    },
  }
  return log
}

/** A log that keeps nothing. */
export const silent_log: Log = make_log(() => {}, false, false)
