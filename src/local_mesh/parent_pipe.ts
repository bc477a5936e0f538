// A server that must not outlive who started it: a pipe leads to its standard input, and the end of that pipe is its own. The system
// closes the pipe whatever becomes of the other side, so nobody has to ask whether it lives.

const VARIABLE = 'ONEHOP_PARENT'
const VALUE = 'stdin'

/** What a server is told in its environment to end that way. */
export const PARENT_ENVIRONMENT: Readonly<Record<string, string>> = Object.freeze({ [VARIABLE]: VALUE })

/** Standard input. */
export interface ParentPipe {
  on(event: 'end' | 'close' | 'error', f: () => void): unknown
  resume(): unknown
}

/** Calls gone, once, when whoever started this process is gone; never if the environment does not ask for it. */
export function watch_parent(
  environment: Readonly<Record<string, string | undefined>>,
  stdin: () => ParentPipe,
  gone: () => void,
): void {
  if (environment[VARIABLE] !== VALUE) return
  let is_gone = false
  const tell = () => {
    if (is_gone) return
    is_gone = true
    gone()
  }
  const pipe = stdin()
  pipe.on('end', tell)
  pipe.on('close', tell)
  pipe.on('error', tell)
  // The end comes behind everything that is read.
  pipe.resume()
}
