// The machine in one line, for the head of every table of figures.
import { arch, cpus, platform, release, totalmem } from 'node:os'

/** Processor, cores, memory, system. */
export function machine() {
  const all = cpus()
  const gib = Math.round(totalmem() / 2 ** 30)
  return `${
    all[0]?.model.trim() ?? 'unknown processor'
  }, ${all.length} cores, ${gib} GiB, ${platform()} ${release()} ${arch()}`
}
