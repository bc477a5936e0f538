// Child processes of the scripts: each in a process group of its own, so that nothing is left running, whatever happens here.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

const groups = new Set()

/** Starts command (a list) in a group of its own. The group is killed when this process ends. */
export function start_process(command, { cwd, env = {}, stdio = ['ignore', 'pipe', 'pipe'] } = {}) {
  const child = spawn(command[0], command.slice(1), { cwd, env: { ...process.env, ...env }, stdio, detached: true })
  if (child.pid !== undefined) groups.add(child.pid)
  // Without a listener a missing program would end this process with a stack trace.
  child.on('error', () => {})
  return child
}

/** Ends what start_process started and waits for it: first as Ctrl-C does, after grace_ms for good. */
export async function stop_process(child, grace_ms = 3000) {
  if (child.pid === undefined) return
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((resolve) => child.once('exit', resolve))
    const timer = setTimeout(() => kill_group(child.pid), grace_ms)
    child.kill('SIGINT')
    await gone
    clearTimeout(timer)
  }
  kill_group(child.pid)
  groups.delete(child.pid)
}

/** Runs command to its end, seconds at most. Gives { code, signal, output, ms, timed_out, left_behind }; what the command
 * left running is killed, and left_behind says so. */
export async function run_process(command, { seconds, cwd, env } = {}) {
  const began = performance.now()
  const child = start_process(command, { cwd, env })
  let output = ''
  let timed_out = false
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => output += data)
  const timer = setTimeout(() => {
    timed_out = true
    kill_group(child.pid)
  }, seconds * 1000)
  const { code, signal } = await new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: error.code ?? 'error', signal: null }))
    child.once('exit', (code, signal) => resolve({ code, signal }))
  })
  clearTimeout(timer)
  const left_behind = !timed_out && await still_running(child.pid)
  kill_group(child.pid)
  groups.delete(child.pid)
  return { code, signal, output, ms: performance.now() - began, timed_out, left_behind }
}

function kill_group(pid) {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group is gone already.
  }
}

/** True if a process of the group lives on; what is just ending gets half a second. */
async function still_running(pid) {
  if (pid === undefined) return false
  for (let i = 0; i < 10; i++) {
    if (!group_lives(pid)) return false
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return true
}

function group_lives(pid) {
  try {
    process.kill(-pid, 0)
  } catch {
    return false
  }
  if (!existsSync('/proc/self/stat')) return true
  // A dead process that nobody waited for still counts as a member: look at the states.
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).some((name) => {
    try {
      const [state, , group] = readFileSync(`/proc/${name}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ')
      return +group === pid && state !== 'Z'
    } catch {
      return false
    }
  })
}

let on_signal = () => process.exit(130)

/** Calls handler on Ctrl-C and SIGTERM; without it this process ends, and what it started with it. */
export function on_end_signal(handler) {
  on_signal = handler
}

process.on('exit', () => groups.forEach(kill_group))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => on_signal(signal))
