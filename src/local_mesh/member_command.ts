// How a member is started: by the runtime and the program that run here, or by the other runtime.
import { basename, dirname, join } from 'node:path'
import { MeshError } from './mesh_error.ts'

export type RuntimeName = 'node' | 'deno'

/** The program that runs here. */
export interface OwnProgram {
  readonly runtime: RuntimeName
  /** The runtime's file. */
  readonly executable: string
  /** The file that the runtime was told to run. */
  readonly main: string
  exists(path: string): boolean
}

/** The command without the server's arguments. `wanted`: node, deno, or the path of one; '': as here. Throws MeshError. */
export function member_command(wanted: string, own: OwnProgram): string[] {
  const runtime = wanted === '' ? own.runtime : runtime_of(wanted)
  // A bare name is looked for in PATH, unless it is that of what runs here.
  const executable = wanted === '' || wanted === own.runtime ? own.executable : wanted
  return runtime === 'deno' ? [executable, 'run', '-A', deno_program(own)] : [executable, node_program(own)]
}

function runtime_of(wanted: string): RuntimeName {
  const name = basename(wanted).replace(/\.exe$/i, '')
  if (/^node(js)?[\d.]*$/.test(name)) return 'node'
  if (/^deno[\d.]*$/.test(name)) return 'deno'
  throw new MeshError(`--runtime is node, deno, or the path of one, not ${JSON.stringify(wanted)}`)
}

/** Deno runs what it keeps of a package by the package's name only: the file alone would not find what it imports. */
function deno_program({ runtime, main }: OwnProgram): string {
  const [, name, version] =
    /\/npm\/[^/]+\/((?:@[^/]+\/)?[^/]+)\/(\d+\.\d+\.\d+[^/]*)\//.exec(main.replaceAll('\\', '/')) ?? []
  return runtime === 'deno' && name !== undefined ? `npm:${name}@${version}` : main
}

/** Node can not read the sources everywhere, so there is only what was built. */
function node_program({ main, exists }: OwnProgram): string {
  if (!main.endsWith('.ts')) return main
  const built = join(dirname(main), 'dist', 'main.js')
  if (exists(built)) return built
  throw new MeshError(`Node runs ${built}, which is not there: npm run build makes it`)
}

/** The command as a person would type it. */
export const shell_line = (command: readonly string[]): string =>
  command.map((word) => /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
