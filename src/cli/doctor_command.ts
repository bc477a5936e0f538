// `doctor URL...`: a running cluster is asked at all its addresses, and what is wrong with it is said.
import { readFileSync } from 'node:fs'
import { system_clock } from '../base/clock.ts'
import { system_random } from '../base/prng.ts'
import { system_error_text } from '../base/system_error.ts'
import { nearest } from '../config/nearest.ts'
import { parse_duration_ms, ValueError } from '../config/values.ts'
import type { TlsTrust } from '../doctor/channel.ts'
import {
  type Credentials,
  creds_file_credentials,
  NO_CREDENTIALS,
  seed_file_credentials,
  url_credentials,
} from '../doctor/credentials.ts'
import { diagnosis, survey_summary } from '../doctor/diagnosis.ts'
import { ProgressLine } from '../doctor/progress_line.ts'
import { survey } from '../doctor/survey.ts'
import { type GivenUrl, parse_given } from '../doctor/target.ts'
import { finding_line, findings_json, findings_summary } from '../review/finding.ts'
import type { Command, CommandCall, CommandResult } from './command.ts'

const HELP = `
Usage: onehop doctor [options] URL...

Asks a running cluster how it is, and says what is wrong and what to change. One URL is enough: every address that a server tells of is
dialled, too, for clients, WebSockets, other servers and monitoring, and what the members say of each other is compared. It works
with onehop and with nats-server.

    nats://HOST:4222, tls://    a port for clients
    ws://HOST:80, wss://        a port for WebSockets
    http://HOST:8222, https://  monitoring: routes, clocks, health. Nobody tells of it: give one URL for each server, unless it is at
                                the same port of every host
    nats-route://HOST:6222      a port for other servers

Each finding is a line, the worst first:

    error|warning|note  PLACE: what is the matter; what to do

    error      messages, clients or servers do not get where they should
    warning    something is unsafe, or will become an error
    note       good to know

Where it is let in at two servers or more, it publishes a few empty messages on a subject of its own (_onehop.doctor.RANDOM.*)
at each, and listens at all others.

    --user NAME        Log in; so does NAME:PASSWORD@ in a URL of a port for clients
    --pass PASSWORD    With --user
    --token TOKEN      Log in with a token; so does TOKEN@ in a URL
    --creds FILE       Log in with a token of a user and its seed, as nsc writes it
    --nkey FILE        Log in with a seed
    --tls-ca FILE      Trust these authorities instead of the machine's own
    --tls-cert FILE    Show this certificate, where one is asked for
    --tls-key FILE     Its key
    --timeout 2s       For each address
    --no-probe         Publish nothing
    --json             Print JSON

Credentials go to no server whose certificate is not good.

Status: 0, there is no error; 1, there is one; 2, wrong usage.

`

export const DOCTOR_COMMAND: Command = { help: HELP, run: run_doctor }

const TEXTS = ['user', 'pass', 'token', 'creds', 'nkey', 'tls-ca', 'tls-cert', 'tls-key', 'timeout'] as const
const SWITCHES = ['no-probe', 'json', 'help', 'h'] as const

class UsageError extends Error {
  override name = 'UsageError'
}

interface Wanted {
  readonly urls: readonly GivenUrl[]
  readonly texts: ReadonlyMap<string, string>
  readonly switches: ReadonlySet<string>
}

async function run_doctor(call: CommandCall): Promise<CommandResult> {
  try {
    const wanted = read_arguments(call.argv)
    if (wanted.switches.has('help') || wanted.switches.has('h')) return { stdout: HELP, stderr: '', exit: 0 }
    if (wanted.urls.length === 0) throw new UsageError('say at least one URL')
    return await ask(wanted, call)
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof ValueError)) throw error
    return { stdout: '', stderr: `onehop doctor: ${error.message}\nsee: onehop help doctor\n`, exit: 2 }
  }
}

