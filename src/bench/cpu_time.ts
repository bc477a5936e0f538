// How much processor time other processes have used, with all their threads.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** What the kernel counts in: `getconf CLK_TCK` is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

/** Seconds of all these processes so far; null where the system does not tell. */
export function cpu_seconds(pids: readonly number[]): number | null {
  let sum = 0
  for (const pid of pids) {
    const seconds = process.platform === 'linux' ? from_proc(pid) : from_ps(pid)
    if (seconds === null) return null
    sum += seconds
  }
  return sum
}

function from_proc(pid: number): number | null {
  try {
    return stat_seconds(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return null
  }
}

/** From the text of /proc/PID/stat: user and system time. */
export function stat_seconds(text: string): number | null {
  // The name of the program may hold blanks and brackets: what counts begins behind the last bracket.
  const words = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(words[11]) + Number(words[12])
  return Number.isFinite(ticks) ? ticks / TICKS_PER_SECOND : null
}

function from_ps(pid: number): number | null {
  const { status, stdout } = spawnSync('ps', ['-o', 'time=', '-p', String(pid)], { encoding: 'utf8' })
  return status === 0 ? ps_seconds(stdout) : null
}

/** From what `ps -o time=` says: `0:01.25`, `01:02:03` or `2-01:02:03`. */
export function ps_seconds(text: string): number | null {
  const match = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)$/.exec(text.trim())
  if (match === null) return null
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0))
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
}
