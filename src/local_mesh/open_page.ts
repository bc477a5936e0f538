// The page in the browser of whoever sits here.
import { spawn } from 'node:child_process'
import type { Clock } from '../base/clock.ts'
import { system_error_text } from '../base/system_error.ts'

/** An opener that is not done by then has started the browser itself. */
const OPENER_MS = 3_000

/** How the system opens a URL. */
export function opener(platform: string, url: string): string[] {
  if (platform === 'darwin') return ['open', url]
  if (platform === 'win32') return ['cmd', '/c', 'start', '', url]
  return ['xdg-open', url]
}

/** Resolves to why it could not be opened; '': it was, as far as one can know. */
export function open_page(command: readonly string[], clock: Clock): Promise<string> {
  return new Promise((resolve) => {
    const [executable, ...argv] = command
    const child = spawn(executable, argv, { stdio: 'ignore', detached: true })
    const timer = clock.after(OPENER_MS, () => resolve(''))
    const end = (why: string) => {
      timer.cancel()
      resolve(why)
    }
    child.once('error', (error) => end(`${executable}: ${system_error_text(error)}`))
    child.once('exit', (status) => end(status === 0 ? '' : `${executable} ended with status ${status}`))
    // Deno has nothing to let go of if there is no such program.
    child.once('spawn', () => child.unref())
  })
}
