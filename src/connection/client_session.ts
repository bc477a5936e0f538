// What a client said of itself and what it may do: everything CONNECT decides (reference client.md 2.2).
import { go_quote, type Refusal, Refuse } from '../base/errors.ts'
import type { Clock } from '../base/clock.ts'
import {
  anonymous_identity,
  authenticate,
  type AuthSettings,
  DEFAULT_ACCOUNT,
  is_connect_due,
} from '../auth/authenticate.ts'
import { type AccountQuestion, authenticate_jwt, is_revoked_token } from '../auth/authenticate_jwt.ts'
import { type CalloutQuestion, delegated } from '../auth/callout.ts'
import type { Identity, PasswordQuestion } from '../auth/identity.ts'
import { proxy_of } from '../auth/trusted_proxy.ts'
import { PermissionRules, type UserPermissions } from '../auth/user_permissions.ts'
import type { SharedLimits } from '../shared/counters.ts'
import type { ConnectFields } from '../wire/connect.ts'
import { ClientPermissions } from './client_permissions.ts'
import type { Settings } from './settings.ts'

/** The smaller of two limits of which -1 (and for the server's own, 0) means none. */
const smaller = (a: number, b: number) => (a < 0 ? b : b < 0 ? a : Math.min(a, b))

/** Who somebody is, or what that depends on; null: nobody. */
export type Verdict = Identity | PasswordQuestion | AccountQuestion | CalloutQuestion | null

/** The embedding program is asked first. */
export const ASKS_HOOK = Object.freeze({ asks_hook: true })

/** Whoever may do all that is not refused by somebody else. */
const EVERYTHING: UserPermissions = {}

/** Whoever comes where nobody is asked. */
const NOBODY: Identity = Object.freeze({ account: DEFAULT_ACCOUNT, user: '', label: '' })

export class ClientSession {
  verbose = true
  pedantic = true
  echo = true
  headers = false
  no_responders = false
  protocol = 0
  name = ''
  lang = ''
  version = ''
  /** Operations are taken. */
  ready: boolean
  /** A CONNECT was accepted. */
  connected = false
  account = DEFAULT_ACCOUNT
  identity: Identity | null = null
  /** Who the last CONNECT said it is; secrets are not shown. */
  claimed_user = ''
  /** Whom its certificate names, empty for nobody of ours; null: that is not asked. */
  mapped_user: string | null = null
  /** What is said of it where CONNECT says nothing. */
  cookies: ConnectFields = {}
  /** The key of the proxy that it has come by; '': of none, null: of one that is not trusted. */
  proxy: string | null = ''
  /** Null: it may do everything. */
  permissions: ClientPermissions | null = null
  max_payload: number
  /** -1: no limit. */
  max_subscriptions: number
  #settings: Settings
  #auth: AuthSettings
  #limits: SharedLimits
  #clock: Clock
  #counted = false
  /** What the last CONNECT said, with what stood beside it. */
  #said: ConnectFields | null = null

  constructor(settings: Settings, auth: AuthSettings, limits: SharedLimits, clock: Clock) {
    this.#settings = settings
    this.#auth = auth
    this.#limits = limits
    this.#clock = clock
    this.ready = !is_connect_due(auth)
    this.max_payload = settings.client.max_payload
    this.max_subscriptions = settings.client.max_subscriptions > 0 ? settings.client.max_subscriptions : -1
    if (this.ready) this.#bind(NOBODY)
  }

