// Which clients are tried, where they come from, and how one of them is run through all its steps.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run_process, start_process, stop_process } from '../child_process.mjs'
import { deno_binary, node_binary, root } from '../runtimes.mjs'
import { member_config, new_ports, start } from './servers.mjs'

export const steps = ['connect', 'publish and subscribe', 'request', 'queue', 'headers', 'reconnect', 'TLS']
const here = join(root, 'scripts/compatibility')
const seconds_max = 120

/** Each gives { version, command, env } or throws with why it can not be tried. */
export function all_clients(folder) {
  const own = (name) => join(root, 'node_modules', name)
  const ws = pathless(own('ws/wrapper.mjs'))
  return [
    { name: '@nats-io/transport-node, Node', prepare: () => javascript(node_binary(), own('@nats-io/transport-node')) },
    {
      name: '@nats-io/transport-node, Deno',
      prepare: () =>
        javascript([deno_binary(), 'run', '-A', '--node-modules-dir=manual'], own('@nats-io/transport-node')),
    },
    {
      name: '@nats-io/nats-core over WebSocket, Node',
      prepare: () => javascript(node_binary(), own('@nats-io/nats-core'), ws),
    },
    { name: 'nats 2 (JavaScript), Node', prepare: () => from_npm(folder, 'nats@2') },
    { name: 'nats.ws over WebSocket, Node', prepare: () => from_npm(folder, 'nats.ws@1', ws) },
    { name: 'nats.go', prepare: () => go_client(folder) },
    { name: 'nats-py', prepare: () => python_client(folder) },
  ]
}

const pathless = (path) => new URL(`file://${path}`).href

function javascript(binary, package_folder, websocket = '') {
  if (!existsSync(package_folder)) throw new Error('it is not in node_modules')
  const { version, module, main, exports } = JSON.parse(readFileSync(join(package_folder, 'package.json'), 'utf8'))
  const own = exports?.['.'] ?? exports
  const path = first_text(typeof own === 'string' ? own : own?.import ?? own?.node ?? own?.default) ?? module ?? main
  const command = [...[binary].flat(), join(here, 'client.mjs'), pathless(join(package_folder, path))]
  return { version, command, env: websocket === '' ? {} : { WEBSOCKET: websocket } }
}

/** Exports may be nested by condition. */
function first_text(value) {
  return typeof value === 'object' && value !== null ? first_text(value.default ?? Object.values(value)[0]) : value
}

async function from_npm(folder, spec, websocket = '') {
  const name = spec.split('@')[0]
  const place = join(folder, `npm-${name}`)
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'package.json'), '{"private":true}')
  await must_run(['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', spec], place)
  return javascript(node_binary(), join(place, 'node_modules', name), websocket)
}

async function go_client(folder) {
  const place = join(folder, 'go')
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, 'main.go'), readFileSync(join(here, 'client.go')))
  await must_run(['go', 'mod', 'init', 'tried'], place)
  await must_run(['go', 'get', 'github.com/nats-io/nats.go@latest'], place)
  await must_run(['go', 'build', '-o', 'tried', '.'], place)
  const version = /\sgithub\.com\/nats-io\/nats\.go v(\S+)/.exec(readFileSync(join(place, 'go.mod'), 'utf8'))?.[1] ??
    'unknown'
  return { version, command: [join(place, 'tried')], env: {} }
}

async function python_client(folder) {
  const place = join(folder, 'python')
  await must_run(['python3', '-m', 'venv', place], root)
  await must_run([join(place, 'bin/pip'), 'install', '-q', '--disable-pip-version-check', 'nats-py'], root)
  const shown = await must_run([join(place, 'bin/pip'), 'show', 'nats-py'], root)
  const version = /^Version: (\S+)/m.exec(shown)?.[1] ?? 'unknown'
  return { version, command: [join(place, 'bin/python'), join(here, 'client.py')], env: {} }
}

/** What it has written. Throws with its last line if it fails. */
export async function must_run(command, cwd, { seconds = 180, env = {} } = {}) {
  const { code, output, timed_out } = await run_process(command, { seconds, cwd, env })
  if (code === 0) return output
  const last = output.trim().split('\n').at(-1)?.trim() ?? ''
  throw new Error(
    `${command[0].split('/').at(-1)} ${timed_out ? `took more than ${seconds} s` : `ended with ${code}: ${last}`}`,
  )
}

/** A member that can be killed and started again at its ports. */
async function new_member(folder, name, seed) {
  const ports = await new_ports()
  const config = member_config(name, ports, seed)
  return { ports, ...await start(folder, name, config) }
}

/** Results by step: 'ok', 'failed: why', or 'not tried: why'. */
export async function try_client({ name, prepare }, folder, secured) {
  let client
  try {
    client = await prepare()
  } catch (error) {
    return { name, version: '', results: steps.map(() => `not tried: ${error.message}`) }
  }
  const a = await new_member(folder, 'a')
  const b = await new_member(folder, 'b', a.ports.route)
  try {
    await until_mesh(b.ports.http).catch((error) => {
      throw new Error(`${error.message}\n${a.log()}\n${b.log()}`)
    })
    const door = client.env.WEBSOCKET ? 'websocket' : 'client'
    const address = (port) => `127.0.0.1:${port}`
    const env = {
      ...client.env,
      ...{ A: address(a.ports[door]), B: address(b.ports[door]), TLS: address(secured.ports[door]), CA: secured.ca },
      NODE_EXTRA_CA_CERTS: secured.ca,
    }
    const lines = await run_client(client.command, env, () => a.child.kill('SIGKILL'))
    return { name, version: client.version, results: steps.map((title) => result_of(title, lines)) }
  } finally {
    await Promise.all([a.stop(), b.stop()])
  }
}

async function run_client(command, env, restart) {
  const child = start_process(command, {
    env,
    cwd: dirname(command.at(-1)).startsWith('/') ? dirname(command.at(-1)) : root,
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), seconds_max * 1000)
  let text = '', errors = '', is_restarted = false
  child.stderr.on('data', (data) => errors += data)
  child.stdout.on('data', (data) => {
    text += data
    if (is_restarted || !/^restart$/m.test(text)) return
    is_restarted = true
    restart()
  })
  await new Promise((resolve) => child.once('close', resolve).once('error', resolve))
  clearTimeout(timer)
  await stop_process(child)
  return { lines: text.split('\n'), errors }
}

function result_of(title, { lines, errors }) {
  if (lines.includes(`ok ${title}`)) return 'ok'
  const failed = lines.find((line) => line.startsWith(`failed ${title}: `))
  if (failed !== undefined) return `failed: ${failed.slice(`failed ${title}: `.length)}`
  return `failed: it ended before that ${errors.trim().split('\n').find((line) => /error/i.test(line)) ?? ''}`.trim()
}

/** Resolves when that server has a peer. */
export async function until_mesh(http, peers = 1, seconds = 15) {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const found = await fetch(`http://127.0.0.1:${http}/routez`).then((answer) => answer.json(), () => ({ routes: [] }))
    if (new Set(found.routes?.map(({ remote_id }) => remote_id)).size >= peers) return
    if (Date.now() > end) throw new Error(`no mesh within ${seconds} s`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
