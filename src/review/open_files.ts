// How many files this process may have open. Every connection is one, and at the limit Node closes new ones without a
// word: so the operator is told at start.
import { readFileSync } from 'node:fs'
import { MAX_CONNECTIONS } from '../base/limits.ts'

/** Files besides connections: listeners, routes, logs, what the runtime itself has open. */
const OTHER_FILES = 64

/** The soft limit of open files, as Linux tells it; null where nobody does, and where there is none. */
export function open_files_limit(read: (path: string) => string = read_text): number | null {
  try {
    const found = /^Max open files\s+(\d+)\s/m.exec(read('/proc/self/limits'))
    return found === null ? null : Number(found[1])
  } catch {
    return null
  }
}

/**
 * A line for the log if the limit does not suffice for as many connections, else null. Who has not asked for a number of
 * connections is not warned: the default one is more than most will ever have.
 */
export function open_files_shortage(
  limit: number | null,
  max_connections: number,
): { level: 'INF' | 'WRN'; text: string } | null {
  if (limit === null || limit >= max_connections + OTHER_FILES) return null
  const level = max_connections === MAX_CONNECTIONS ? 'INF' : 'WRN'
  const text = `The limit of open files is ${limit}, too low for max_connections ${max_connections}: ` +
    'connections above it will be closed without a word (see ulimit -n)'
  return { level, text }
}

const read_text = (path: string): string => readFileSync(path, 'utf8')