  /**
   * Merges a CONNECT over what was said before, and finds out who it is; null: nobody. The caller has dropped the subscriptions,
   * and goes on with `accept`. `nonce`: what the client was told to sign; `ip`: where it is.
   */
  connect(fields: ConnectFields, nonce: string, ip: string): Verdict | typeof ASKS_HOOK {
    this.verbose = fields.verbose ?? this.verbose
    this.pedantic = fields.pedantic ?? this.pedantic
    this.echo = fields.echo ?? this.echo
    this.protocol = fields.protocol ?? this.protocol
    this.no_responders = fields.no_responders ?? this.no_responders
    this.headers = this.#settings.client.headers && (fields.headers ?? this.headers)
    this.name = fields.name ?? this.name
    this.lang = fields.lang ?? this.lang
    this.version = fields.version ?? this.version
    this.#release()
    this.ready = false
    const { mapped_user, cookies } = this
    const said = { ...fields }
    for (const name of ['user', 'pass', 'auth_token', 'jwt'] as const) said[name] ||= cookies[name] ?? ''
    if (mapped_user !== null) said.user = mapped_user
    this.claimed_user = said.nkey || said.user || (said.jwt || said.auth_token ? '[REDACTED]' : '')
    this.#said = said
    if (!this.#auth.asks_hook) return this.#judge(said, nonce, ip)
    this.proxy = proxy_of(this.#auth.proxies, said, nonce)
    return this.proxy === null ? null : ASKS_HOOK
  }

  /** What the last CONNECT said. */
  get said(): ConnectFields {
    return this.#said ?? {}
  }

  /** Who it is by what it said last. */
  judge_said(nonce: string, ip: string): Verdict {
    return this.#said === null ? null : this.#judge(this.#said, nonce, ip)
  }

  #judge(said: ConnectFields, nonce: string, ip: string): Verdict {
    this.proxy = proxy_of(this.#auth.proxies, said, nonce)
    if (this.mapped_user === '' || this.proxy === null || said.account || said.new_account) return null
    const { operator, connection_type } = this.#auth
    if (operator === null) return delegated(this.#auth.callout, said, authenticate(this.#auth, said, nonce))
    const jwt = said.jwt || operator.default_sentinel
    return authenticate_jwt(operator, { ...said, jwt }, { connection_type, ip, wall_ms: this.#clock.wall_ms(), nonce })
  }

  /** Who it is by other settings; null: nobody, undefined: it has not said yet who it is, and has to. */
  judge_again(auth: AuthSettings, nonce: string, ip: string): Verdict | undefined {
    this.#auth = auth
    if (this.connected && this.#said !== null) return this.#judge(this.#said, nonce, ip)
    if (!is_connect_due(auth)) return this.ready || this.#enter_as_nobody() ? NOBODY : undefined
    return this.ready ? this.#unasked_identity() : undefined
  }

  /** Nothing is asked any more. False: a CONNECT is being judged. */
  #enter_as_nobody(): boolean {
    if (this.#said !== null || this.#bind(NOBODY) !== null) return false
    return this.ready = true
  }

  /** The same client may do something else now; it has its place among those of its account. */
  refresh(identity: Identity): void {
    this.#adopt(identity)
  }

  /** The account has called back what it came with. */
  get is_revoked(): boolean {
    const { operator } = this.#auth
    return operator !== null && is_revoked_token(operator, this.#said?.jwt ?? '')
  }

  /** It is that one; null: it may go on. */
  accept(identity: Identity): Refusal | null {
    if (identity.proxy_required && this.proxy === '') return Refuse.proxy_required
    const refusal = this.#bind(identity)
    if (refusal !== null) return refusal
    if (this.protocol !== 0 && this.protocol !== 1) return Refuse.client_protocol
    if (this.no_responders && !this.headers) return Refuse.headers_needed
    if (identity.max_subscriptions === 0) return Refuse.no_subscriptions
    this.ready = this.connected = true
    return null
  }

  /** Operations come without a CONNECT: as the no_auth_user, if there is one. */
  enter_unasked(): boolean {
    const identity = this.#unasked_identity()
    if (identity === null || this.#bind(identity) !== null) return false
    return this.ready = true
  }

  /** Who says nothing has come by no proxy either. */
  #unasked_identity(): Identity | null {
    const identity = this.#auth.asks_hook ? null : anonymous_identity(this.#auth)
    return identity?.proxy_required ? null : identity
  }

  end(): void {
    this.#release()
  }

  /** What is kept from it of what is sent to it; null: nothing. */
  get delivery_rules(): ClientPermissions | null {
    return this.identity?.permissions === undefined ? null : this.permissions
  }

  get account_name(): string {
    return this.#settings.accounts[this.account].name
  }

  /** Behind the connection's id in log lines, once CONNECT told something. */
  get log_label(): string {
    if (!this.connected) return ''
    const what = [this.version && `v${this.version}`, this.lang, this.name].filter((part) => part !== '').join(':')
    let label = what === '' ? '' : `${go_quote(what)} - `
    if (this.identity !== null && this.identity.label !== '') {
      label += `${go_quote(`${this.account_name}/${this.identity.label}`)} - `
    }
    return label
  }

  #bind(identity: Identity): Refusal | null {
    const { max_connections } = this.#settings.accounts[identity.account]
    if (max_connections === 0 || !this.#limits.take_account_connection(identity.account, max_connections)) {
      return Refuse.max_account_connections
    }
    this.#counted = true
    this.#adopt(identity)
    return null
  }

  #adopt(identity: Identity): void {
    const limits = this.#settings.accounts[identity.account]
    this.identity = identity
    const { permissions } = identity
    const is_asked_about = this.#settings.hooks !== null && this.#settings.hooks.publish
    const rules = permissions ?? (is_asked_about ? EVERYTHING : undefined)
    this.permissions = rules === undefined ? null : new ClientPermissions(rules_of(rules), this.#clock)
    this.account = identity.account
    const { max_subscriptions, max_payload } = this.#settings.client
    const own = identity.max_subscriptions ?? -1
    this.max_subscriptions = smaller(
      own,
      smaller(limits.max_subscriptions, max_subscriptions > 0 ? max_subscriptions : -1),
    )
    this.max_payload = smaller(identity.max_payload ?? -1, smaller(limits.max_payload, max_payload))
  }

  #release(): void {
    if (this.#counted) this.#limits.release_account_connection(this.account)
    this.#counted = false
  }
}

/** The same object for all clients of a user on this thread. */
const known_rules = new WeakMap<UserPermissions, PermissionRules>()

function rules_of(permissions: UserPermissions): PermissionRules {
  let rules = known_rules.get(permissions)
  if (rules === undefined) known_rules.set(permissions, rules = new PermissionRules(permissions))
  return rules
}
