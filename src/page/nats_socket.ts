// NATS over the server's own WebSocket, as much of it as the page needs.
import { type Msg, type NatsConnection, type Status, wsconnect } from '@nats-io/nats-core'
import type { Message } from './message_list.ts'

/** What is empty is not sent. It is kept in memory only, for when the connection has to be made again. */
export interface Login {
  readonly user: string
  readonly password: string
  readonly token: string
}

export interface SocketEvents {
  /** The connection is there, is being made again, or has ended. */
  state(state: 'open' | 'again' | 'ended', why: string): void
  /** The server refuses something and stays. */
  refused(why: string): void
}

const CONNECT_MS = 5_000
const AGAIN_MS = 2_000

/** The server wants to know who it is, or somebody else. */
export class LoginError extends Error {
  override name = 'LoginError'
}

export class NatsSocket {
  #connection: NatsConnection

  private constructor(connection: NatsConnection) {
    this.#connection = connection
  }

  /** Rejects with a LoginError, or with an Error that says what happened. */
  static async open(url: string, login: Login, events: SocketEvents): Promise<NatsSocket> {
    const { user, password, token } = login
    let connection: NatsConnection
    try {
      connection = await wsconnect({
        servers: [url],
        name: 'mesh page',
        timeout: CONNECT_MS,
        reconnectTimeWait: AGAIN_MS,
        maxReconnectAttempts: -1,
        // The page may open a WebSocket to this server only.
        ignoreClusterUpdates: true,
        ...(user !== '' && { user, pass: password }),
        ...(token !== '' && { token }),
      })
    } catch (error) {
      throw readable(error, url)
    }
    void follow(connection, events)
    return new NatsSocket(connection)
  }

  /** Returns what ends it. */
  watch(subject: string, take: (message: Message) => void, refused: (why: string) => void): () => void {
    const subscription = this.#connection.subscribe(subject, {
      callback: (error, message) => error === null ? take(message_of(message)) : refused(error.message),
    })
    return () => subscription.unsubscribe()
  }

  /** Resolves when the server has it. Rejects with an Error that says why not. */
  async publish(subject: string, payload: string): Promise<void> {
    this.#connection.publish(subject, payload)
    await this.#connection.flush()
  }

  async close(): Promise<void> {
    await this.#connection.close()
  }
}

async function follow(connection: NatsConnection, events: SocketEvents): Promise<void> {
  void connection.closed().then((error) => events.state('ended', error instanceof Error ? error.message : ''))
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') events.state('again', '')
    else if (status.type === 'reconnect') events.state('open', '')
    else if (status.type === 'error') events.refused(error_text(status))
  }
}

const error_text = (status: Extract<Status, { type: 'error' }>) => status.error.message

function message_of({ subject, reply = '', headers, data }: Msg): Message {
  const lines = headers === undefined
    ? []
    : headers.keys().flatMap((name) => headers.values(name).map((value) => `${name}: ${value}`))
  return { subject, reply, headers: lines, payload: data }
}

function readable(error: unknown, url: string): Error {
  const text = error instanceof Error ? error.message : String(error)
  if (/authorization|authentication/i.test(text)) return new LoginError(text)
  return new Error(
    `${url} can not be reached from this browser (${text}). It may listen on another host, or accept other origins only.`,
  )
}
