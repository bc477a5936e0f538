// The server answers in the system account: what it is asked there, over which thread ever (reference client.md 7.3).
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { json_bytes, latin1_bytes, wire_text } from '../base/bytes.ts'
import { SYSTEM_REQUESTS_MAX } from '../base/limits.ts'
import { system_error_text } from '../base/system_error.ts'
import { body_of, type OwnMessage } from '../connection/own_messages.ts'
import type { ReceivedMessage } from '../connection/own_subscriber.ts'
import { server_object } from '../connection/server_object.ts'
import type { Settings, SystemSettings } from '../connection/settings.ts'
import type { SharedLimits } from '../shared/counters.ts'
import type { Answers } from './answers.ts'
import { connz_query } from './connz_report.ts'
import { expvar_report } from './expvar_report.ts'
import { ipqueuesz_query } from './ipqueuesz_report.ts'
import { ParameterError } from './parameters.ts'
import { subsz_query } from './subsz_report.ts'
import { accepted_encoding, BodyError, is_meant, read_request, type SystemRequest } from './system_request.ts'

export interface SystemContext {
  readonly clock: Clock
  readonly log: Log
  readonly settings: Settings
  readonly limits: SharedLimits
  readonly answers: Answers
  /** Of this process, without secrets. */
  readonly command_line: readonly string[]
  publish(message: OwnMessage): Promise<void>
  /** Loads the configuration again. Rejects with an Error that says why not. */
  reload(): Promise<void>
  /** False: there is no such client. */
  kick(cid: number): Promise<boolean>
  send_away(cid: number): Promise<boolean>
}

/** What is taken here is no pprof. */
const NO_PROFILE = 'Profiles of this server are for the developer tools of V8: see the option prof_port'

/** What an answer is: with `server` around it, or as it is; null: there is none. */
type Answer = { data: object | null } | { raw: object } | null

type Question = (request: SystemRequest) => Promise<Answer>

export class SystemService {
  #context: SystemContext
  #system: SystemSettings
  #questions: ReadonlyMap<string, Question>
  #answering = 0

  constructor(context: SystemContext, system: SystemSettings) {
    this.#context = context
    this.#system = system
    this.#questions = this.#make_questions()
  }

  /** Somebody asks. More than can be answered at the same time are not. */
  async take(message: ReceivedMessage): Promise<void> {
    if (this.#answering >= SYSTEM_REQUESTS_MAX) return
    this.#answering++
    try {
      await this.#answer(message)
    } catch (error) {
      this.#context.log.error(`A request on ${message.subject} could not be answered: ${system_error_text(error)}`)
    } finally {
      this.#answering--
    }
  }

  /** Tells something to whom it may concern. */
  tell(subject: string, content: object): Promise<void> {
    return this.#publish(wire_text(subject), json_bytes(content))
  }

  /** This server, in a message that is sent now. */
  server_object(): object {
    const { settings, limits, clock } = this.#context
    return server_object(settings, limits, clock.wall_ms())
  }

  async statsz(): Promise<object> {
    return { server: this.server_object(), statsz: await this.#context.answers.statsz() }
  }

  async #answer(message: ReceivedMessage): Promise<void> {
    const { settings: { client_infos: { clients } } } = this.#context
    const { server_id, server_name, cluster = '', host } = clients
    let answer: Answer | { error: object }
    try {
      const request = read_request(message)
      if (!is_meant(request.filter, { server_name, cluster, host, tags: this.#system.tags })) return
      if (message.reply === '') {
        if (request.what === 'STATSZ') await this.tell(`$SYS.SERVER.${server_id}.STATSZ`, await this.statsz())
        return
      }
      answer = await this.#questions.get(request.what)!(request)
    } catch (error) {
      answer = error_answer(error)
    }
    if (answer === null) return
    await this.#reply(message, 'raw' in answer ? answer.raw : envelope(this.server_object(), answer))
  }

  async #reply(message: ReceivedMessage, content: object): Promise<void> {
    const encoding = accepted_encoding(message)
    const payload = json_bytes(content)
    if (encoding === null) return await this.#publish(message.reply, payload)
    const header = latin1_bytes(`NATS/1.0\r\nContent-Encoding: ${encoding}\r\n\r\n`)
    await this.#publish(message.reply, encoding === 'gzip' ? await compressed(payload) : payload, header)
  }

  #publish(subject: string, payload: Uint8Array, header?: Uint8Array): Promise<void> {
    return this.#context.publish({
      account: this.#system.account,
      subject: latin1_bytes(subject),
      header_size: header?.length ?? 0,
      body: body_of(payload, header),
    })
  }

