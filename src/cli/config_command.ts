// `config --check` and `config --effective`: a configuration is looked at, and no server is started.
import { readFileSync } from 'node:fs'
import { system_clock } from '../base/clock.ts'
import { type CommandLine, dashed, type Flag, type FlagError, parse_flags } from '../config/flags.ts'
import { SyntaxFailure } from '../config/parser.ts'
import { all_contradictions, complete_said, read_said, type Said } from '../config/said.ts'
import { ValueError } from '../config/values.ts'
import { check_configuration } from '../review/check.ts'
import { effective_settings } from '../review/effective.ts'
import { finding_line, findings_json, findings_summary } from '../review/finding.ts'
import { this_machine } from '../review/machine.ts'
import { open_files_limit } from '../review/open_files.ts'
import { said_only } from '../review/setting.ts'
import { file_text, settings_json } from '../review/setting_text.ts'
import type { Command, CommandCall, CommandResult } from './command.ts'

const own_flag = (name: string, help: string): Flag => ({ names: [name], type: 'bool', group: 'Common', help })
const OWN_FLAGS = [
  own_flag('check', 'Judge everything that a start would meet'),
  own_flag('effective', 'Print the configuration in force'),
  own_flag('json', 'Print JSON'),
  own_flag('only-set', 'With --effective: leave out what nobody has said'),
  own_flag('show-secrets', 'With --effective: show passwords and tokens'),
]
/** Of the server's flags those that ask for something else than a start. */
const NO_START = ['t', 'sl', 'v', 'help_tls']

const HELP = `
Usage: onehop config --check [--json] [options of the server]
       onehop config --effective [--json] [--only-set] [--show-secrets] [options of the server]

Looks at a configuration, which is the file of -c and the flags that the server would be started with. No server is started, and
none is needed.

--check judges everything that a start would meet: the file, options that do not go together, and then this machine: whether
ports are free and addresses its own, until when certificates are good, whether names of routes are known, whether files can be
written. Each finding is a line, the worst first:

    error|warning|note  PLACE: what is the matter; what to do

    error      the server would not start, or could not do what it is asked
    warning    it starts, and something is unsafe or may not be what was meant
    note       good to know

PLACE is FILE:LINE:COLUMN, a flag, or "default".

--effective prints all options as a file that can be read again, each with where it was said:

    port: 4222                                # server.conf:3:1
    debug: true                               # flag -D
    server_name: "a"                          # environment NAME (server.conf:4:1)
    max_connections: 65536                    # default

Passwords, tokens, and users in URLs are shown as [REDACTED]: such a file starts a server with other ones. With --show-secrets
it means the same as what it was made of.

    --json           Print JSON
    --only-set       Leave out what nobody has said
    --show-secrets   Show passwords and tokens

Status: 0, there is no error; 1, there is one; 2, wrong usage.

`

export const CONFIG_COMMAND: Command = { help: HELP, run: run_config }

async function run_config({ argv, environment }: CommandCall): Promise<CommandResult> {
  const line = parse_flags(argv, OWN_FLAGS)
  if ('error' in line) return wrong_usage(line)
  const is_on = (name: string) => line.values.get(name)?.value === true
  if (is_on('h')) return { stdout: HELP, stderr: '', exit: 0 }
  const fault = usage_fault(line)
  if (fault !== null) return wrong_usage({ error: fault })
  const read = () => read_said(line, environment, (path) => readFileSync(path, 'utf8'))
  if (is_on('check')) return await check(String(line.values.get('c')?.value ?? ''), read, is_on('json'))
  return effective(read, { json: is_on('json'), only_set: is_on('only-set'), shows: is_on('show-secrets') })
}

function wrong_usage({ error, hint }: FlagError): CommandResult {
  const stderr = [error, hint, 'see: onehop help config'].filter((text) => text !== undefined).map((text) =>
    `${text}\n`
  )
  return { stdout: '', stderr: `onehop config: ${stderr.join('')}`, exit: 2 }
}

function usage_fault({ values, words }: CommandLine): string | null {
  if (words.length > 0) return `what is ${JSON.stringify(words[0])}?`
  const foreign = NO_START.map((name) => values.get(name)).find((given) => given !== undefined)
  if (foreign !== undefined) return `${dashed(foreign.name)} has no place here`
  const wanted = ['check', 'effective'].filter((name) => values.get(name)?.value === true)
  if (wanted.length !== 1) return 'say --check or --effective'
  const more = ['only-set', 'show-secrets'].find((name) => values.get(name)?.value === true)
  return wanted[0] === 'check' && more !== undefined ? `--${more} goes with --effective` : null
}

async function check(file: string, read: () => Said, json: boolean): Promise<CommandResult> {
  const findings = await check_configuration(file, read, this_machine(system_clock(), open_files_limit()))
  const exit = findings.some(({ severity }) => severity === 'error') ? 1 : 0
  if (json) return { stdout: pretty(findings_json(findings)), stderr: '', exit }
  const stdout = findings.map((finding) => `${finding_line(finding)}\n`).join('')
  return { stdout, stderr: `${file || 'flags'}: ${findings_summary(findings)}\n`, exit }
}

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

interface Wanted {
  readonly json: boolean
  readonly only_set: boolean
  /** Secrets are shown. */
  readonly shows: boolean
}

/** What would keep a server from starting keeps this from being printed: there is nothing in force then. */
function effective(read: () => Said, { json, only_set, shows }: Wanted): CommandResult {
  let said: Said
  try {
    said = read()
    const { errors, refusals } = said.problems
    if (errors.length + refusals.length > 0) throw new ValueError([...errors, ...refusals].join('\n'))
    complete_said(said)
    const [first] = all_contradictions(said)
    if (first !== undefined) throw new ValueError(first.text)
  } catch (error) {
    if (!(error instanceof ValueError || error instanceof SyntaxFailure)) throw error
    return { stdout: '', stderr: `onehop config: ${error.message}\n`, exit: 1 }
  }
  const all = effective_settings(said)
  const settings = only_set ? said_only(all) : all
  const stderr = [...said.notices, ...said.problems.notices, ...said.problems.warnings].map((text) => `${text}\n`).join(
    '',
  )
  return { stdout: json ? pretty(settings_json(settings, shows)) : file_text(settings, shows), stderr, exit: 0 }
}
