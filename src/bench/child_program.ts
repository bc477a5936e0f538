// Programs that a run starts: servers and load. None of them outlives it.
import { type ChildProcess, spawn } from 'node:child_process'
import type { Clock } from '../base/clock.ts'

/** What is kept of what a program says on its standard error, to tell why it ended. */
const WORDS_MAX = 2000
const END_MS = 3000

/** Those that run now. */
const running = new Set<ChildProgram>()

/** Ends all of them at once: who waits for one is told that it has ended. */
export function kill_programs(): void {
  for (const { child } of running) child.kill('SIGKILL')
}

export class ChildProgram {
  readonly child: ChildProcess
  /** Resolves with what there is to say about how it ended. */
  readonly ended: Promise<string>
  #words = ''

  /** A command as a list. Its output is read line by line if somebody wants the lines. */
  constructor(command: readonly string[], on_line?: (line: string) => void) {
    const output = on_line === undefined ? 'ignore' : 'pipe'
    this.child = spawn(command[0], command.slice(1), { stdio: ['pipe', output, 'pipe'] })
    if (running.size === 0) process.once('exit', kill_programs)
    running.add(this)
    // A program that has ended takes no more input: that it did is told by its end.
    this.child.stdin?.on('error', () => {})
    this.child.stderr?.on('data', (data) => this.#words = (this.#words + String(data)).slice(-WORDS_MAX))
    if (on_line !== undefined) this.#read_lines(on_line)
    this.ended = new Promise((resolve) => {
      const end = (text: string) => {
        running.delete(this)
        if (running.size === 0) process.off('exit', kill_programs)
        resolve(text)
      }
      this.child.once('error', (error) => end(`can not start ${command[0]}: ${error.message}`))
      this.child.once(
        'close',
        (code, signal) => end(this.#words.trim() || `${command[0]} ended with ${signal ?? code}`),
      )
    })
  }

  get pid(): number {
    return this.child.pid ?? 0
  }

  tell(line: string): void {
    this.child.stdin?.write(`${line}\n`)
  }

  /** Ends it as Ctrl-C does, and after a while for good. */
  async stop(clock: Clock): Promise<void> {
    const timer = clock.after(END_MS, () => void this.child.kill('SIGKILL'))
    this.child.stdin?.end()
    this.child.kill('SIGINT')
    await this.ended
    timer.cancel()
  }

  #read_lines(on_line: (line: string) => void): void {
    let text = ''
    this.child.stdout?.on('data', (data) => {
      const lines = (text + String(data)).split('\n')
      text = lines.pop() ?? ''
      for (const line of lines) on_line(line)
    })
  }
}

/** What a command prints, without blanks around it; null if it can not be started or fails. */
export async function output_of(command: readonly string[]): Promise<string | null> {
  const lines: string[] = []
  const program = new ChildProgram(command, (line) => lines.push(line))
  program.child.stdin?.end()
  await program.ended
  return program.child.exitCode === 0 ? lines.join('\n').trim() : null
}

/** Resolves after delay_ms. */
export const pause = (clock: Clock, delay_ms: number): Promise<void> =>
  new Promise((resolve) => void clock.after(delay_ms, resolve))
