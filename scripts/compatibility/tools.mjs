// Tools that others have made for NATS, each run against two of our servers as somebody would use it.
import { existsSync, mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { natsload } from '../load/generator.mjs'
import { run_process, start_process, stop_process } from '../child_process.mjs'
import { free_port, wait_for_port } from '../server_process.mjs'
import { member_config, new_ports, start } from './servers.mjs'
import { must_run, until_mesh } from './clients.mjs'

const accounts =
  'accounts { SYS { users = [{ user: sys, password: sys }] }, A { users = [{ user: app, password: app }] } }\n' +
  'system_account: SYS\nno_auth_user: app\n'

/** Results as { name, version, tried, result }. */
export async function try_tools(folder, goes_to_network) {
  const servers = []
  const seed = await new_ports(), other = await new_ports()
  try {
    servers.push(await start(folder, 'tool_a', member_config('tool_a', seed) + accounts))
    servers.push(await start(folder, 'tool_b', member_config('tool_b', other, seed.route) + accounts))
    await until_mesh(seed.http)
    return [
      ...await nats_cli(
        await find(folder, 'nats', 'NATS_CLI', goes_to_network && 'github.com/nats-io/natscli/nats'),
        seed,
        other,
      ),
      ...await nats_top(
        await find(folder, 'nats-top', 'NATS_TOP', goes_to_network && 'github.com/nats-io/nats-top'),
        seed,
      ),
      ...await exporter(
        await find(
          folder,
          'prometheus-nats-exporter',
          'NATS_EXPORTER',
          goes_to_network && 'github.com/nats-io/prometheus-nats-exporter',
        ),
        seed,
      ),
      ...await load_generator(seed, other),
    ]
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}

/** Its path, or { why } where it is not to be had. */
async function find(folder, name, variable, go_package) {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const found = process.env[variable] ?? folders.map((each) => join(each, name)).find((path) => existsSync(path))
  if (found !== undefined) return { path: found }
  if (!go_package) return { why: `it is not in PATH, and ${variable} does not name it` }
  const bin = join(folder, 'bin')
  mkdirSync(bin, { recursive: true })
  try {
    await must_run(['go', 'install', `${go_package}@latest`], folder, { seconds: 300, env: { GOBIN: bin } })
    return { path: join(bin, name) }
  } catch (error) {
    return { why: error.message }
  }
}

/** The version of a Go program, as it was built. */
async function built_version(path) {
  const { output } = await run_process(['go', 'version', '-m', path], { seconds: 20 })
  const built = /^\s*mod\s+\S+\s+v(\S+)/m.exec(output)?.[1]
  if (built !== undefined && built !== '(devel)') return built
  const said = await run_process([path, '--version'], { seconds: 20 })
  return /v?(\d+\.\d+\.\d+\S*)/.exec(said.output)?.[1] ?? 'unknown'
}

const result = (is_good, output) => is_good ? 'ok' : `failed: ${output.trim().split('\n').at(-1) ?? 'it said nothing'}`

/** One row for each command: what it has to say is in `shows`. */
async function nats_cli({ path, why }, seed, other) {
  const name = 'nats (command line)'
  if (path === undefined) return [{ name, version: '', tried: 'its commands', result: `not tried: ${why}` }]
  const version = await built_version(path)
  const url = (port, user = 'app') => `nats://${user}:${user}@127.0.0.1:${port}`
  const nats = [path, '--no-context']
  const run = async (tried, words, shows, port = seed.client, user = 'app') => {
    const { output, code } = await run_process([...nats, '-s', url(port, user), ...words], { seconds: 30 })
    return { name, version, tried: `\`nats ${tried}\``, result: result(code === 0 && shows.test(output), output) }
  }
  return [
    await listening([...nats, '-s', url(other.client), 'sub', 'tried.>', '--count', '1'], async (ended) => {
      const { output } = await run_process([...nats, '-s', url(seed.client), 'pub', 'tried.x', 'hello'], {
        seconds: 30,
      })
      const heard = await ended
      return {
        name,
        version,
        tried: '`nats pub` and `nats sub`, over one hop',
        result: result(/hello/.test(heard), heard || output),
      }
    }),
    await listening([...nats, '-s', url(other.client), 'reply', 'asked', 'answer', '--count', '1'], async () => {
      const { output } = await run_process([
        ...nats,
        '-s',
        url(seed.client),
        'request',
        'asked',
        'q',
        '--timeout',
        '3s',
      ], { seconds: 30 })
      return {
        name,
        version,
        tried: '`nats request` and `nats reply`, over one hop',
        result: result(/answer/.test(output), output),
      }
    }),
    await run('rtt', ['rtt', '3'], /ms|µs/),
    await run('server check connection', ['server', 'check', 'connection'], /^OK/m),
    await run('server ping', ['server', 'ping', '2'], /tool_a[^]*tool_b|tool_b[^]*tool_a/, seed.client, 'sys'),
    await run('server list', ['server', 'list', '2'], /tool_a[^]*tool_b|tool_b[^]*tool_a/, seed.client, 'sys'),
    await run('server info', ['server', 'info', 'tool_b'], /tool_b/, seed.client, 'sys'),
    await run(
      'server report connections',
      ['server', 'report', 'connections'],
      /tool_a|Connections/i,
      seed.client,
      'sys',
    ),
    await run(
      'bench pub',
      ['bench', 'pub', 'tried.bench', '--msgs', '20000', '--size', '64', '--no-progress'],
      /msgs\/sec/i,
    ),
  ]
}

/** Starts a program that listens, lets it begin, and does the rest. */
async function listening(command, rest) {
  const child = start_process(command)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => text += data)
  const ended = new Promise((resolve) => {
    const timer = setTimeout(() => resolve(text), 10_000)
    child.once('close', () => {
      clearTimeout(timer)
      resolve(text)
    })
  })
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  try {
    return await rest(ended)
  } finally {
    await stop_process(child)
  }
}

async function nats_top({ path, why }, seed) {
  const about = { name: 'nats-top', tried: 'a snapshot' }
  if (path === undefined) return [{ ...about, version: '', result: `not tried: ${why}` }]
  const { output } = await run_process([path, '-s', '127.0.0.1', '-m', String(seed.http), '-n', '10', '-o', '-'], {
    seconds: 20,
  })
  return [{ ...about, version: await built_version(path), result: result(/NATS server version/.test(output), output) }]
}

async function exporter({ path, why }, seed) {
  const about = { name: 'prometheus-nats-exporter', tried: 'varz, connz, routez, subz and healthz through `/metrics`' }
  if (path === undefined) return [{ ...about, version: '', result: `not tried: ${why}` }]
  const port = await free_port()
  const child = start_process([
    ...[path, '-a', '127.0.0.1', '-p', String(port), '-varz', '-connz', '-routez', '-subz', '-healthz'],
    `http://127.0.0.1:${seed.http}`,
  ])
  try {
    await wait_for_port(port, child)
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    const missing = [
      'gnatsd_varz_connections',
      'gnatsd_connz_total',
      'gnatsd_routez_num_routes',
      'gnatsd_subsz_num_subscriptions',
      'gnatsd_healthz_status',
    ]
      .filter((metric) => !text.includes(metric))
    return [{
      ...about,
      version: await built_version(path),
      result: result(missing.length === 0, `without ${missing.join(', ')}`),
    }]
  } catch (error) {
    return [{ ...about, version: await built_version(path), result: `failed: ${error.message}` }]
  } finally {
    await stop_process(child)
  }
}

async function load_generator(seed, other) {
  const about = {
    name: "natsload (C, this project's own)",
    version: '',
    tried: '100,000 messages over one hop, none lost',
  }
  try {
    const command = [
      ...[natsload()].flat(),
      ...[
        '--pub-addr',
        `127.0.0.1:${seed.client}`,
        '--sub-addr',
        `127.0.0.1:${other.client}`,
        '--msgs',
        '100000',
        '--size',
        '64',
      ],
    ]
    const { code, output } = await run_process(command, { seconds: 60 })
    return [{ ...about, result: result(code === 0, output) }]
  } catch (error) {
    return [{ ...about, result: `not tried: ${error.message}` }]
  }
}
