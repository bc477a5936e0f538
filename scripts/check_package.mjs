// What npm run check asks of the package: packed once, then judged by publint and by arethetypeswrong, weighed, and compared with the
// documents that are made from it.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { api_report, report_file, undocumented } from './api_report.mjs'
import { licence_faults, licences_file, licences_text } from './licences.mjs'
import { composition, pack, unpacked_bytes_max } from './packed.mjs'
import { root } from './runtimes.mjs'

const dependencies_max = 4
/** Scripts that npm would run at the user's. */
const install_scripts = ['preinstall', 'install', 'postinstall', 'prepare']

/** Returns { faults, warnings } like every step of the gate. */
export async function check_package() {
  const packed = await pack()
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const linted = await lint(packed.tarball, manifest)
  const faults = [
    ...linted.faults,
    ...types_faults(packed.tarball),
    ...manifest_faults(manifest),
    ...weight_faults(packed),
    ...undocumented(),
    ...licence_faults(),
    ...document_faults(report_file, api_report(), 'npm run api'),
    ...document_faults(licences_file, licences_text(), 'node scripts/licences.mjs'),
  ]
  return { faults, warnings: linted.warnings }
}

async function lint(tarball, manifest) {
  const bytes = readFileSync(tarball)
  const { messages } = await publint({
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) },
  })
  const text = (message) => `publint: ${formatMessage(message, manifest, { color: false })}`
  const of = (...types) => messages.filter(({ type }) => types.includes(type)).map(text)
  return { faults: of('error', 'warning'), warnings: of('suggestion') }
}

/** The package is for import only, so require is not asked about. */
function types_faults(tarball) {
  const program = join(root, 'node_modules/@arethetypeswrong/cli/dist/index.js')
  const args = [program, tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji', '--no-color']
  const { status, error, stdout, stderr } = spawnSync('node', args, { cwd: root, encoding: 'utf8' })
  if (error) throw error
  return status === 0 ? [] : [`arethetypeswrong: ${stdout}${stderr}`.trim()]
}

function manifest_faults({ dependencies, scripts, exports }) {
  const faults = install_scripts.filter((name) => name in scripts).map((name) => `package.json: has the script ${name}`)
  const count = Object.keys(dependencies).length
  if (count > dependencies_max) faults.push(`package.json: ${count} dependencies, more than ${dependencies_max}`)
  const deno = JSON.parse(readFileSync(join(root, 'deno.json'), 'utf8'))
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  if (deno.version !== manifest.version) {
    faults.push(`deno.json: version ${deno.version}, package.json has ${manifest.version}`)
  }
  const modules = Object.keys(exports).filter((name) => name !== './package.json')
  if (modules.join() !== Object.keys(deno.exports).join()) {
    faults.push('deno.json: its exports are other ones than those of package.json')
  }
  return faults
}

function weight_faults({ files, unpacked_bytes }) {
  if (unpacked_bytes <= unpacked_bytes_max) return []
  const parts = composition(files).slice(0, 5).map(([part, bytes]) => `${part} ${bytes}`)
  return [`the package has ${unpacked_bytes} bytes unpacked, more than ${unpacked_bytes_max}: ${parts.join(', ')}`]
}

function document_faults(file, made, command) {
  const path = join(root, file)
  if (existsSync(path) && readFileSync(path, 'utf8') === made) return []
  return [`${file} is not what its script makes: ${command}`]
}
