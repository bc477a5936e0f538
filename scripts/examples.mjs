// npm run examples [-- NAME...]: runs the projects under examples/ against this build, each as its package.json or deno.json says. What
// they need and this project has is linked; the rest (Vitest, Jest) is installed once, into a folder for temporary files.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { build_dist } from '../build.mjs'
import { command_line } from './arguments.mjs'
import { run_process } from './child_process.mjs'
import { deno_binary, root } from './runtimes.mjs'

const options = command_line({ seconds: '240' })
const source = join(root, 'examples')
// Not below this project: runners look upwards for their configuration, and not into node_modules.
const cache = join(tmpdir(), 'onehop-examples')
const read_json = (path) => JSON.parse(readFileSync(path, 'utf8'))

/** The projects: folders with a package.json. */
const names = readdirSync(source).filter((name) => existsSync(join(source, name, 'package.json')))

/** This project's own package has the version that is wanted. */
function is_here(name, version) {
  const path = join(root, 'node_modules', name, 'package.json')
  return existsSync(path) && read_json(path).version === version
}

function link(folder, name) {
  const path = join(folder, 'node_modules', name)
  mkdirSync(dirname(path), { recursive: true })
  rmSync(path, { recursive: true, force: true })
  if (name === 'onehop') return put_package(folder, path)
  symlinkSync(join(root, 'node_modules', name), path, 'junction')
}

/** This build, where a package is: behind a link it would be a file of nobody's, of which Deno takes no types. */
function put_package(folder, path) {
  const filter = (file) => !file.endsWith('.map')
  for (const part of ['package.json', 'dist']) cpSync(join(root, part), join(path, part), { recursive: true, filter })
  for (const name of Object.keys(read_json(join(root, 'package.json')).dependencies)) link(folder, name)
}

/** Makes the project's folder with everything that it needs. Throws with what npm says if something can not be installed. */
async function prepare(name) {
  const folder = join(cache, name)
  const { devDependencies: wanted } = read_json(join(source, name, 'package.json'))
  const missing = Object.entries(wanted).filter(([each, version]) => each !== 'onehop' && !is_here(each, version))
  const stamp = join(folder, 'installed.json')
  const installed = JSON.stringify(missing)
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== installed) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    if (missing.length > 0) await install(folder, missing)
    writeFileSync(stamp, installed)
  }
  cpSync(join(source, 'orders.mjs'), join(cache, 'orders.mjs'))
  cpSync(join(source, name), folder, { recursive: true })
  for (const each of Object.keys(wanted)) if (!missing.some(([other]) => other === each)) link(folder, each)
  return folder
}

async function install(folder, packages) {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  const words = packages.map(([name, version]) => `${name}@${version}`)
  const command = ['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--no-save']
  const { code, output } = await run_process([...command, ...words], { seconds: +options.seconds, cwd: folder })
  if (code !== 0) throw new Error(`npm install ${words.join(' ')}: ${output}`)
}

async function run(name) {
  const folder = await prepare(name)
  const command = existsSync(join(folder, 'deno.json')) ? [deno_binary(), 'task', 'test'] : ['npm', 'test']
  const result = await run_process(command, {
    seconds: +options.seconds,
    cwd: folder,
    env: { NO_COLOR: '1', FORCE_COLOR: '0' },
  })
  const faults = []
  if (result.timed_out) faults.push(`no end within ${options.seconds} s`)
  else if (result.code !== 0) faults.push(`exit code ${result.code ?? result.signal}`)
  if (result.left_behind) faults.push('left processes running')
  return { faults, output: result.output, seconds: (result.ms / 1000).toFixed(1) }
}

await build_dist({ if_stale: true })
const failed = []
const wanted = options.rest.length > 0 ? options.rest : names
for (const name of wanted) {
  let result
  try {
    result = await run(name)
  } catch (error) {
    result = { faults: [error.message], output: '', seconds: '0' }
  }
  const { faults, output, seconds } = result
  console.log(`${faults.length ? 'FAIL' : 'ok  '} ${name.padEnd(10)} ${seconds} s ${faults.join(', ')}`)
  if (faults.length) failed.push(name)
  if (faults.length) console.log(output)
}
console.log(`\n${wanted.length - failed.length} passed, ${failed.length} failed`)
process.exitCode = failed.length ? 1 : 0
