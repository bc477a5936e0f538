// `--signal command[=target]`: a signal for a server that runs already (reference ops.md 1.7).
import { system_error_text } from '../base/system_error.ts'

/** What sending a signal needs of the system. */
export interface SignalSystem {
  /** Throws as node:fs does. */
  read(path: string): string
  /** Throws as process.kill does. */
  kill(pid: number, signal: NodeJS.Signals): void
  /** Other processes that run this program; null where nobody tells. */
  find(): number[] | null
}

const SIGNALS: Readonly<Record<string, NodeJS.Signals>> = Object.freeze({
  stop: 'SIGKILL',
  quit: 'SIGINT',
  term: 'SIGTERM',
  ldm: 'SIGUSR2',
  reload: 'SIGHUP',
  reopen: 'SIGUSR1',
})

/** Sends it; returns what went wrong, in nats-server's words, or null. */
export function send_signal(text: string, system: SignalSystem): string | null {
  const [command, target = '', ...rest] = text.split('=')
  if (rest.length > 0) return `invalid signal parameters: [${rest.join(' ')}]`
  const pids = choose_pids(read_pid_file(target, system), system)
  if (typeof pids === 'string') return pids
  if (!Object.hasOwn(SIGNALS, command)) return `unknown signal ${JSON.stringify(command)}`
  let problems = ''
  for (const pid of pids) {
    const problem = send(command, pid, system)
    if (problem !== null) problems += `\nsignal ${JSON.stringify(command)} ${pid}: ${problem}`
  }
  return problems === '' ? null : problems
}

function send(command: string, pid: number, { kill }: SignalSystem): string | null {
  try {
    kill(pid, SIGNALS[command])
    return null
  } catch (error) {
    return system_error_text(error)
  }
}

/** The target, or what the file of that name says. */
function read_pid_file(target: string, { read }: SignalSystem): string {
  if (target === '') return ''
  try {
    return read(target)
  } catch {
    return target
  }
}

/** The pids meant by `<pid>`, by `<digits>*` (those that begin so) and by nothing (the only one); or why there are none. */
function choose_pids(target: string, { find }: SignalSystem): number[] | string {
  const any = target.endsWith('*')
  const digits = any ? target.slice(0, -1) : target
  // nats-server takes 0 and negative numbers as well; they would mean whole groups of processes.
  if (digits !== '' && !/^0*[1-9]\d*$/.test(digits)) return `invalid pid: ${digits}`
  if (digits !== '' && !any) return [Number(digits)]
  const found = find()
  if (found === null) return 'unable to resolve pid, try providing one'
  if (found.length > 1 && !any) return ['multiple nats-server processes running:', ...found].join('\n')
  if (found.length === 0) return 'no nats-server processes running'
  return found.filter((pid) => String(pid).startsWith(digits))
}
