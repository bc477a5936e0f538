import { MessageChannel } from 'node:worker_threads'

/**
 * Makes a function that calls another one in the next turn of the event loop, behind whatever sockets have by then.
 * On Deno setImmediate comes round before the sockets are looked at, so a busy thread would starve them: there the
 * turn is a message to ourselves, which waits in line with everything else.
 */
export function make_next_turn(): (f: () => void) => void {
  if (!('deno' in process.versions)) return (f) => void setImmediate(f)
  const { port1, port2 } = new MessageChannel()
  let waiting: (() => void)[] = []
  port2.on('message', () => {
    const due = waiting
    waiting = []
    for (const f of due) f()
  })
  // Sockets and timers keep the process, not this.
  port2.unref()
  return (f) => {
    waiting.push(f)
    if (waiting.length === 1) port1.postMessage(0)
  }
}
