// npm run tarball [-- --only node|newest|deno]: the package as npm packs it, installed into an empty folder as a new user would, and
// used from there: on this Node, on the newest that npm has, and on Deno. Every example of the README runs. Where the system allows it
// what is installed runs in a network of its own (this script again, with --home), so that the ports of the README are free.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { command_line } from './arguments.mjs'
import { start_process } from './child_process.mjs'
import { InstalledFolder } from './docs/installed_folder.mjs'
import { run_page } from './docs/page_run.mjs'
import { pack } from './packed.mjs'
import { deno_binary, node_binary, root } from './runtimes.mjs'

const options = command_line({ only: '', home: '' })
const own_network = ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh']
const has_own_network = process.platform === 'linux' &&
  spawnSync(own_network[0], [...own_network.slice(1), 'true']).status === 0
const newest_folder = join(root, '.cache/newest-node')
const newest_name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
const COMMAND_SECONDS = 60
const INSTALL_SECONDS = 300
const FAULT_LINES = 40
const FAULT_COLUMNS = 400
const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
/** What a user installs with the package to do what the README shows. */
const with_it = ['@nats-io/transport-node']
const types = ['typescript', '@types/node'].map((name) => join(root, 'node_modules', name))

/** Runs in a folder; the output, or an Error with it. */
function run([binary, ...args], { cwd, env = process.env, seconds = COMMAND_SECONDS }) {
  const { status, signal, error, stdout, stderr } = spawnSync(binary, args, {
    ...{ cwd, env, encoding: 'utf8', timeout: seconds * 1000 },
  })
  if (error) throw error
  if (status !== 0) {
    throw new Error(`${[binary, ...args].join(' ')}: ended with ${signal ?? status}\n${stdout}${stderr}`)
  }
  return stdout
}

/** The runtimes, each with what stands for the programs that the README names. */
function runtimes() {
  const on_node = (binary) => ({
    node: `exec "${binary}" "$@"`,
    npx: 'name=$1; shift; exec node "node_modules/.bin/$name" "$@"',
    onehop: 'exec npx onehop "$@"',
    deno: `exec "${deno_binary()}" "$@"`,
  })
  const on_deno = {
    node: `exec "${deno_binary()}" run -A "$@"`,
    npx: `name=$1; shift; exec "${deno_binary()}" run -A "npm:$name" "$@"`,
    onehop: 'exec npx onehop "$@"',
    deno: `exec "${deno_binary()}" "$@"`,
  }
  const newest = join(newest_folder, 'node_modules', newest_name, 'bin/node')
  return { node: on_node(node_binary()), newest: on_node(newest), deno: on_deno }
}

/** The newest Node that npm has as a package. */
function install_newest_node() {
  mkdirSync(newest_folder, { recursive: true })
  const args = ['--prefix', newest_folder, '--no-save', `${newest_name}@latest`]
  run(['npm', 'install', ...flags, ...args], { cwd: newest_folder, seconds: INSTALL_SECONDS })
}

const typed = `import { Server } from 'onehop'
import { connect } from 'onehop/connect'
import { Cluster, startCluster } from 'onehop/test'

const server: Server = await Server.start({ port: 0, cluster: { name: 'c', port: 0 } })
const client = await connect(server)
const cluster: Cluster = await startCluster(3)
const urls: string[] = [server.url, ...cluster.urls]
export { client, urls }
// @ts-expect-error: there is no such option.
await Server.start({ prot: 0 })
`
const compiler_options = ['--module', 'nodenext', '--target', 'es2022']

