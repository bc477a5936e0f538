// Asks the authorization service of an account who a client is, in a signed request, and judges its signed answer
// (auth_callout; the shapes are those of the official libraries).
import { generateKeyPairSync } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { latin1_bytes, latin1_text, wire_text } from '../base/bytes.ts'
import { CalloutError, vouched_for, vouched_identity } from '../auth/authenticate_jwt.ts'
import { CALLOUT_SUBJECT, kept_from } from '../auth/callout.ts'
import type { CurveKey } from '../auth/curve_box.ts'
import type { Identity } from '../auth/identity.ts'
import { type Claims, read_jwt, text, write_jwt } from '../auth/jwt.ts'
import { encode_key, type ServerKey } from '../auth/server_key.ts'
import type { CalloutOptions } from '../config/callout_options.ts'
import type { CalloutAsked } from '../connection/context.ts'
import type { Settings } from '../connection/settings.ts'
import type { SystemInbox } from '../monitor/system_inbox.ts'

export interface CalloutContext {
  readonly clock: Clock
  readonly log: Log
  readonly key: ServerKey
  readonly curve_key: CurveKey
  readonly settings: Settings
  /** Of the file; null: accounts say it in their claims. */
  readonly callout: CalloutOptions | null
  readonly inbox: SystemInbox
}

/** The account that is asked, and what is known of it. */
interface Service {
  readonly name: string
  readonly number: number
  /** Keys by which it may sign. */
  readonly issuers: readonly string[]
  readonly xkey: string
  /** Accounts that it may place users in, by key; null: the user's audience says it by name. */
  readonly places: readonly string[] | null
}

const PREFIX_USER = 0xa0
const AUDIENCE = 'nats-authorization-request'
const XKEY_HEADER = 'Nats-Server-Xkey'
const TOKEN_START = 'eyJ'

export class CalloutService {
  #context: CalloutContext

  constructor(context: CalloutContext) {
    this.#context = context
  }

