// node scripts/conformance.mjs [--runtime node|deno] [--themes a,b] [--mixed "nats-server"] [--jobs 2]: runs the themes of the spine
// from ../shared/conformance. Exit code and last line are the runner's own.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
]
const options = command_line({ runtime: 'node', themes: themes.join(','), mixed: '', jobs: '2' })
const folder = join(root, '../shared/conformance')

/** Ids in later.txt that are served by now: those below a heading that begins so. */
const SERVED = /^# mesh:/

/** A file with what later.txt leaves out and we do not serve yet. */
function left_out() {
  let is_served = false
  const lines = readFileSync(join(folder, 'later.txt'), 'utf8').split('\n').filter((line) => {
    if (line.startsWith('#')) is_served = SERVED.test(line)
    return !is_served
  })
  const file = join(mkdtempSync(join(tmpdir(), 'onehop-conformance-')), 'later.txt')
  writeFileSync(file, lines.join('\n'))
  return file
}

async function main() {
  const chosen = options.themes.split(',')
  // A theme that matches no case would be skipped without a word.
  const missing = chosen.filter((name) => !existsSync(join(folder, 'cases', `${name}.mjs`)))
  if (missing.length) throw new Error(`no such theme in ${folder}/cases: ${missing.join(', ')}`)
  if (options.runtime === 'node') await build_dist({ if_stale: true })
  const args = ['--server', server_command(options.runtime).join(' '), '--only', `^(${chosen.join('|')})$`]
  const rest = ['--except', left_out(), '--jobs', options.jobs]
  const env = options.mixed ? { ...process.env, MIXED_SERVER: options.mixed } : process.env
  const child = spawn(node_binary(), [join(folder, 'run.mjs'), ...args, ...rest], { stdio: 'inherit', env })
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
