// Accounts that are renewed, looked for, listed and removed over NATS, in the system account: what `nsc push` speaks to
// (reference client.md 5.7).
import { Buffer } from 'node:buffer'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { json_bytes, latin1_bytes, latin1_text } from '../base/bytes.ts'
import { is_key, list, object, read_jwt } from '../auth/jwt.ts'
import type { OperatorOptions } from '../config/operator_options.ts'
import { body_of, type OwnMessage } from '../connection/own_messages.ts'
import type { ReceivedMessage } from '../connection/own_subscriber.ts'
import type { SystemInbox } from '../monitor/system_inbox.ts'
import { type ClaimsBook, ClaimsError } from './claims_book.ts'

export interface ClaimsContext {
  readonly clock: Clock
  readonly log: Log
  readonly book: ClaimsBook
  readonly operator: OperatorOptions
  readonly system: { readonly account: number; readonly name: string }
  readonly inbox: SystemInbox
  /** This server, in a message that is sent now. */
  server_object(): object
  publish(message: OwnMessage): Promise<void>
  /** The book has other accounts. Resolves when they are in force. */
  changed(): Promise<void>
}

const PACK = '$SYS.REQ.CLAIMS.PACK'

export class ClaimsService {
  #context: ClaimsContext

  constructor(context: ClaimsContext) {
    this.#context = context
  }

  /** False: it is something else. */
  async take(message: ReceivedMessage): Promise<boolean> {
    const tokens = message.subject.split('.')
    const what = tokens[tokens.length - 1]
    if (tokens[tokens.length - 2] !== 'CLAIMS') return false
    if (what === 'UPDATE') await this.#update(message, tokens[tokens.length - 3])
    else if (what === 'LOOKUP') await this.#reply(message, latin1_bytes(this.#context.book.token(tokens[3])))
    else if (what === 'LIST') await this.#list(message)
    else if (what === 'DELETE') await this.#delete(message)
    else if (what === 'PACK') await this.#pack(message)
    return true
  }

  /** Asks a server that has all accounts for those that it has and this one has not. */
  async synchronize(ms: number): Promise<void> {
    const { inbox, book, log } = this.#context
    let changed = false
    await inbox.ask(PACK, book.hash(), ms, (payload) => {
      for (const line of latin1_text(payload).split('\n').filter((line) => line !== '')) {
        changed = this.#merge(line) || changed
      }
      return payload.length === 0
    })
    if (!changed) return
    log.debug('Accounts were taken over from another server')
    await this.#context.changed()
  }

  #merge(line: string): boolean {
    const [key, token = ''] = line.split('|')
    try {
      return this.#context.book.take(token, key, this.#now_s)
    } catch (error) {
      if (!(error instanceof ClaimsError)) throw error
      this.#context.log.error(`Merging accounts resulted in error: ${key}: ${error.message}`)
      return false
    }
  }

  /** `named`: the key in the subject, or REQ where there is none. */
  async #update(message: ReceivedMessage, named: string): Promise<void> {
    const { book, operator: { resolver } } = this.#context
    const token = latin1_text(payload_of(message)).trim()
    const key = named === 'REQ' ? null : named
    // Whoever has no folder with all of them takes no new ones.
    if (resolver.kind !== 'full' && key !== null && !book.has(key)) {
      return await this.#answer(message, { account: key, code: 200, message: 'jwt update skipped' })
    }
    try {
      if (book.take(token, key, this.#now_s)) await this.#context.changed()
      const account = key ?? read_jwt(token)!.subject
      await this.#answer(message, { account, code: 200, message: 'jwt updated' })
    } catch (error) {
      if (!(error instanceof ClaimsError)) throw error
      await this.#fail(message, key ?? 'n/a', `jwt update resulted in error - ${error.message}`)
    }
  }

  async #list(message: ReceivedMessage): Promise<void> {
    await this.#answer(message, this.#context.book.accounts.map(({ claims: { key } }) => key))
  }

  /** What the operator signs for itself: `{"accounts": [...]}`. */
  async #delete(message: ReceivedMessage): Promise<void> {
    const { operator, system, book } = this.#context
    try {
      const { keys, keeps } = this.#read_deletion(latin1_text(payload_of(message)).trim(), operator, system.name)
      for (const key of keys) book.remove(key, keeps)
      await this.#context.changed()
      await this.#answer(message, { code: 200, message: `deleted ${keys.length} accounts` })
    } catch (error) {
      if (!(error instanceof ClaimsError)) throw error
      await this.#fail(message, '', `delete accounts request failed - ${error.message}`)
    }
  }

  #read_deletion(token: string, { resolver, trusted_keys }: OperatorOptions, system: string) {
    const claims = read_jwt(token)
    if (resolver.kind !== 'full' || resolver.delete === null) {
      throw new ClaimsError('delete must be enabled in server config')
    }
    if (claims === null || claims.subject !== claims.issuer) throw new ClaimsError('not self signed')
    if (!trusted_keys.includes(claims.issuer)) throw new ClaimsError('not trusted')
    const keys = list(object(claims.nats).accounts)
    if (keys.length === 0 || !keys.every((key) => typeof key === 'string' && is_key(key, 'A'))) {
      throw new ClaimsError('malformed request')
    }
    if (keys.includes(system)) throw new ClaimsError('not allowed to delete system account')
    return { keys: keys as string[], keeps: resolver.delete === 'rename' }
  }

  /** All accounts, one in a message, and an empty one behind them; only that for who has the same. */
  async #pack(message: ReceivedMessage): Promise<void> {
    const { book, inbox } = this.#context
    if (message.reply === '' || inbox.is_own(message.reply)) return
    if (Buffer.compare(payload_of(message), book.hash()) !== 0) {
      for (const { claims: { key }, token } of book.accounts) {
        await this.#reply(message, latin1_bytes(`${key}|${token}`))
      }
    }
    await this.#reply(message, new Uint8Array(0))
  }

  #answer(message: ReceivedMessage, data: object): Promise<void> {
    return this.#reply(message, json_bytes({ server: this.#context.server_object(), data }))
  }

  #fail(message: ReceivedMessage, account: string, description: string): Promise<void> {
    this.#context.log.error(account === '' ? description : `${account}: ${description}`)
    const error = { ...(account !== '' && { account }), code: 500, description }
    return this.#reply(message, json_bytes({ server: this.#context.server_object(), error }))
  }

  async #reply({ reply }: ReceivedMessage, payload: Uint8Array): Promise<void> {
    const { publish, system: { account } } = this.#context
    if (reply !== '') await publish({ account, subject: latin1_bytes(reply), header_size: 0, body: body_of(payload) })
  }

  get #now_s(): number {
    return Math.floor(this.#context.clock.wall_ms() / 1000)
  }
}

const payload_of = ({ header_size, body }: ReceivedMessage) => body.subarray(header_size, body.length - 2)