  /** Null: nobody, for whatever reason; the log has it. */
  async ask(asked: CalloutAsked): Promise<Identity | null> {
    const { log, settings } = this.#context
    const service = this.#service(asked.account)
    try {
      if (service === null) throw new CalloutError('there is no service for it')
      const user_key = make_user_key()
      const answer = await this.#answer(
        service,
        this.#request(service, user_key, asked),
        settings.client.auth.timeout_ms,
      )
      if (answer === null) {
        log.debug(`Authorization callout response not received in time on account ${JSON.stringify(service.name)}`)
        return null
      }
      return this.#judge(service, user_key, answer, asked)
    } catch (error) {
      if (!(error instanceof CalloutError)) throw error
      log.warn(`auth callout on account ${JSON.stringify(service?.name ?? '')}: ${error.message}`)
      return null
    }
  }

  #service(number: number): Service | null {
    const { callout, settings } = this.#context
    const { name } = settings.accounts[number]
    if (callout !== null) return { name, number, issuers: [callout.issuer], xkey: callout.xkey, places: null }
    const external = settings.client.auth.operator?.accounts[name]?.claims.external
    if (!external) return null
    const { signing_keys } = settings.client.auth.operator!.accounts[name].claims
    const places = [name, ...external.allowed_accounts]
    return { name, number, issuers: [name, ...Object.keys(signing_keys)], xkey: external.xkey, places }
  }

  // The request -----------------------------------------------------------------------------------------------------

  #request({ name, issuers, places, xkey }: Service, user_key: string, asked: CalloutAsked): string {
    const { clock, key, curve_key, settings } = this.#context
    const { server_name, host, server_id, version, cluster } = settings.client_infos.clients
    const { tags = [] } = settings.system ?? {}
    const wall_ms = clock.wall_ms()
    return write_jwt(key, wall_ms, {
      aud: AUDIENCE,
      sub: places === null ? issuers[0] : name,
      exp: Math.ceil((wall_ms + settings.client.auth.timeout_ms) / 1000),
      nats: {
        server_id: {
          ...{ name: server_name, host, id: server_id, version },
          ...(cluster !== undefined && { cluster }),
          ...(tags.length > 0 && { tags }),
          ...(xkey !== '' && { xkey: curve_key.public_key }),
        },
        user_nkey: user_key,
        client_info: client_info(asked),
        connect_opts: connect_options(asked),
        ...(asked.tls !== null && { client_tls: client_tls(asked) }),
        type: 'authorization_request',
      },
    })
  }

  /** Null: none has come in time. */
  async #answer({ number, xkey }: Service, token: string, ms: number): Promise<Uint8Array | null> {
    const { inbox, curve_key } = this.#context
    let answer: Uint8Array | null = null
    const plain = latin1_bytes(token)
    const how = {
      account: number,
      ...(xkey !== '' && { header: latin1_bytes(`NATS/1.0\r\n${XKEY_HEADER}: ${curve_key.public_key}\r\n\r\n`) }),
    }
    await inbox.ask(CALLOUT_SUBJECT, xkey === '' ? plain : curve_key.seal(plain, xkey), ms, (payload) => {
      answer = payload.slice()
      return true
    }, how)
    return answer
  }

  // The answer ------------------------------------------------------------------------------------------------------

  #judge(service: Service, user_key: string, answer: Uint8Array, asked: CalloutAsked): Identity {
    const response = this.#read_response(service, user_key, answer)
    const said = text(response.nats.error)
    if (said !== '') throw new CalloutError(`auth callout service returned an error: ${said}`)
    const claims = read_jwt(text(response.nats.jwt))
    if (claims?.type !== 'user') throw new CalloutError('the response has no user JWT')
    if (claims.subject !== user_key) {
      throw new CalloutError(`expected authorized user of ${user_key} but got ${claims.subject}`)
    }
    const identity = this.#place(service, claims, asked)
    if (identity.account !== service.number) return identity
    return { ...identity, permissions: kept_from(identity.permissions, false) }
  }

  #read_response({ issuers, xkey, name }: Service, user_key: string, answer: Uint8Array): Claims {
    const { curve_key, key } = this.#context
    if (answer.length === 0) throw new CalloutError('no reason supplied')
    const is_plain = latin1_text(answer, 0, Math.min(answer.length, TOKEN_START.length)) === TOKEN_START
    const opened = is_plain || xkey === '' ? answer : curve_key.open(answer, xkey)
    if (opened === null) throw new CalloutError('error decrypting auth callout response')
    const claims = read_jwt(latin1_text(opened).trim())
    if (claims?.type !== 'authorization_response') throw new CalloutError('the answer is no authorization response')
    if (claims.subject !== user_key) throw new CalloutError('auth callout response is not for expected user')
    if (claims.audience !== key.id) throw new CalloutError('auth callout response is not for server')
    const issuer_account = text(claims.nats.issuer_account)
    if (issuer_account !== '' && issuer_account !== name && !issuers.includes(issuer_account)) {
      throw new CalloutError(`auth callout response issuer account ${issuer_account} is not the callout account`)
    }
    if (!issuers.includes(claims.issuer)) throw new CalloutError('auth callout signing key is unknown')
    return claims
  }

  #place({ places, issuers }: Service, claims: Claims, { client, nonce }: CalloutAsked): Identity {
    const { settings, clock } = this.#context
    const connection_type = client.is_websocket ? 'WEBSOCKET' : 'STANDARD'
    const arrival = { connection_type, ip: client.host, wall_ms: clock.wall_ms(), nonce }
    if (places !== null) return vouched_identity(settings.client.auth.operator!, claims, places, arrival)
    if (text(claims.nats.issuer_account) !== '') throw new CalloutError('attempted to use issuer_account')
    if (!issuers.includes(claims.issuer)) {
      throw new CalloutError(`wrong issuer for auth callout response: ${claims.issuer}`)
    }
    const wanted = wire_text(claims.audience)
    const account = settings.accounts.findIndex(({ name, is_gone }) => wire_text(name) === wanted && is_gone !== true)
    if (account < 0) {
      throw new CalloutError(`no valid account ${JSON.stringify(claims.audience)} for auth callout response`)
    }
    return vouched_for(claims, account, arrival)
  }
}

/** The public key of a user that nobody is: it ties an answer to its request. */
function make_user_key(): string {
  const spki = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' })
  return encode_key(PREFIX_USER, spki.subarray(spki.length - 32))
}

function client_info({ client, fields, nonce }: CalloutAsked): object {
  const { host, id, user, is_websocket } = client
  return {
    ...{ host, id },
    ...(user !== '' && { user }),
    ...(fields.name && { name: fields.name }),
    kind: 'Client',
    type: is_websocket ? 'websocket' : 'nats',
    ...(fields.sig && { nonce }),
  }
}

/** What CONNECT said, secrets included: it is the service that has to know them. */
function connect_options({ fields }: CalloutAsked): object {
  const { jwt, nkey, sig, auth_token, user, pass, name, lang, version, protocol = 0 } = fields
  const said = { jwt, nkey, sig, auth_token, user, pass, name, lang, version }
  return { ...Object.fromEntries(Object.entries(said).filter(([, value]) => value)), protocol }
}

function client_tls({ tls, certificates }: CalloutAsked): object {
  const { version, cipher } = tls!
  if (certificates === null) return { version, cipher }
  const { verified, chain } = certificates
  return { version, cipher, ...(verified ? { verified_chains: [chain] } : { certs: chain }) }
}