/** Flags may stand before and behind URLs, with one dash or two, and with `=` or without. */
function read_arguments(argv: readonly string[]): Wanted {
  const urls: GivenUrl[] = []
  const texts = new Map<string, string>()
  const switches = new Set<string>()
  const known: readonly string[] = [...TEXTS, ...SWITCHES]
  for (let i = 0; i < argv.length; i++) {
    const [, name, joined] = /^--?([a-z][a-z-]*)(?:=([^]*))?$/.exec(argv[i]) ?? []
    if (name === undefined) {
      if (argv[i].startsWith('-')) throw new UsageError(`bad flag syntax: ${argv[i]}`)
      urls.push(parse_given(argv[i]))
    } else if (!known.includes(name)) {
      const meant = nearest(name, known)
      throw new UsageError(`there is no --${name}${meant === null ? '' : `; did you mean --${meant}?`}`)
    } else if ((SWITCHES as readonly string[]).includes(name)) {
      if (joined !== undefined) throw new UsageError(`--${name} takes nothing`)
      switches.add(name)
    } else {
      const value = joined ?? argv[++i]
      if (value === undefined) throw new UsageError(`--${name} needs a value`)
      texts.set(name, value)
    }
  }
  return { urls, texts, switches }
}

async function ask({ urls, texts, switches }: Wanted, { terminal, interrupted }: CommandCall): Promise<CommandResult> {
  const clock = system_clock()
  const timeout_ms = parse_timeout(texts.get('timeout') ?? '2s')
  const signal = interrupted()
  const line = terminal.is_terminal && !switches.has('json') ? new ProgressLine(terminal, clock) : null
  const tools = { clock, timeout_ms, trust: trust_of(texts), credentials: credentials_of(texts, urls) }
  const facts = await survey({
    given: urls.map(({ target }) => target),
    tools,
    random: system_random(),
    wants_probe: !switches.has('no-probe'),
    progress: (state) => line?.show(state),
    interrupted: signal,
  })
  line?.clear()
  const findings = diagnosis(facts)
  const exit = findings.some(({ severity }) => severity === 'error') ? 1 : 0
  if (signal.aborted) terminal.write_error('onehop doctor: interrupted, so this is not all\n')
  const summary = survey_summary(facts)
  if (switches.has('json')) {
    return { stdout: `${JSON.stringify({ summary, ...findings_json(findings) }, null, 2)}\n`, stderr: '', exit }
  }
  const stdout = findings.map((finding) => `${finding_line(finding)}\n`).join('')
  return { stdout, stderr: `${summary}: ${findings_summary(findings)}\n`, exit }
}

function parse_timeout(text: string): number {
  const ms = parse_duration_ms(text)
  if (!(ms > 0)) throw new UsageError('--timeout has to be more than nothing')
  return ms
}

function read_file(path: string, flag: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`--${flag} ${path}: ${system_error_text(error)}`)
  }
}

function trust_of(texts: ReadonlyMap<string, string>): TlsTrust {
  const of = (flag: string, name: string) => {
    const path = texts.get(flag)
    return path === undefined ? {} : { [name]: read_file(path, flag) }
  }
  if (texts.has('tls-cert') !== texts.has('tls-key')) throw new UsageError('--tls-cert and --tls-key go together')
  return { ...of('tls-ca', 'ca'), ...of('tls-cert', 'cert'), ...of('tls-key', 'key') }
}

/** Flags come before the URL. Two ways to log in contradict each other. */
function credentials_of(texts: ReadonlyMap<string, string>, urls: readonly GivenUrl[]): Credentials {
  const ways = ['user', 'token', 'creds', 'nkey'].filter((flag) => texts.has(flag))
  if (ways.length > 1) throw new UsageError(`--${ways[0]} and --${ways[1]} are two ways to log in; take one`)
  if (texts.has('pass') && ways[0] !== 'user') throw new UsageError('--pass goes with --user')
  const path = texts.get(ways[0] ?? '') ?? ''
  switch (ways[0]) {
    case 'user':
      return { ...NO_CREDENTIALS, user: path, password: texts.get('pass') ?? '' }
    case 'token':
      return { ...NO_CREDENTIALS, token: path }
    case 'creds':
    case 'nkey': {
      const text = read_file(path, ways[0])
      const found = ways[0] === 'creds' ? creds_file_credentials(text) : seed_file_credentials(text)
      if (found === null) throw new UsageError(`--${ways[0]} ${path}: no seed of a user is in it`)
      return found
    }
  }
  const given = urls.find(({ credentials }) => credentials !== null)?.credentials
  return given == null ? NO_CREDENTIALS : url_credentials(given)
}
