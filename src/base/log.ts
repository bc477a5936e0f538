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

/** A log whose lines go to `write`. */
export function make_log(write: (level: Level, text: string) => void, debug_on: boolean, trace_on: boolean): Log {
  return {
    debug_on,
    trace_on,
    info: (text) => write('INF', text),
    warn: (text) => write('WRN', text),
    error: (text) => write('ERR', text),
    fatal: (text) => write('FTL', text),
    debug: (text) => {
      if (debug_on) write('DBG', text)
    },
    trace: (text) => {
      if (trace_on) write('TRC', text)
    },
  }
}

/** A log that keeps nothing. */
export const silent_log: Log = make_log(() => {}, false, false)

/** The same log with every line behind a prefix, such as that of a connection. */
export function prefixed_log(log: Log, prefix: () => string): Log {
  return {
    debug_on: log.debug_on,
    trace_on: log.trace_on,
    info: (text) => log.info(prefix() + text),
    warn: (text) => log.warn(prefix() + text),
    error: (text) => log.error(prefix() + text),
    fatal: (text) => log.fatal(prefix() + text),
    debug: (text) => {
      if (log.debug_on) log.debug(prefix() + text)
    },
    trace: (text) => {
      if (log.trace_on) log.trace(prefix() + text)
    },
  }
}
