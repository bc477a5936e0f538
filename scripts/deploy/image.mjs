// The image, built, where there is something that builds.
import { spawnSync } from 'node:child_process'
import { root } from '../runtimes.mjs'

const build_ms = 600_000

/** Gives { faults, notes }. */
export function build_image(file) {
  const builder = ['podman', 'docker'].find((name) => spawnSync(name, ['info'], { stdio: 'ignore' }).status === 0)
  if (builder === undefined) return { faults: [], notes: ['not built: neither podman nor docker works here'] }
  const { status, stderr } = spawnSync(builder, ['build', '-q', '-f', file, '-t', 'onehop:check', '.'], {
    ...{ cwd: root, encoding: 'utf8', timeout: build_ms },
  })
  return { faults: status === 0 ? [] : [`${builder} build ended with ${status}: ${stderr.trim()}`], notes: [] }
}
