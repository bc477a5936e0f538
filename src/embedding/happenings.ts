// What happens to a server, for the program around it: told to whoever listens, and kept for whoever iterates.
import type { Clock } from '../base/clock.ts'
import { EVENTS_REMEMBERED_MAX } from '../base/limits.ts'
import type { ClientChange } from '../connection/client_news.ts'
import type { EventKind, ServerEvent as InnerEvent } from '../monitor/event_ring.ts'

/** A client, as events tell of it. */
export interface ClientInfo {
  /** Its number, for `kick`. */
  cid: number
  /** As it calls itself; '' if it does not. */
  name: string
  host: string
  port: number
  account: string
  /** '' where nobody has to say who he is. */
  user: string
  /** The language of its library, and that one's version. */
  lang: string
  version: string
  websocket: boolean
}

/** What kinds of events there are. */
export type ServerEventKind =
  | 'listening'
  | 'client'
  | 'clientGone'
  | 'route'
  | 'routeGone'
  | 'slowConsumer'
  | 'lameDuck'
  | 'workerRestart'
  | 'reload'
  | 'stopped'

/** Something that happened to a server. */
export interface ServerEvent {
  kind: ServerEventKind
  /** In words, for people. */
  text: string
  at: Date
  /** With `client` and `clientGone`. */
  client?: ClientInfo
  /** With `clientGone`: why. */
  reason?: string
}

const KINDS: Readonly<Record<EventKind, ServerEventKind>> = Object.freeze({
  start: 'listening',
  join: 'route',
  loss: 'routeGone',
  reload: 'reload',
  restart: 'workerRestart',
  slow_consumer: 'slowConsumer',
  lame_duck: 'lameDuck',
})

/** Gets each event of its kinds. */
export type EventListener = (event: ServerEvent) => void

export class Happenings {
  #listeners = new Set<EventListener>()
  #ended: ServerEvent | null = null
  #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Calls the listener with each event of that kind. Returns what ends it. */
  on(kind: ServerEventKind | 'any', listener: EventListener): () => void {
    const chosen: EventListener = (event) => {
      if (kind === 'any' || event.kind === kind) listener(event)
    }
    this.#listeners.add(chosen)
    return () => void this.#listeners.delete(chosen)
  }

  /** Each event from now on, up to `stopped`. Whoever does not keep up loses the oldest ones. */
  async *events(): AsyncGenerator<ServerEvent, void> {
    const waiting: ServerEvent[] = []
    let wake = (): void => {}
    const end = this.on('any', (event) => {
      if (waiting.push(event) > EVENTS_REMEMBERED_MAX) waiting.shift()
      wake()
    })
    if (this.#ended !== null) waiting.push(this.#ended)
    try {
      for (;;) {
        if (waiting.length === 0) await new Promise<void>((resolve) => wake = resolve)
        const event = waiting.shift()!
        yield event
        if (event.kind === 'stopped') return
      }
    } finally {
      end()
    }
  }

  /** Something of the server itself. */
  tell({ kind, text, at_ms }: InnerEvent): void {
    this.#tell({ kind: KINDS[kind], text, at: new Date(at_ms) })
  }

  tell_client({ cid, ip: host, port, name, account, user, lang, version, is_websocket, ended }: ClientChange): void {
    const client = { cid, name, host, port, account, user, lang, version, websocket: is_websocket }
    const who = `${host}:${port} - cid:${cid}${name === '' ? '' : ` (${name})`}`
    const at = this.#now()
    if (ended === null) this.#tell({ kind: 'client', text: `${who} has come`, at, client })
    else this.#tell({ kind: 'clientGone', text: `${who} has gone: ${ended}`, at, client, reason: ended })
  }

  /** The last event. */
  end(): void {
    if (this.#ended !== null) return
    this.#ended = { kind: 'stopped', text: 'the server has stopped', at: this.#now() }
    this.#tell(this.#ended)
  }

  #now(): Date {
    return new Date(this.#clock.wall_ms())
  }

  /** A listener that throws is the program's own fault: it is told as any fault is, and harms nobody else. */
  #tell(event: ServerEvent): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event)
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}
