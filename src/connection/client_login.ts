// How a client gets in: in time, with what CONNECT says, and with a password that another thread has compared if it is kept as a
// hash (reference client.md 4.2, 5.1, 5.2).
import { assert } from '../base/assert.ts'
import { CloseReason, go_quote, type Refusal, Refuse } from '../base/errors.ts'
import type { Timer } from '../base/clock.ts'
import { type AuthSettings, is_connect_due } from '../auth/authenticate.ts'
import type { CalloutQuestion } from '../auth/callout.ts'
import type { Identity, PasswordQuestion } from '../auth/identity.ts'
import { make_nonce } from '../auth/server_key.ts'
import { Counter } from '../shared/counters.ts'
import type { ConnectFields } from '../wire/connect.ts'
import { renew_client, type RenewalOwner } from './client_renewal.ts'
import { ASKS_HOOK, type ClientSession, type Verdict } from './client_session.ts'
import type { Connection } from './connection.ts'
import type { ConnectionLog } from './connection_log.ts'
import type { PeerCertificates, TlsReport } from './report.ts'
import type { ThreadContext } from './context.ts'
import type { HookAnswer } from './hook_mail.ts'
import { newcomer } from './newcomer.ts'
import type { Door } from './settings.ts'

const TIMER_MS_MAX = 2 ** 31 - 1

/** What a login needs of its client. */
export interface LoginOwner extends RenewalOwner {
  readonly connection: Connection
  readonly session: ClientSession
  readonly log: ConnectionLog
  readonly door: Door
  /** What its handshake agreed on, and what it has shown then, as PEM. */
  readonly tls: TlsReport | null
  readonly certificates: PeerCertificates | null
  refuse(refusal: Refusal): void
  /** The CONNECT was right. */
  welcome(): void
  /** It was wrong, or did not come: those who want to know are told. */
  refused(reason: CloseReason, knocked: boolean): void
}

export class ClientLogin {
  /** What the client may have to sign; empty: nobody comes with a key. */
  readonly nonce: string
  #context: ThreadContext
  #owner: LoginOwner
  #auth: AuthSettings
  #timer: Timer | null = null
  #expiry: Timer | null = null
  /** Who it is, if its password turns out to be right; `again`: it was in before. */
  #asked: { identity: Identity; user: string; hash: string; again: boolean } | null = null
  /** Who waits for its account to be found, or for the word of a service; null: nobody. */
  #missed: string | null = null
  /** Null: the embedding program is not asked at this moment. */
  #take_back: (() => void) | null = null
  /** It has said who that is. */
  #is_vouched = false
  /** The hash that its password was found to be right for. */
  #right_hash = ''

  constructor(context: ThreadContext, owner: LoginOwner, auth: AuthSettings) {
    this.#context = context
    this.#owner = owner
    this.#auth = auth
    this.nonce = auth.nonce ? make_nonce() : ''
  }

