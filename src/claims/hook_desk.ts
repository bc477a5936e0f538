// Asks the hooks of the embedding program, in its thread, and shows it messages. Whatever it says that is no answer is a no.
import { X509Certificate } from 'node:crypto'
import { copy_of, unicode_text, wire_text } from '../base/bytes.ts'
import type { Clock } from '../base/clock.ts'
import { HOOK_DEADLINE_MS, HOOK_LOG_PAUSE_MS, HOOK_TEXT_MAX } from '../base/limits.ts'
import type { Log } from '../base/log.ts'
import { Repeats } from '../base/repeats.ts'
import type { HookAnswer, HookAsked, Newcomer, Observed } from '../connection/hook_mail.ts'
import type { Awaitable, ClientTls, ConnectingClient, Hooks, PublishedMessage } from '../connection/hooks.ts'
import type { Settings } from '../connection/settings.ts'
import { alternative_names, subject_text } from '../net/tls_certificate.ts'
import { read_headers } from '../wire/trace_header.ts'
import { hook_identity, HookError } from './hook_identity.ts'

export interface HookContext {
  readonly hooks: Hooks
  readonly settings: Settings
  readonly clock: Clock
  readonly log: Log
}

type Asked<Name extends HookAsked['hook']> = HookAsked & { hook: Name }

const YES: HookAnswer = Object.freeze({ allowed: true, text: '', failed: false, identity: null })
const NO: HookAnswer = Object.freeze({ ...YES, allowed: false })
const FAILED: HookAnswer = Object.freeze({ ...NO, failed: true })

export class HookDesk {
  #context: HookContext
  #said = new Repeats(HOOK_LOG_PAUSE_MS)

  constructor(context: HookContext) {
    this.#context = context
  }

  async ask(asked: HookAsked): Promise<HookAnswer> {
    try {
      if (asked.hook === 'authenticate') return await this.#authenticate(asked)
      return judged(await (asked.hook === 'authorizePublish' ? this.#publish(asked) : this.#subscribe(asked)))
    } catch (error) {
      this.#complain(asked.hook, error, 'which counts as a no')
      return FAILED
    }
  }

  /** Resolves to their bytes when all of them were seen, or to what had been shown when the deadline passed. */
  async show(messages: readonly Observed[]): Promise<number> {
    const { hooks, settings, clock } = this.#context
    const seen = messages.map((message) => this.#show(message)).filter((pending) => pending !== undefined)
    if (seen.length > 0) {
      let timer
      const deadline_ms = settings.hooks?.deadline_ms ?? hooks.hookDeadlineMs ?? HOOK_DEADLINE_MS
      const late = new Promise<void>((resolve) => timer = clock.after(deadline_ms, resolve))
      await Promise.race([Promise.all(seen), late])
      timer!.cancel()
    }
    return messages.reduce((bytes, { header, payload }) => bytes + header.length + payload.length, 0)
  }

  async #authenticate({ client }: Asked<'authenticate'>): Promise<HookAnswer> {
    const { hooks, settings } = this.#context
    const said: unknown = await hooks.authenticate!(connecting_client(client))
    if (said === null) return YES
    if (said === false) return NO
    if (said === true) return { ...YES, identity: hook_identity({}, client, settings) }
    if (typeof said !== 'object') throw new HookError(`${typeof said} is no answer`)
    return { ...YES, identity: hook_identity(said, client, settings) }
  }

  #publish({ client, subject, reply }: Asked<'authorizePublish'>): Awaitable<unknown> {
    const answer_to = reply === '' ? undefined : unicode_text(reply)
    return this.#context.hooks.authorizePublish!(client, unicode_text(subject), answer_to)
  }

  #subscribe({ client, subject, queue }: Asked<'authorizeSubscribe'>): Awaitable<unknown> {
    const group = queue === '' ? undefined : unicode_text(queue)
    return this.#context.hooks.authorizeSubscribe!(client, unicode_text(subject), group)
  }

  /** What has to be waited for, if anything. */
  #show(message: Observed): Promise<void> | undefined {
    const failed = (error: unknown) => this.#complain('onPublish', error, 'and the server goes on')
    try {
      const pending = this.#context.hooks.onPublish!(published(message))
      return pending instanceof Promise ? pending.catch(failed) : undefined
    } catch (error) {
      failed(error)
    }
  }

  /** Once in a while for each of them: hostile clients can make it fail as often as they want. */
  #complain(hook: string, error: unknown, then: string): void {
    const { log, clock } = this.#context
    if (!this.#said.is_news(hook, '', clock.now_ms())) return
    const said = error instanceof HookError
      ? error.message
      : error instanceof Error
      ? `${error}`
      : 'something was thrown'
    log.error(`Hook ${hook}: ${said.replaceAll(/\s+/g, ' ')}, ${then}`)
  }
}

/** Yes, no, or no with a reason. Throws HookError if it is something else. */
function judged(said: unknown): HookAnswer {
  if (typeof said === 'boolean') return said ? YES : NO
  if (typeof said !== 'string') throw new HookError(`${typeof said} is no answer`)
  // deno-lint-ignore no-control-regex
  const line = said.replaceAll(/[\x00-\x1f\x7f]+/g, ' ').trim()
  return { ...NO, text: wire_text(line.slice(0, HOOK_TEXT_MAX)) }
}

function connecting_client({ is_websocket, tls, certificates, ...client }: Newcomer): ConnectingClient {
  return {
    ...client,
    kind: is_websocket ? 'websocket' : 'nats',
    ...(tls !== null && { tls: client_tls(tls, certificates) }),
  }
}

function client_tls({ version, cipher }: NonNullable<Newcomer['tls']>, shown: Newcomer['certificates']): ClientTls {
  if (shown === null) return { version, cipher, subject: '', names: [], verified: false }
  const certificate = new X509Certificate(shown.chain[0])
  const { dns, email, uri } = alternative_names(certificate)
  return {
    ...{ version, cipher, subject: subject_text(certificate.subject), names: [...dns, ...email, ...uri] },
    verified: shown.verified,
  }
}

function published({ subject, reply, header, payload, cid, account, dropped }: Observed): PublishedMessage {
  const headers = header.length === 0 ? {} : read_headers(header, 0, header.length) ?? {}
  const texts = Object.entries(headers).map(([name, values]) => [unicode_text(name), values.map(unicode_text)])
  return {
    ...{ subject: unicode_text(subject), reply: unicode_text(reply), headers: Object.fromEntries(texts) },
    ...{ data: copy_of(payload, 0, payload.length), cid, account, dropped },
  }
}
