// Tools that others have made for NATS: where they are, and what they say when they are run.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** Where tools keep what they remember: nothing of the machine's own is read or changed. */
const home = mkdtempSync(join(tmpdir(), 'onehop-tools-'))
process.on('exit', () => rmSync(home, { recursive: true, force: true }))

export interface ToolRun {
  /** Null: it was ended, because it said what it was waited for or because its time was over. */
  code: number | null
  /** What it wrote on both outputs. */
  text: string
}

/** The path of a tool: what the variable of the environment names, or where it is in PATH or .cache/tools; null: nowhere. */
export function find_tool(name: string, variable: string, environment: NodeJS.ProcessEnv = process.env): string | null {
  const named = environment[variable]
  if (named) return named
  const folders = [...(environment.PATH ?? '').split(delimiter), join(globalThis.ONEHOP_ROOT!, '.cache/tools')]
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null
}

/** Whether it starts at all. */
export const can_run = (path: string): boolean =>
  spawnSync(path, ['--version'], { timeout: 10_000 }).error === undefined

/** Runs it to its end, or until it has said something, or until its time is over. */
export function run_tool(
  command: readonly string[],
  { until, input = '', ms = 20_000 }: { until?: RegExp; input?: string; ms?: number } = {},
): Promise<ToolRun> {
  const child = spawn(command[0], command.slice(1), {
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, NO_COLOR: '1', TERM: 'dumb' },
  })
  return new Promise((resolve, reject) => {
    let text = ''
    const timer = setTimeout(() => child.kill('SIGKILL'), ms)
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
        if (until?.test(text)) child.kill('SIGKILL')
      })
    }
    child.once('error', reject)
    child.once('close', (code) => {
      clearTimeout(timer)
      resolve({ code, text })
    })
    child.stdin.on('error', () => {}).end(input)
  })
}