  // Questions -------------------------------------------------------------------------------------------------------

  #make_questions(): Map<string, Question> {
    const { answers, command_line, kick, send_away } = this.#context
    const data = (answer: (request: SystemRequest) => Promise<object>): Question => async (request) => (
      { data: await answer(request) }
    )
    return new Map<string, Question>([
      ['IDZ', () => Promise.resolve({ raw: this.#identity() })],
      ['STATSZ', async () => ({ raw: await this.statsz() })],
      ['VARZ', data(() => answers.varz())],
      ['CONNZ', data(({ parameters }) => answers.connz(connz_query(parameters)))],
      ['MESHZ', data(() => answers.meshz())],
      ['IPQUEUESZ', data(({ parameters }) => answers.ipqueuesz(ipqueuesz_query(parameters)))],
      ['EXPVARZ', data(() => Promise.resolve(expvar_report(command_line)))],
      ['RAFTZ', data(() => Promise.resolve({}))],
      ['PROFILEZ', data(() => Promise.resolve({ error: NO_PROFILE }))],
      ['ROUTEZ', data(({ parameters }) => answers.routez(parameters.subscriptions()))],
      ['SUBSZ', data(({ parameters }) => answers.subsz(subsz_query(parameters)))],
      ['GATEWAYZ', data(() => answers.gatewayz())],
      ['LEAFZ', data(() => answers.leafz())],
      ['JSZ', data(() => answers.jsz())],
      ['HEALTHZ', data(({ parameters }) => this.#healthz(parameters))],
      ['ACCOUNTZ', data(({ account }) => answers.accountz(account))],
      ['INFO', data(({ account }) => answers.account_info(account))],
      ['STATZ', (request) => this.#account_statz(request)],
      ['CONNS', ({ account }) => this.#connections_of(account)],
      ['RELOAD', () => this.#reload()],
      ['KICK', ({ parameters }) => order(kick, parameters.unsigned('cid'))],
      ['LDM', ({ parameters }) => order(send_away, parameters.unsigned('cid'))],
    ])
  }

  /** What is wrong with the configuration is no fault of ours: it is told. */
  async #reload(): Promise<Answer> {
    try {
      await this.#context.reload()
    } catch (error) {
      throw new ParameterError(error instanceof Error ? error.message : String(error))
    }
    return { data: null }
  }

  #identity(): object {
    const { server_name, host, server_id } = this.#context.settings.client_infos.clients
    return { name: server_name, host, id: server_id }
  }

  async #healthz(parameters: SystemRequest['parameters']): Promise<object> {
    const { status, body } = this.#context.answers.healthz(parameters)
    return { ...body, status_code: status }
  }

  async #account_statz({ account, parameters }: SystemRequest): Promise<Answer> {
    const named = parameters.text('accounts')
    const names = account !== '' ? [account] : named === '' ? [] : named.split(',')
    const found = await this.#context.answers.account_statz({ unused: parameters.bool('unused'), names })
    return found.account_statz.length > 0 || parameters.bool('unused') ? { data: found } : null
  }

  /** As it is told when it changes; nothing of an account without connections. */
  async #connections_of(account: string): Promise<Answer> {
    const { account_statz } = await this.#context.answers.account_statz({ unused: false, names: [account] })
    return account_statz.length === 0 ? null : { raw: { server: this.server_object(), ...account_statz[0] } }
  }
}

const compressed = promisify(gzip)
const envelope = (server: object, answer: { data: object | null } | { error: object }) => (
  'error' in answer ? { server, error: answer.error } : { server, ...(answer.data !== null && { data: answer.data }) }
)

/** Throws what is no fault of the request. */
function error_answer(error: unknown): { error: object } {
  if (error instanceof BodyError) return { error: { code: 400, description: error.message } }
  if (error instanceof ParameterError) return { error: { code: 500, description: error.message } }
  throw error
}

async function order(carry_out: (cid: number) => Promise<boolean>, cid: number): Promise<Answer> {
  if (!await carry_out(cid)) throw new ParameterError('no such client id')
  return { data: null }
}
