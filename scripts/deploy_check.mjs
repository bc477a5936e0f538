// node scripts/deploy_check.mjs [--build]: judges what is in deploy/. A part that needs a tool of the system says when the tool is
// not here. `--build` builds the image, too, where podman or docker work. The last line is "N passed, N failed".
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build_dist } from '../build.mjs'
import { command_line } from './arguments.mjs'
import { check_container_file } from './deploy/container_file.mjs'
import { build_image } from './deploy/image.mjs'
import { check_kubernetes } from './deploy/kubernetes.mjs'
import { check_unit } from './deploy/unit_file.mjs'
import { root } from './runtimes.mjs'

const options = command_line({ build: false })
const text_of = (name) => readFileSync(join(root, 'deploy', name), 'utf8')

/** The paths that monitoring answers, as its table has them. */
function served_paths() {
  const source = readFileSync(join(root, 'src/monitor/endpoints.ts'), 'utf8')
  return [...source.matchAll(/\['(\/[\w/]*)',/g)].map(([, path]) => path)
}

// The server judges the configurations of these.
await build_dist({ if_stale: true })
const paths = served_paths()
const parts = [
  ['Containerfile', () => check_container_file(text_of('Containerfile'), paths)],
  ['onehop.service', () => check_unit('onehop.service', text_of('onehop.service'))],
  ['kubernetes.yaml', () => check_kubernetes(text_of('kubernetes.yaml'), paths)],
  ...(options.build ? [['image', () => build_image('deploy/Containerfile')]] : []),
]
let failed = 0
for (const [name, check] of parts) {
  const { faults, notes } = check()
  if (faults.length > 0) failed++
  console.log(`${faults.length > 0 ? 'FAIL' : 'ok  '} deploy/${name}`)
  for (const fault of faults) console.log(`     ${fault}`)
  for (const note of notes) console.log(`     note: ${note}`)
}
console.log(`\n${parts.length - failed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
