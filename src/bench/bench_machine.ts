// The machine in one line.
import { arch, cpus, platform, release, totalmem } from 'node:os'

const GIB = 2 ** 30

/** Processor, cores, memory, system. */
export function machine_text(): string {
  const all = cpus()
  const model = (all[0]?.model ?? '').replaceAll(/\((?:R|TM)\)/g, '').replaceAll(/\s+/g, ' ').trim() ||
    'unknown processor'
  const memory = `${Math.round(totalmem() / GIB)} GiB`
  return [model, cores_text(all.length), memory, `${platform()} ${release()} ${arch()}`].join(', ')
}

export const cores_text = (count: number): string => count === 1 ? '1 core' : `${count} cores`
