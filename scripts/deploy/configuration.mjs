// A configuration that stands in another file, judged by the server.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { node_binary, root } from '../runtimes.mjs'

const environment = { POD_NAME: 'onehop-0' }

/** What `onehop -t` finds. */
export function check_configuration(text) {
  const { status, stderr } = with_file(text, (path) => onehop(['-c', path, '-t']))
  return status === 0 ? [] : [`onehop -t: ${stderr.trim()}`]
}

/** The ports that a server would listen on with it. */
export function file_ports(text) {
  const { stdout } = with_file(text, (path) => onehop(['config', '--effective', '--json', '-c', path]))
  if (stdout === '') return []
  const { port, http_port, cluster } = JSON.parse(stdout)
  return [port.value, http_port.value, cluster.port.value]
}

/** How long lame duck mode may take, in seconds. */
export function lame_duck_seconds(text) {
  const { stdout } = with_file(text, (path) => onehop(['config', '--effective', '--json', '-c', path]))
  if (stdout === '') return NaN
  const duration = String(JSON.parse(stdout).lame_duck_duration.value)
  const units = { h: 3600, m: 60, s: 1 }
  return [...duration.matchAll(/(\d+)([hms])/g)].reduce((sum, [, number, unit]) => sum + number * units[unit], 0)
}

function onehop(words) {
  const env = { ...process.env, ...environment }
  return spawnSync(node_binary(), [join(root, 'dist/main.js'), ...words], { env, encoding: 'utf8' })
}

function with_file(text, use) {
  const folder = mkdtempSync(join(tmpdir(), 'onehop-deploy-'))
  try {
    const path = join(folder, 'server.conf')
    writeFileSync(path, text)
    return use(path)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
