// A unit of systemd: by systemd itself where it is, and always by the rules that matter to a server.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** From 0, nothing can be reached, to 10 (times ten, as systemd takes it). */
const exposure_max = 20
const sections = new Set(['Unit', 'Service', 'Install'])
/** What has to be said, and how. */
const wanted = {
  'Service ExecStart': / onehop -c \/\S+$/,
  'Service ExecReload': / -s HUP \$MAINPID$/,
  'Service KillSignal': /^SIGUSR2$/,
  'Service Restart': /^on-failure$/,
  'Service User': /^(?!root$|0$)\S+$/,
  'Service LimitNOFILE': /^\d{5,}$/,
  'Service NoNewPrivileges': /^yes$/,
  'Service ProtectSystem': /^strict$/,
  'Service SystemCallFilter': /^@system-service$/,
  'Install WantedBy': /\.target$/,
}
/** lame_duck_duration, unless the file says another one. */
const lame_duck_seconds = 120

/** Gives { faults, notes }. */
export function check_unit(name, text) {
  const { keys, faults } = keys_of(text)
  for (const [key, pattern] of Object.entries(wanted)) {
    const value = keys.get(key)
    if (value === undefined) faults.push(`${key} is missing`)
    else if (!pattern.test(value)) faults.push(`${key} is ${value}`)
  }
  const stop = Number(keys.get('Service TimeoutStopSec'))
  if (!(stop > lame_duck_seconds)) faults.push(`Service TimeoutStopSec is not above ${lame_duck_seconds}`)
  if (keys.get('Service MemoryDenyWriteExecute') === 'yes') faults.push('MemoryDenyWriteExecute: the runtime compiles')
  const judged = by_systemd(name, text)
  return { faults: [...faults, ...judged.faults], notes: judged.notes }
}

/** The last value of each key, as "Section Key", and lines that are none. */
export function keys_of(text) {
  const keys = new Map()
  const faults = []
  let section = ''
  for (const [i, line] of text.split('\n').entries()) {
    const head = /^\[(\w+)\]$/.exec(line)
    const pair = /^([A-Z]\w*)=(.*)$/.exec(line)
    if (head !== null) {
      section = head[1]
      if (!sections.has(section)) faults.push(`line ${i + 1}: what is [${section}]?`)
    } else if (pair !== null) keys.set(`${section} ${pair[1]}`, pair[2])
    else if (!/^([#;].*)?$/.test(line)) faults.push(`line ${i + 1}: neither a section nor KEY=VALUE`)
  }
  return { keys, faults }
}

function by_systemd(name, text) {
  if (spawnSync('systemd-analyze', ['--version'], { stdio: 'ignore' }).status !== 0) {
    return { faults: [], notes: ['systemd-analyze is not here: its judgement is missing'] }
  }
  const folder = mkdtempSync(join(tmpdir(), 'onehop-unit-'))
  const path = join(folder, name)
  try {
    writeFileSync(path, text)
    const verify = ['verify', '--man=no', path]
    const security = ['security', '--offline=yes', `--threshold=${exposure_max}`, path]
    const faults = [verify, security].flatMap((words) => {
      const { status, stdout, stderr } = spawnSync('systemd-analyze', words, { encoding: 'utf8' })
      // What it does not know it says, and ends with 0 all the same.
      const told = words === verify ? stderr.trim() : ''
      return status === 0 && told === ''
        ? []
        : [`systemd-analyze ${words[0]}: ${told || stdout.trim().split('\n').at(-1)}`]
    })
    return { faults, notes: [] }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
