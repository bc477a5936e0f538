// node scripts/conformance.mjs: runs the themes of the spine from ../shared/conformance; --help has the flags. Exit code and last
// line are the runner's own.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { build_dist } from '../build.mjs'
import { command_line } from './arguments.mjs'
import { node_binary, root, server_command } from './runtimes.mjs'

/** Names of case files: the runner takes a pattern of ids or of files. */
const themes = [
  'smoke',
  'client_grammar',
  'client_info_connect',
  'client_subjects_subs',
  'client_limits_timers',
  'client_headers_noresponders',
  'client_auth',
  'client_permissions',
  'client_tls',
  'client_websocket',
  'client_mapping',
  'client_accounts_imports',
  'client_sys_events',
  'route_handshake',
  'route_ops_grammar',
  'route_interest',
  'route_messages_one_hop',
  'route_queues',
  'route_gossip_mesh',
  'route_duplicates_self',
  'route_reconnect',
  'route_cluster_name',
  'route_advertise_connect_urls',
  'route_auth_permissions_tls',
  'route_lame_duck',
  'route_real_cluster',
  'ops_version_help',
  'ops_seed_walkthrough',
  'ops_ports_pid_files',
  'ops_signals',
  'ops_system_requests',
  'ops_config_errors',
  'ops_config_grammar',
  'ops_flags',
  'ops_options',
  'ops_reload',
  'ops_logging',
  'ops_healthz_http',
  'ops_monitoring_connz',
  'ops_monitoring_routez_subsz',
  'ops_monitoring_varz',
]
/** Those that pass over every transport. */
const themes_over_all = ['client_grammar', 'client_subjects_subs', 'client_headers_noresponders']
const usage = `node scripts/conformance.mjs [flags]

  --themes A,B       names of case files; "route" stands for all of routes (default: all of the spine)
  --runtime R        node or deno runs our server (default: node)
  --over T           ws or tls: clients reach the server over that, by scripts/wrapped_server.mjs (default themes: those that
                     pass over all transports)
  --jobs N           cases at a time (default: 2)
  --mixed COMMAND    every second member of a cluster, not the seed, is that server, "nats-server" for example
  --swapped          with --mixed: the other way round, the seed and every second one from there are that server
  --pooled           with --mixed: two of those servers have several connections to each other, so peers are counted, not
                     connections. Set by itself when COMMAND is a nats-server from 2.10 on, which does so by default
`
const options = command_line({
  ...{ runtime: 'node', themes: '', jobs: '2', over: '', help: false },
  ...{ mixed: '', swapped: false, pooled: false },
})
const folder = join(root, '../shared/conformance')

const is_of_routes = (name) => name.startsWith('route_')

/** Headings of later.txt below which everything is served by now. */
const SERVED = /^# (mesh|clients|operate):/

/**
 * Left out because others want the opposite: without a pool in the configuration there is one route between two servers in
 * route_handshake (info_without_pool_fields) and route_real_cluster (queue_and_plain and more), and four of them here. And `-t` finds
 * options that do not go together, as nats-server does from 2.15.3 on (test/config/corpus); 2.9.10 left that to the start.
 */
const CONTRADICTED = [
  'ops.routez.default_pool',
  'ops.varz.routes_default_pool',
  'ops.config_errors.cross_field_not_tested',
]

/**
 * Left out where two of the other kind pool routes and a member of ours does not: it would judge nats-server. A 2.15.2 that is
 * refused for its name by a server without pool dials it again at once, more than a thousand times a second, whether that is
 * ours, its own 2.9 or itself with `pool_size: -1`, so now and then it is looked at while it takes itself for connected.
 * test/interop looks at the same from our side.
 */
const NOT_WITH_POOLED = ['route.real.same_server_name_refused']

/** With the transport around it. */
function our_command() {
  const command = server_command(options.runtime)
  if (options.over === '') return command.join(' ')
  const entry = command[command.length - 1]
  return [...command.slice(0, -1), join(root, 'scripts/wrapped_server.mjs'), options.over, entry].join(' ')
}

/** Whether that command is a nats-server that pools routes by default. Ours, started by a runtime, says a version like its own. */
function pools_routes(command) {
  const [binary, ...flags] = command.trim().split(/\s+/)
  const { error, stdout } = spawnSync(binary, [...flags, '--version'], { encoding: 'utf8', timeout: 10_000 })
  if (error) throw new Error(`--mixed ${command}: ${error.message}`)
  if (!basename(binary).startsWith('nats-server')) return false
  const [, major, minor] = /^nats-server: v(\d+)\.(\d+)\./.exec(stdout) ?? []
  return +major > 2 || +major === 2 && +minor >= 10
}

/** A file with what later.txt leaves out and we do not serve yet, and with `more`. */
function left_out(more) {
  let is_served = false
  const lines = readFileSync(join(folder, 'later.txt'), 'utf8').split('\n').filter((line) => {
    if (line.startsWith('#')) is_served = SERVED.test(line)
    return !is_served
  })
  const file = join(mkdtempSync(join(tmpdir(), 'onehop-conformance-')), 'later.txt')
  writeFileSync(file, [...lines, ...CONTRADICTED, ...more].join('\n'))
  return file
}

/** Who is the seed, and what the cases are told of the other members (MIXED_SERVER in ../shared/conformance/mesh.mjs). */
function cluster_of_two_kinds(ours) {
  const { mixed, swapped } = options
  if (mixed === '') return { seed: ours, env: {}, except: [] }
  const pooled = options.pooled || pools_routes(mixed)
  const [seed, others] = swapped ? [mixed, ours] : [ours, mixed]
  const except = pooled && !swapped ? NOT_WITH_POOLED : []
  console.log(`mixed: seed "${seed}", every second member "${others}"${pooled ? ', peers counted' : ''}`)
  if (except.length > 0) console.log(`left out with a pool of routes: ${except.join(', ')}`)
  return { seed, env: { MIXED_SERVER: others, ...(pooled && { MIXED_POOLED: '1' }) }, except }
}

async function main() {
  if (options.help) return void process.stdout.write(usage) ?? 0
  if (options.mixed === '' && (options.swapped || options.pooled)) {
    throw new Error('--swapped and --pooled need --mixed')
  }
  if (!['', 'ws', 'tls'].includes(options.over)) throw new Error(`--over is ws or tls, not ${options.over}`)
  const by_default = options.over === '' ? themes : themes_over_all
  const asked = options.themes === '' ? by_default : options.themes.split(',')
  const chosen = asked.flatMap((name) => name === 'route' ? themes.filter(is_of_routes) : [name])
  // A theme that matches no case would be skipped without a word.
  const missing = chosen.filter((name) => !existsSync(join(folder, 'cases', `${name}.mjs`)))
  if (missing.length) throw new Error(`no such theme in ${folder}/cases: ${missing.join(', ')}`)
  if (options.runtime === 'node') await build_dist({ if_stale: true })
  const { seed, env, except } = cluster_of_two_kinds(our_command())
  const args = ['--server', seed, '--only', `^(${chosen.join('|')})$`]
  const rest = ['--except', left_out(except), '--jobs', options.jobs]
  const child = spawn(node_binary(), [join(folder, 'run.mjs'), ...args, ...rest], {
    stdio: 'inherit',
    env: { ...process.env, ...env },
  })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  return await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

main().then((code) => process.exit(code), (error) => {
  console.error(error.message)
  process.exit(1)
})