/** What is asked besides the README: name -> what gives the output, or throws. */
function own_checks(folder) {
  const shell = (command) => run(['bash', '-c', command], { cwd: folder.path, env: folder.environment() })
  const matches = (text, pattern) => {
    if (!pattern.test(text)) throw new Error(`is not ${pattern}: ${text}`)
  }
  const exported =
    "for (const name of ['onehop', 'onehop/test', 'onehop/connect']) console.log(Object.keys(await import(name)).join())"
  return {
    'onehop --version': () => matches(shell('npx onehop --version'), /^nats-server: v\d/),
    'onehop help': () => matches(shell('npx onehop --help'), /Usage:[^]*Commands/),
    'onehop config --check': () => {
      folder.write('checked.conf', 'listen: 127.0.0.1:0\n')
      shell('npx onehop config --check -c checked.conf')
    },
    'all modules are imported': () => {
      folder.write('exported.mjs', exported)
      matches(shell('node exported.mjs'), /\bServer\b[^]*startCluster[^]*connect/)
    },
    'types': () => {
      folder.write('typed.ts', typed)
      const line = [
        process.execPath,
        join(root, 'node_modules/typescript/bin/tsc'),
        '--strict',
        '--noEmit',
        '--skipLibCheck',
        'false',
      ]
      const roots = ['--typeRoots', join(types[1], '..'), '--types', 'node']
      run([...line, ...compiler_options, ...roots, 'typed.ts'], { cwd: folder.path })
    },
  }
}

const totals = { passed: 0, failed: 0 }

function say(runtime, what, fault, seconds) {
  totals[fault === null ? 'passed' : 'failed']++
  console.log(
    `${fault === null ? 'ok  ' : 'FAIL'} ${runtime.padEnd(7)} ${what}${seconds ? ` (${seconds.toFixed(1)} s)` : ''}`,
  )
  if (fault !== null) console.log(shortened(fault))
}

/** An error in minified code quotes a very long line of it. */
const shortened = (text) =>
  text.split('\n').slice(0, FAULT_LINES).map((line) => `     ${line.slice(0, FAULT_COLUMNS)}`).join('\n')

async function check(runtime, what, action) {
  const began = performance.now()
  let fault = null
  try {
    await action()
  } catch (error) {
    fault = error.message
  }
  say(runtime, what, fault, (performance.now() - began) / 1000)
  return fault === null
}

/** Everything on one runtime, installed already. */
async function use(name, folder) {
  const version = run(['bash', '-c', 'node --version'], { cwd: folder.path, env: folder.environment() })
  console.log(`     ${name.padEnd(7)} is ${version.split('\n')[0]}`)
  for (const [what, action] of Object.entries(own_checks(folder))) await check(name, what, action)
  folder.clear()
  await run_page('README.md', {
    folder,
    on_result({ line, language, fault, not_run }) {
      if (not_run) console.log(`     ${name.padEnd(7)} README.md:${line} ${language} is not run: ${not_run}`)
      else say(name, `README.md:${line} ${language}`, fault)
    },
  })
}

/** The same in a network of its own; counts what it says. */
async function use_elsewhere(name, folder) {
  const again = [process.execPath, fileURLToPath(import.meta.url), '--only', name, '--home', folder.home]
  const child = start_process([...has_own_network ? own_network : [], ...again], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('ok ')) totals.passed++
    else if (line.startsWith('FAIL ')) totals.failed++
    console.log(line)
  }
}

async function main() {
  const { tarball, unpacked_bytes } = await pack()
  console.log(`${tarball}: ${unpacked_bytes} bytes unpacked`)
  const names = Object.keys(runtimes()).filter((name) => options.only === '' || options.only === name)
  for (const name of names) {
    const folder = new InstalledFolder(runtimes()[name])
    const install = () =>
      run(['npm', 'install', ...flags, tarball, ...with_it], { cwd: folder.path, seconds: INSTALL_SECONDS })
    try {
      if (name === 'newest' && !await check(name, `${newest_name} is installed`, install_newest_node)) continue
      if (await check(name, 'npm install', install)) await use_elsewhere(name, folder)
    } finally {
      folder.remove()
    }
  }
  console.log(`\n${totals.passed} passed, ${totals.failed} failed`)
  process.exitCode = totals.failed === 0 && totals.passed > 0 ? 0 : 1
}

if (options.home === '') await main()
else await use(options.only, new InstalledFolder(runtimes()[options.only], options.home))
