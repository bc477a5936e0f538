// The program as a process of its own: its log lines, its end, and that nothing of it is left.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const running = new Set<ChildProcess>()
const folders = new Set<string>()

export interface Program {
  child: ChildProcess
  /** What it wrote on both outputs, by lines. */
  lines: string[]
  /** Resolves at its end. */
  ended: Promise<{ code: number | null; signal: string | null }>
  /** Resolves to the first line that matches, past or future. */
  wait_line(pattern: RegExp, ms?: number): Promise<RegExpExecArray>
}

/** Starts the built server. `shell`: commands that the shell runs before it becomes the server. */
export function start_program(flags: string[], shell = ''): Program {
  return start_command([process.execPath, join(globalThis.ONEHOP_ROOT!, 'dist/main.js'), ...flags], shell)
}

/** The same for any server whose log is like a nats-server's. */
export function start_command(command: string[], shell = ''): Program {
  // A bad signal mask or limit of this process is not the server's: it gets what the shell says.
  const child = shell === ''
    ? spawn(command[0], command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] })
    : spawn('/bin/sh', ['-c', `${shell}; exec "$@"`, 'sh', ...command], { stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  const lines: string[] = []
  const watchers = new Set<() => void>()
  for (const stream of [child.stdout!, child.stderr!]) {
    let rest = ''
    stream.setEncoding('latin1').on('data', (data: string) => {
      const parts = (rest + data).split('\n')
      rest = parts.pop()!
      lines.push(...parts)
      for (const watcher of watchers) watcher()
    })
  }
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.once('close', (code, signal) => {
      running.delete(child)
      resolve({ code, signal })
    })
  )
  const wait_line = (pattern: RegExp, ms = 10_000) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const found = lines.map((line) => pattern.exec(line)).find((each) => each !== null)
        if (!found) return
        stop()
        resolve(found)
      }
      const fail = (why: string) => {
        stop()
        reject(new Error(`No line ${pattern} ${why}:\n${lines.join('\n')}`))
      }
      const timer = setTimeout(() => fail(`within ${ms} ms`), ms)
      const stop = () => {
        clearTimeout(timer)
        watchers.delete(look)
      }
      watchers.add(look)
      void ended.then(() => fail('before its end'))
      look()
    })
  return { child, lines, ended, wait_line }
}

/** Client and cluster port that the log tells. */
export async function ports_of(program: Program): Promise<{ client: number; cluster: number }> {
  const [, client] = await program.wait_line(/Listening for client connections on .*:(\d+)$/)
  const [, cluster] = await program.wait_line(/Listening for route connections on .*:(\d+)$/)
  return { client: Number(client), cluster: Number(cluster) }
}

/** A file with that text, for one test. */
export function config_file(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'onehop-test-'))
  folders.add(folder)
  const path = join(folder, 'server.conf')
  writeFileSync(path, text)
  return path
}

/** For the end of each test. */
export async function stop_programs(): Promise<void> {
  const ends = [...running].map((child) => new Promise((resolve) => child.once('close', resolve)))
  for (const child of running) child.kill('SIGKILL')
  await Promise.all(ends)
  for (const folder of folders) rmSync(folder, { recursive: true })
  folders.clear()
}

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
