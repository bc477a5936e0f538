// Trace lines of what the server itself says in the system account, as those of a client (reference ops.md 6.7). They come only
// where they are asked for besides the others.
import type { Log } from '../base/log.ts'
import { latin1_text } from '../base/bytes.ts'
import type { OwnMessage } from './own_messages.ts'
import type { Settings } from './settings.ts'
import { trace_message } from './trace.ts'

const PREFIX = 'SYSTEM - '

/** Of one thread. */
export class SystemTrace {
  #log: Log
  #settings: Pick<Settings, 'system' | 'trace_system' | 'client'>

  /** The settings are looked into each time: they change. */
  constructor(log: Log, settings: Pick<Settings, 'system' | 'trace_system' | 'client'>) {
    this.#log = log
    this.#settings = settings
  }

  subscribed(subject: string, queue: string, sid: string): void {
    if (this.#settings.trace_system) this.#log.trace(`${PREFIX}<<- [SUB ${subject} ${queue} ${sid}]`)
  }

  /** Messages of the server in other accounts are not traced: those are answers that somebody has asked for. */
  published({ account, subject, reply = '', header_size, body }: OwnMessage): void {
    const { system, trace_system, client } = this.#settings
    if (!trace_system || account !== system?.account) return
    const size = body.length - 2
    this.#log.trace(`${PREFIX}<<- [PUB ${latin1_text(subject)} ${reply} ${size}]`)
    const content = trace_message('<<-', body, 0, size, header_size, client)
    if (content !== '') this.#log.trace(PREFIX + content)
  }
}
