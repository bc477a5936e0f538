// An account that a client comes with and nobody here knows is looked for: at a URL, or on servers that have all of them.
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { latin1_text } from '../base/bytes.ts'
import { ACCOUNT_LOOKUPS_MAX } from '../base/limits.ts'
import { system_error_text } from '../base/system_error.ts'
import type { ResolverOptions } from '../config/resolver_options.ts'
import type { SystemInbox } from '../monitor/system_inbox.ts'
import { type ClaimsBook, ClaimsError } from './claims_book.ts'

export interface LookupContext {
  readonly clock: Clock
  readonly log: Log
  readonly book: ClaimsBook
  readonly resolver: ResolverOptions
  /** Null: there is no system account to ask in. */
  readonly inbox: SystemInbox | null
  /** Servers that may answer. */
  peers(): number
  /** The book has other accounts. Resolves when they are in force. */
  changed(): Promise<void>
}

export class AccountLookup {
  #context: LookupContext
  /** By key: those that are being looked for. */
  #looking = new Map<string, Promise<void>>()

  constructor(context: LookupContext) {
    this.#context = context
  }

  /** Resolves when the account is known and in force, or is not to be found. Too many at once are not looked for. */
  find(key: string): Promise<void> {
    const known = this.#looking.get(key)
    if (known !== undefined) return known
    if (this.#looking.size >= ACCOUNT_LOOKUPS_MAX) return Promise.resolve()
    const looking = this.#find(key).finally(() => this.#looking.delete(key))
    this.#looking.set(key, looking)
    return looking
  }

  async #find(key: string): Promise<void> {
    const { book, clock, log } = this.#context
    try {
      const token = await this.#fetch(key)
      if (token !== '' && book.take(token, key, Math.floor(clock.wall_ms() / 1000))) await this.#context.changed()
    } catch (error) {
      const cause = error instanceof ClaimsError ? error.message : system_error_text(error)
      log.error(`Account [${key}] fetch failed: ${cause}`)
    }
  }

  /** '': there is none. */
  async #fetch(key: string): Promise<string> {
    const { resolver } = this.#context
    if (resolver.kind === 'memory') return ''
    return resolver.kind === 'url' ? await fetch_text(resolver.url + key, resolver.timeout_ms) : await this.#ask(key)
  }

  async #ask(key: string): Promise<string> {
    const { inbox, peers, resolver } = this.#context
    let left = peers(), found = ''
    if (inbox === null || left === 0 || !('timeout_ms' in resolver)) return ''
    await inbox.ask(`$SYS.REQ.ACCOUNT.${key}.CLAIMS.LOOKUP`, new Uint8Array(0), resolver.timeout_ms, (payload) => {
      found ||= latin1_text(payload).trim()
      return found !== '' || --left === 0
    })
    return found
  }
}

async function fetch_text(url: string, timeout_ms: number): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeout_ms), redirect: 'error' })
  const text = await response.text()
  if (response.ok) return text.trim()
  if (response.status === 404) return ''
  throw new Error(`could not fetch: ${response.status} ${response.statusText}`)
}