  /** From now on CONNECT is waited for, if one is due. */
  start(): void {
    const { timeout_ms } = this.#auth
    if (is_connect_due(this.#auth)) this.#timer = this.#context.clock.after(timeout_ms, () => this.#late())
  }

  stop(): void {
    this.#timer?.cancel()
    this.#expiry?.cancel()
    this.#take_back?.()
    this.#take_back = null
  }

  /** A CONNECT has come. The client is welcome, refused, or held until `password_checked`. */
  connect(fields: ConnectFields): void {
    const { connection, session } = this.#owner
    const { user = '' } = fields
    const verdict = session.connect(fields, this.nonce, connection.ip)
    connection.outbox.headers = session.headers
    connection.outbox.echo_off = !session.echo
    this.#is_vouched = false
    if (verdict === ASKS_HOOK) this.#ask_hook(fields)
    else this.#heed(verdict as Verdict, fields, user)
  }

  /** What the configuration says of it. */
  #heed(verdict: Verdict, fields: ConnectFields, user: string): void {
    if (verdict === null) this.#failed(user)
    else if ('account_key' in verdict) this.#look_for(verdict.account_key, user)
    else if ('callout_account' in verdict) this.#ask_service(verdict, fields, user)
    else if ('hash' in verdict) this.#ask(verdict, user, false)
    else this.#accept(verdict)
  }

  #ask_hook(fields: ConnectFields): void {
    const { hooks } = this.#context
    assert(hooks !== null, 'Who is to be asked is there')
    const asked = { hook: 'authenticate' as const, client: newcomer(this.#owner, fields, this.nonce) }
    this.#take_back = hooks.ask(this.#owner.connection, asked, (answer) => this.#heed_hook(answer, fields))
  }

  /** False: now somebody else is asked. */
  #heed_hook({ allowed, identity }: HookAnswer, fields: ConnectFields): boolean {
    const { connection, session } = this.#owner
    const { user = '' } = session.said
    this.#take_back = null
    connection.inbox.held = false
    this.#is_vouched = allowed && identity !== null
    if (!allowed) this.#failed(user)
    else if (identity !== null) this.#accept(identity)
    else this.#heed(session.judge_said(this.nonce, connection.ip), fields, user)
    const is_decided = !connection.inbox.held
    connection.inbox.held = true
    return is_decided
  }

  #look_for(key: string, user: string): void {
    const { connection } = this.#owner
    this.#missed = user
    connection.inbox.held = true
    this.#context.account_wanted(connection.slot, connection.cid, key)
  }

  /** The account that its CONNECT named was looked for. */
  account_answered(): void {
    const { connection, session } = this.#owner
    const user = this.#missed
    this.#missed = null
    if (user === null || connection.reason !== null) return
    const verdict = session.judge_said(this.nonce, connection.ip)
    if (verdict === null || 'account_key' in verdict || 'hash' in verdict) this.#failed(user)
    else if ('callout_account' in verdict) return this.#ask_service(verdict, session.said, user)
    else this.#accept(verdict)
    connection.resume()
  }

