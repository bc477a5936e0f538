// A member of the mesh as a process: its log by lines, and its end.
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Clock } from '../base/clock.ts'
import { system_error_text } from '../base/system_error.ts'
import { PARENT_ENVIRONMENT } from './parent_pipe.ts'

/** Lines that are kept for the case that it fails. */
export const KEPT_LINES = 200
/** It ends within five seconds of a signal; one that does not is killed. */
const STOP_MS = 7_000

export interface MemberStart {
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
  line(text: string): void
  /** How, as a part of a sentence: "ended with status 1". */
  ended(how: string): void
}

export class MemberProcess {
  /** Resolves at its end. */
  readonly gone: Promise<void>
  readonly #child: ChildProcess
  readonly #lines: string[] = []
  #is_gone = false

  constructor({ command: [executable, ...argv], environment, line, ended }: MemberStart) {
    // Ctrl-C reaches a whole group of processes: each member is told of it by us, in its own group.
    this.#child = spawn(executable, argv, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...environment, ...PARENT_ENVIRONMENT },
      detached: process.platform !== 'win32',
      windowsHide: true,
    })
    const keep = (text: string) => {
      this.#lines.push(text)
      if (this.#lines.length > KEPT_LINES) this.#lines.shift()
      line(text)
    }
    for (const stream of [this.#child.stdout, this.#child.stderr]) read_lines(stream, keep)
    // Nothing is ever written there; that it is closed must not end this process.
    this.#child.stdin?.on('error', () => {})
    this.gone = new Promise((resolve) => {
      const end = (how: string) => {
        if (this.#is_gone) return
        this.#is_gone = true
        ended(how)
        resolve()
      }
      this.#child.once('error', (error) => end(`can not be started: ${executable}: ${system_error_text(error)}`))
      // Behind the last line of its log.
      this.#child.once('close', (status, signal) => {
        end(signal === null ? `ended with status ${status}` : `was ended by ${signal}`)
      })
    })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  get is_gone(): boolean {
    return this.#is_gone
  }

  /** The last lines of its log. */
  last_lines(count: number): readonly string[] {
    return this.#lines.slice(-count)
  }

  /** Ends it as Ctrl-C would, and resolves when it is gone; kills it if it does not go. False: it had to be killed. */
  async stop(clock: Clock): Promise<boolean> {
    if (this.#is_gone) return true
    let went = true
    // Where there are no signals, the end of the pipe is one.
    if (process.platform === 'win32') this.#child.stdin?.end()
    else interrupt(this.#child.pid)
    const timer = clock.after(STOP_MS, () => {
      went = false
      this.#child.kill('SIGKILL')
    })
    await this.gone
    timer.cancel()
    return went
  }
}

/** Not by the child's own kill(): Deno closes the pipe with it, and a member that was told twice ends at once. */
function interrupt(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(pid, 'SIGINT')
  } catch {
    // It has just ended.
  }
}

function read_lines(stream: Readable | null, line: (text: string) => void): void {
  if (stream === null) return
  createInterface({ input: stream, crlfDelay: Infinity }).on('line', line)
}
