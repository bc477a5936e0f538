// `mesh`: servers on this machine that find each other, started and ended together.
import { resolve } from 'node:path'
import { system_clock } from '../base/clock.ts'
import { type CommandLine, dashed, type Flag, type FlagError, parse_flags } from '../config/flags.ts'
import { MeshError } from '../local_mesh/mesh_error.ts'
import { DEFAULT_PORT_BASE, MEMBERS_MAX, port_base_max } from '../local_mesh/mesh_plan.ts'
import { type MeshRequest, run_mesh } from '../local_mesh/run_mesh.ts'
import { current_runtime } from '../net/listener.ts'
import { this_machine } from '../review/machine.ts'
import type { Command, CommandCall, CommandResult } from './command.ts'
import { existsSync } from 'node:fs'

const own_flag = (name: string, type: Flag['type'], help: string): Flag => ({
  ...{ names: [name], type, group: 'Common', help },
})
const OWN_FLAGS = [
  own_flag('port-base', 'int', 'The first port'),
  own_flag('runtime', 'string', 'What the servers run on'),
  own_flag('open', 'bool', 'Open the page'),
  own_flag('exit-when-formed', 'bool', 'End as soon as the mesh is whole'),
  own_flag('wait', 'int', 'Seconds until something must be wrong'),
]
/** Of the server's flags those that every member has of its own, or that ask for something else than a start. */
const NOT_PASSED = ['p', 'm', 'ms', 'n', 'cluster', 'routes', 'P', 'l', 'profile', 't', 'sl', 'v', 'help_tls']
const DEFAULT_COUNT = 3
const DEFAULT_WAIT_S = 30
const WAIT_MAX_S = 3_600

const HELP = `
Usage: onehop mesh [N] [options] [options of the server]

Starts N servers here (default 3, at most 9) that find each other: a, b, c and so on, of which a is the seed. Shows how the routes
come up, says where to connect, and then shows what all of them log. Ctrl-C ends them all; so does the end of this program, whatever
its cause.

    --port-base PORT     The first port (default 4222), see below
    --config, -c FILE    A configuration that all of them have
    --workers N          Threads for clients in each (default 1)
    --runtime RUNTIME    node, deno, or the path of one (default: what runs here)
    --open               Open the page of the mesh in the browser
    --exit-when-formed   End as soon as the mesh is whole: for scripts
    --wait SECONDS       When a mesh that is not whole is given up (default 30)

Other options are those of the server, and each server gets them: -D, -V, --user, -a and so on (onehop --help). Those that a server
must have for itself, as its name and ports, are chosen here.

    ports of     clients   WebSocket   monitoring   routes
    a            4222      4223        4224         4248
    b            5222      5223        5224         5248
    c            6222      6223        6224         6248

They listen on 127.0.0.1; -a HOST has others reach clients' ports, WebSocket and monitoring. Routes stay on the loopback, without a
login. What FILE says of ports, names and routes does not count here. It can tell the servers apart by the variables $ONEHOP_MEMBER
(a, b, c) and $ONEHOP_WEBSOCKET_PORT, which a websocket block of its own has to name as its port.

    onehop mesh
    onehop mesh 5 --port-base 14222 --open
    onehop mesh 3 -c server.conf --exit-when-formed && echo it forms

A server that ends by itself is told of, and the others go on; if one can not be started, all end.

Status: 0, ended by Ctrl-C, or whole with --exit-when-formed; 1, a server ended by itself or could not be started, or the mesh is
not whole in time with --exit-when-formed; 2, wrong usage.

`

export const MESH_COMMAND: Command = { help: HELP, run: start_mesh }

async function start_mesh({ argv, environment, terminal, interrupted }: CommandCall): Promise<CommandResult> {
  const line = read_line(argv)
  if ('error' in line) return wrong_usage(line)
  if (line.values.get('h')?.value === true) return { stdout: HELP, stderr: '', exit: 0 }
  const request = request_of(line)
  if ('error' in request) return wrong_usage(request)
  const clock = system_clock()
  const program = {
    runtime: current_runtime().name,
    executable: process.execPath,
    main: process.argv[1] ?? '',
    exists: existsSync,
  }
  try {
    const machine = this_machine(clock, null)
    return {
      stdout: '',
      stderr: '',
      exit: await run_mesh(request, { ...{ terminal, environment, clock, machine }, program, interrupted }),
    }
  } catch (error) {
    if (!(error instanceof MeshError)) throw error
    const stderr = error.message.split('\n').map((text) => `onehop mesh: ${text}\n`).join('')
    return { stdout: '', stderr, exit: 1 }
  }
}

function wrong_usage({ error, hint }: FlagError): CommandResult {
  const lines = [error, hint, 'see: onehop help mesh'].filter((text) => text !== undefined)
  return { stdout: '', stderr: `onehop mesh: ${lines.join('\n')}\n`, exit: 2 }
}

/** The number may stand in front of the flags or behind them. */
function read_line(argv: readonly string[]): CommandLine | FlagError {
  const is_first = argv.length > 0 && !argv[0].startsWith('-')
  const line = parse_flags(is_first ? argv.slice(1) : argv, OWN_FLAGS)
  if ('error' in line || !is_first) return line
  return { values: line.values, words: [argv[0], ...line.words] }
}

function request_of({ values, words }: CommandLine): MeshRequest | FlagError {
  const value = (name: string) => values.get(name)?.value
  const [word = String(DEFAULT_COUNT), ...more] = words
  if (more.length > 0) return { error: `what is ${JSON.stringify(more[0])}?` }
  const count = Number(word)
  if (!is_between(count, 1, MEMBERS_MAX)) return { error: `N is a number from 1 to ${MEMBERS_MAX}, not ${word}` }
  const foreign = NOT_PASSED.map((name) => values.get(name)).find((given) => given !== undefined)
  if (foreign !== undefined) return { error: `${dashed(foreign.name)} has no place here: each server has its own` }
  const port_base = Number(value('port-base') ?? DEFAULT_PORT_BASE)
  if (!is_between(port_base, 1, port_base_max(count))) {
    return { error: `--port-base is a number from 1 to ${port_base_max(count)}, not ${port_base}` }
  }
  const wait_s = Number(value('wait') ?? DEFAULT_WAIT_S)
  if (!is_between(wait_s, 1, WAIT_MAX_S)) return { error: `--wait is a number from 1 to ${WAIT_MAX_S}, not ${wait_s}` }
  const config = String(value('c') ?? '')
  return {
    ...{ count, port_base, wait_ms: wait_s * 1000 },
    ...{ runtime: String(value('runtime') ?? ''), host: String(value('a') ?? '') },
    config_file: config === '' ? '' : resolve(config),
    passed: passed_flags(values),
    opens_page: value('open') === true,
    exits_when_formed: value('exit-when-formed') === true,
  }
}

const is_between = (value: number, min: number, max: number): boolean =>
  Number.isInteger(value) && value >= min && value <= max

function passed_flags(values: CommandLine['values']): string[] {
  const own = new Set(['c', 'a', ...OWN_FLAGS.map(({ names: [name] }) => name)])
  return [...values].filter(([name]) => !own.has(name)).map(([, { name, value }]) => `--${name}=${value}`)
}