  #ask_service({ callout_account }: CalloutQuestion, fields: ConnectFields, user: string): void {
    const { connection, session } = this.#owner
    this.#missed = user
    connection.inbox.held = true
    this.#context.callout_wanted(connection.slot, connection.cid, {
      account: callout_account,
      fields: { ...session.cookies, ...fields },
      client: {
        host: connection.ip,
        id: connection.cid,
        user: session.claimed_user,
        is_websocket: this.#auth.connection_type === 'WEBSOCKET',
      },
      nonce: this.nonce,
      tls: this.#owner.tls,
      certificates: this.#owner.certificates,
    })
  }

  /** Who it is by the authorization service; null: nobody. */
  callout_answered(identity: Identity | null): void {
    const { connection } = this.#owner
    const user = this.#missed
    this.#missed = null
    if (user === null || connection.reason !== null) return
    if (identity === null) this.#failed(user)
    else this.#accept(identity)
    connection.resume()
  }

  #ask({ identity, password, hash }: PasswordQuestion, user: string, again: boolean): void {
    const { connection } = this.#owner
    this.#asked = { identity, user, hash, again }
    connection.inbox.held = true
    this.#context.check_password(connection.slot, connection.cid, password, hash)
  }

  /** Others may come in now: the client stays as it is, with other permissions, or goes. */
  renew(auth: AuthSettings): void {
    const { connection, session } = this.#owner
    const before = this.#auth
    this.#auth = auth
    const verdict = session.judge_again(auth, this.nonce, connection.ip)
    if (verdict === undefined) return
    if (!is_connect_due(auth)) this.#timer?.cancel()
    if (this.#is_vouched) return this.#stay_vouched()
    if (verdict === null || 'account_key' in verdict) return this.#lost(before)
    // What the service has said holds as long as it is here.
    if ('callout_account' in verdict) return this.#stay(session.identity!)
    if (!('hash' in verdict)) return this.#stay(verdict)
    if (verdict.hash === this.#right_hash) this.#stay(verdict.identity)
    else this.#ask(verdict, verdict.identity.user, true)
  }

  /** What the embedding program has said holds as long as it is here, and its account too. */
  #stay_vouched(): void {
    const { connection, session } = this.#owner
    if (this.#context.settings.accounts[session.account].is_gone) connection.close(CloseReason.client_closed)
    else this.#stay(session.identity!)
  }

  #stay(identity: Identity): void {
    const { connection, session } = this.#owner
    if (identity.proxy_required && session.proxy === '') return this.#failed(identity.user)
    // Its subscriptions are in the other account.
    if (identity.account !== session.account) return connection.close(CloseReason.client_closed)
    session.refresh(identity)
    connection.outbox.rules = session.delivery_rules
    this.#limit_time(identity.expires_ms)
    renew_client(this.#context, this.#owner)
  }

  /** Whose user is gone may come back as another one; who is wrong now is told so. */
  #lost(before: AuthSettings): void {
    const { connection, session } = this.#owner
    const { user = '' } = session.identity ?? {}
    const is_in = ({ users }: AuthSettings) => users.some((each) => (each.nkey || each.user) === user)
    if (session.is_revoked) this.#owner.refuse(Refuse.user_revoked)
    else if (user !== '' && is_in(before) && !is_in(this.#auth)) connection.close(CloseReason.client_closed)
    else this.#failed(user)
  }

  /** Whether the password of the last CONNECT is that of the hash. */
  password_checked(right: boolean): void {
    const { connection } = this.#owner
    const asked = this.#asked
    this.#asked = null
    if (asked === null || connection.reason !== null) return
    if (right) this.#right_hash = asked.hash
    if (!right) this.#failed(asked.user)
    else if (asked.again) this.#stay(asked.identity)
    else this.#accept(asked.identity)
    connection.resume()
  }

  /** Operations come without a CONNECT. False: it has to go. */
  enter_unasked(): boolean {
    const { session, connection } = this.#owner
    if (!session.enter_unasked()) {
      this.#failed('', false)
      return false
    }
    this.stop()
    connection.outbox.rules = session.delivery_rules
    return true
  }

  #accept(identity: Identity): void {
    const { connection, session, log } = this.#owner
    const refusal = session.accept(identity)
    connection.outbox.rules = session.delivery_rules
    if (refusal === null) {
      this.#limit_time(identity.expires_ms)
      return this.#owner.welcome()
    }
    if (refusal === Refuse.proxy_required) {
      log.debug('proxy connection required')
      return this.#failed(identity.user, true, refusal)
    }
    if (refusal === Refuse.max_account_connections) log.error(refusal.text ?? '')
    this.#owner.refuse(refusal)
  }

  /** Who comes with a token stays as long as that holds. */
  #limit_time(expires_ms: number | undefined): void {
    this.#expiry?.cancel()
    if (expires_ms === undefined) return
    const { clock } = this.#context
    // A timer holds 24 days at most; the rest is waited for then.
    const left_ms = expires_ms - clock.wall_ms()
    this.#expiry = clock.after(Math.min(Math.max(left_ms, 0), TIMER_MS_MAX), () => {
      if (expires_ms > clock.wall_ms()) return this.#limit_time(expires_ms)
      this.#owner.log.debug('User JWT validity has expired')
      this.#owner.refuse(Refuse.user_expired)
    })
  }

  #failed(user: string, knocked = true, refusal: Refusal = this.#refusal()): void {
    this.#context.counters[Counter.authentication_failures]++
    this.#owner.log.error(user === '' ? 'authentication error' : `authentication error - User ${go_quote(user)}`)
    this.#owner.refused(refusal.close ?? CloseReason.authentication_failure, knocked)
    this.#owner.refuse(refusal)
  }

  /** What is wrong with it: what it said, or by whom it came. */
  #refusal(): Refusal {
    if (this.#owner.session.proxy !== null) return Refuse.authorization
    this.#owner.log.debug('proxy is not trusted')
    return Refuse.proxy_not_trusted
  }

  #late(): void {
    this.#owner.log.debug(CloseReason.authentication_timeout)
    this.#owner.refused(CloseReason.authentication_timeout, false)
    this.#owner.refuse(Refuse.authentication_timeout)
  }
}
