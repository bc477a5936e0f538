import { MessageChannel } from 'node:worker_threads'
import { system_clock } from '../base/clock.ts'

/**
 * Makes a function that calls another one in the next turn of the event loop, behind whatever sockets have by then.
 * On Deno setImmediate, and a message to ourselves too, may come round before sockets are looked at, so a busy thread
 * would starve them: there every other turn is a timer, which lets the sockets in.
 */
export function make_next_turn(): (f: () => void) => void {
  if (!('deno' in process.versions)) return (f) => void setImmediate(f)
  const clock = system_clock()
  const { port1, port2 } = new MessageChannel()
  let turn = 0
  let waiting: (() => void)[] = []
  const run = () => {
    const due = waiting
    waiting = []
    for (const f of due) f()
  }
  port2.on('message', run)
  // Sockets and timers keep the process, not this.
  port2.unref()
  return (f) => {
    waiting.push(f)
    if (waiting.length > 1) return
    if (turn++ % 2 === 0) clock.after(0, run)
    else port1.postMessage(0)
  }
}
