// Which cores servers and load get, so that neither takes the other's.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Below, a core that is kept for the load would be missed by the servers. */
const CORES_MIN = 4
/** More than this the load never needs: its processes are at most as many. */
const LOAD_CORES_MAX = 4

export interface Pinning {
  /** What stands in front of a command; empty where nothing is pinned. */
  readonly server: readonly string[]
  readonly load: readonly string[]
  /** Cores that servers may use. */
  readonly server_cores: number
  /** Processes that the load is spread over, if it is our own. */
  readonly load_processes: number
  /** For the head of a report. */
  readonly said: string
}

/** Chooses for a machine: the cores this process may use, whether it is Linux, and whether there is taskset. */
export function choose_pinning(cores: readonly number[], is_linux: boolean, has_taskset: boolean): Pinning {
  const free = (said: string): Pinning => ({
    ...{ server: [], load: [], server_cores: cores.length, said },
    load_processes: cores.length < CORES_MIN ? 1 : 2,
  })
  if (cores.length < CORES_MIN) {
    return free(`not pinned: with ${cores.length} cores none can be kept for the load, so servers and load share them`)
  }
  if (!is_linux) return free('not pinned: only Linux has taskset')
  if (!has_taskset) return free('not pinned: taskset (util-linux) is not installed')
  const count = Math.min(LOAD_CORES_MAX, Math.floor(cores.length / 4))
  const server = cores.slice(0, -count)
  const load = cores.slice(-count)
  const command = (list: readonly number[]) => ['taskset', '-c', list.join(',')]
  return {
    ...{ server: command(server), load: command(load), server_cores: server.length, load_processes: count },
    said: `pinned by taskset: servers on cores ${ranges(server)}, load on ${ranges(load)}`,
  }
}

/** The same for this machine. */
export function own_pinning(cores_usable: number): Pinning {
  const is_linux = process.platform === 'linux'
  const has_taskset = is_linux && spawnSync('taskset', ['--version']).status === 0
  return choose_pinning(allowed_cores(cores_usable), is_linux, has_taskset)
}

function allowed_cores(cores_usable: number): number[] {
  try {
    const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'latin1'))
    if (list !== null) return core_list(list[1])
  } catch {
    // Not Linux.
  }
  return Array.from({ length: cores_usable }, (_, core) => core)
}

/** `0-2,5` as [0, 1, 2, 5]. */
export function core_list(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [first, last = first] = part.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, i) => first + i)
  })
}

/** [0, 1, 2, 5] as `0-2,5`. */
export function ranges(cores: readonly number[]): string {
  const parts: string[] = []
  for (let i = 0; i < cores.length; i++) {
    const first = cores[i]
    while (cores[i + 1] === cores[i] + 1) i++
    parts.push(cores[i] === first ? String(first) : `${first}-${cores[i]}`)
  }
  return parts.join(',')
}
