// Which other processes run this program. A runtime's process is called `node` or `deno`, so the name says nothing: the
// arguments do, of which one is the program's own file.
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'

/** What is read of the system, as node:fs does it. */
export interface ProcessFiles {
  list(folder: string): string[]
  read(path: string): string
  link(path: string): string
  real(path: string): string
}

const SYSTEM: ProcessFiles = {
  list: (folder) => readdirSync(folder),
  read: (path) => readFileSync(path, 'latin1'),
  link: (path) => readlinkSync(path),
  real: (path) => realpathSync(path),
}

/** The pids, without our own; null where there is no /proc. */
export function find_processes(program: string, own_pid: number, files: ProcessFiles = SYSTEM): number[] | null {
  let entries: string[]
  let wanted: string
  try {
    entries = files.list('/proc')
    wanted = files.real(program)
  } catch {
    return null
  }
  const pids = entries.filter((entry) => /^\d+$/.test(entry)).map(Number)
  return pids.filter((pid) => pid !== own_pid && runs(pid, wanted, files))
}

/** Whether the file that the runtime was told to run is that one. What stands behind it could name it as well. */
function runs(pid: number, wanted: string, files: ProcessFiles): boolean {
  try {
    const [runtime, ...argv] = files.read(`/proc/${pid}/cmdline`).split('\0')
    if (!/(^|\/)(node|nodejs|deno)$/.test(runtime)) return false
    const folder = files.link(`/proc/${pid}/cwd`)
    for (const argument of argv) {
      if (argument === '' || argument === 'run' || argument.startsWith('-')) continue
      const path = real_path(resolve(folder, argument), files)
      if (path !== null) return path === wanted
    }
  } catch {
    // It has ended, or is another user's.
  }
  return false
}

/** Null: there is no such file, so it is a word for the runtime. */
function real_path(path: string, files: ProcessFiles): string | null {
  try {
    return files.real(path)
  } catch {
    return null
  }
}
