// The package as npm packs it, and what is measured in it.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { build_package } from '../build.mjs'
import { root } from './runtimes.mjs'

/** What the package may weigh unpacked. The number only ever goes down. */
export const unpacked_bytes_max = 950_000

/** Packs into a folder of .cache. Returns the path of the tarball, its files as { path, size }, and their sum. */
export async function pack() {
  await build_package()
  const folder = join(root, '.cache/package')
  mkdirSync(folder, { recursive: true })
  // What prepack would do is done, and its output would stand in the JSON.
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
  const { status, error, stdout, stderr } = spawnSync('npm', args, { cwd: root, encoding: 'utf8' })
  if (error) throw error
  if (status !== 0) throw new Error(`npm pack: ${stderr}`)
  const [{ filename, files, unpackedSize: unpacked_bytes }] = JSON.parse(stdout)
  return { tarball: join(folder, filename), files, unpacked_bytes }
}

/** What weighs how much, heaviest first: [what, bytes]. */
export function composition(files) {
  const sums = new Map()
  for (const { path, size } of files) sums.set(part_of(path), (sums.get(part_of(path)) ?? 0) + size)
  return [...sums].sort(([, a], [, b]) => b - a)
}

function part_of(path) {
  if (path.startsWith('dist/page/')) return 'the page'
  if (path.endsWith('.d.ts')) return 'types'
  return path.endsWith('.js') ? 'code' : path
}
