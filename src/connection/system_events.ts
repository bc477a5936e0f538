// What the system account is told of clients as they come and go (reference client.md 7.2). What nobody would get is not made.
import { json_bytes, latin1_bytes, wire_text } from '../base/bytes.ts'
import { event_id } from '../base/prng.ts'
import type { ThreadContext } from './context.ts'
import { client_object } from './client_object.ts'
import { body_of, type OwnMessages } from './own_messages.ts'
import type { EventClient, EventDesk } from './requester.ts'
import { server_object } from './server_object.ts'

const TYPE = 'io.nats.server.advisory.v1.client_'

/** The subjects on which an account's connections are told. */
export const account_subjects = (account: string): string[] => [
  `$SYS.ACCOUNT.${account}.SERVER.CONNS`,
  `$SYS.SERVER.ACCOUNT.${account}.CONNS`,
]

/** Of one thread. */
export class SystemEvents implements EventDesk {
  #context: ThreadContext
  #own: OwnMessages
  #account: number

  constructor(context: ThreadContext, own: OwnMessages, account: number) {
    this.#context = context
    this.#own = own
    this.#account = account
  }

  connected(client: EventClient): void {
    const { account_name, identity } = client.session
    this.#tell(this.#account, `$SYS.ACCOUNT.${account_name}.CONNECT`, () => ({
      ...this.#head('connect'),
      client: client_object(client, account_name, identity?.user ?? ''),
    }))
    this.#account_changed(client)
  }

  disconnected(client: EventClient, reason: string): void {
    const { account_name, identity } = client.session
    const subject = `$SYS.ACCOUNT.${account_name}.DISCONNECT`
    this.#tell(this.#account, subject, () => this.#end_of(client, identity?.user ?? '', reason))
    this.#account_changed(client)
  }

  /** Operators are told, and the account that it knocked at. */
  refused(client: EventClient, reason: string, knocked: boolean): void {
    const { account, claimed_user } = client.session
    const { server_id } = this.#context.settings.client_infos.clients
    const event = () => this.#end_of(client, claimed_user, reason)
    this.#tell(this.#account, `$SYS.SERVER.${server_id}.CLIENT.AUTH.ERR`, event)
    if (knocked) this.#tell(account, '$SYS.ACCOUNT.CLIENT.AUTH.ERR', event)
  }

  /** How many connections it has now is told by the supervisor: it knows all threads. */
  #account_changed({ session: { account_name } }: EventClient): void {
    const is_wanted = account_subjects(account_name).some((subject) =>
      this.#own.has_takers(this.#account, latin1_bytes(wire_text(subject)))
    )
    if (is_wanted) this.#context.account_changed(account_name)
  }

  #end_of(client: EventClient, user: string, reason: string): object {
    const { connection, session } = client
    const { outbox } = connection
    return {
      ...this.#head('disconnect'),
      client: {
        ...client_object(client, session.account_name, user),
        stop: new Date(this.#context.clock.wall_ms()).toISOString(),
      },
      // From the client's point of view.
      sent: { msgs: connection.in_messages, bytes: connection.in_bytes },
      received: { msgs: outbox.out_messages, bytes: outbox.out_bytes },
      reason,
    }
  }

  #head(kind: 'connect' | 'disconnect'): object {
    const { clock, settings, limits } = this.#context
    const wall_ms = clock.wall_ms()
    return {
      type: TYPE + kind,
      id: event_id(this.#context.random),
      timestamp: new Date(wall_ms).toISOString(),
      server: server_object(settings, limits, wall_ms),
    }
  }

  #tell(account: number, subject: string, event: () => object): void {
    const bytes = latin1_bytes(wire_text(subject))
    if (!this.#own.has_takers(account, bytes)) return
    const body = body_of(json_bytes(event()))
    this.#own.push({ account, subject: bytes, header_size: 0, body })
  }
}
