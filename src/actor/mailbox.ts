// Messages with structure between actors: rare (a route's handshake, a kick, a log line), so they are packed whole
// and posted. Messages of clients never travel here, see shared/ring.
import { Packr } from 'msgpackr/pack'
import { assert } from '../base/assert.ts'
import { MAILBOX_MESSAGES_MAX } from '../base/limits.ts'

/** What mailboxes need of a MessagePort. */
export interface Port {
  postMessage(value: unknown): void
  on(event: 'message', listener: (value: any) => void): unknown
}

const packr = new Packr({ structuredClone: false, useRecords: false })

/** Posted back for each message taken, so that the sender knows how many wait. */
const TAKEN = 0

/** One end of a two-way mailbox between two threads. Push says no when too much waits at the other side. */
export class Mailbox<Out, In> {
  #port: Port
  #waiting = 0
  #taken = 0
  /** Who waits until so many have been taken. */
  #until: { taken: number; resolve: () => void }[] = []

  /** Messages that came are given to `receive`, in order. */
  constructor(port: Port, receive: (message: In) => void) {
    this.#port = port
    port.on('message', (value) => {
      if (value === TAKEN) return this.#on_taken()
      port.postMessage(TAKEN)
      receive(packr.unpack(value) as In)
    })
  }

  /** Resolves when all that was pushed so far has been given to `receive` at the other side. */
  taken(): Promise<void> {
    const taken = this.#taken + this.#waiting
    if (this.#waiting === 0) return Promise.resolve()
    return new Promise((resolve) => this.#until.push({ taken, resolve }))
  }

  #on_taken(): void {
    this.#waiting--
    this.#taken++
    while (this.#until.length > 0 && this.#until[0].taken <= this.#taken) this.#until.shift()!.resolve()
  }

  /** False: the other side has not taken its mail for too long; the message was not sent. */
  push(message: Out): boolean {
    if (this.#waiting >= MAILBOX_MESSAGES_MAX) return false
    this.#waiting++
    // A packed buffer may be a view of msgpackr's pool: post a copy of just these bytes.
    this.#port.postMessage(new Uint8Array(packr.pack(message)))
    return true
  }
}

/** Two mailboxes within one thread, for servers without workers. Messages are packed all the same: no shared objects. */
export function local_ports(defer: (f: () => void) => void): [Port, Port] {
  const listeners: [((value: any) => void)?, ((value: any) => void)?] = []
  const make = (mine: 0 | 1): Port => ({
    postMessage: (value) => defer(() => listeners[1 - mine]?.(value)),
    on: (_event, listener) => {
      assert(listeners[mine] === undefined, 'A port has one listener')
      listeners[mine] = listener
    },
  })
  return [make(0), make(1)]
}
