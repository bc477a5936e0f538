// The page of the mesh, and the data that it asks for: what is below /dashboard on the monitoring port.
import type { IncomingHttpHeaders } from 'node:http'
import { EncodedBody, has_version, text_body } from './encoded_body.ts'
import { type Answer, type Endpoint, redirect_answer, text_answer } from './http_answer.ts'
import { json_text } from './json_text.ts'
import { connections_fields, subscriptions_fields } from './member_fields.ts'
import {
  ask_member,
  connections_options,
  MemberError,
  type QuestionContext,
  subscriptions_options,
} from './member_question.ts'
import type { Mesh, MeshGathering } from './mesh_gathering.ts'
import type { PageFileName, PageFiles } from './page_files.ts'
import type { Parameters } from './parameters.ts'

export interface DashboardContext extends QuestionContext {
  readonly gathering: Pick<MeshGathering, 'mesh'>
  /** Null: the page was not built. */
  files(): Promise<PageFiles | null>
  /** Where this server may be reached over WebSocket, as a policy has it. */
  websocket_sources(): Promise<string[]>
}

const ROOT = '/dashboard'
const NOT_BUILT =
  'The page of the mesh is not built. Run "npm run build" where the sources of this server are; no restart is needed.\n'

/** For everything: nobody else may show it, read it or guess what it is. */
const CLOSED = Object.freeze({
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
})

type Data = (parameters: Parameters) => Promise<EncodedBody>

export class Dashboard {
  #context: DashboardContext
  #data: ReadonlyMap<string, Data>
  /** The gathering that was made text last. */
  #text: { mesh: Mesh; body: EncodedBody } | null = null

  constructor(context: DashboardContext) {
    this.#context = context
    this.#data = new Map<string, Data>([
      ['mesh', () => this.#mesh()],
      ['connections', (parameters) => this.#connections(parameters)],
      ['subscriptions', (parameters) => this.#subscriptions(parameters)],
    ])
  }

  /** What is at that path, which has no base path; undefined: nothing of the page. */
  at(path: string): Endpoint | undefined {
    if (path === ROOT) return (_, headers) => this.#file('index.html', headers)
    if (!path.startsWith(ROOT + '/')) return undefined
    const name = path.slice(ROOT.length + 1)
    // Below it the links of the page would lead elsewhere. A relative address is right behind a proxy, too.
    if (name === '') return () => Promise.resolve(redirect_answer(`..${ROOT}`))
    if (name === 'app.js' || name === 'app.css') return (_, headers) => this.#file(name, headers)
    const data = this.#data.get(name)
    return data && ((parameters, headers) => this.#answer_data(data, parameters, headers))
  }

  async #file(name: PageFileName, headers: IncomingHttpHeaders): Promise<Answer> {
    const files = await this.#context.files()
    if (files === null) return closed(text_answer(503, NOT_BUILT))
    const { type, body } = files[name]
    const common = { ...CLOSED, 'Cache-Control': 'no-cache', ETag: body.etag }
    const policy: Record<string, string> = {}
    if (name === 'index.html') policy['Content-Security-Policy'] = await this.#policy()
    if (has_version(headers, body.etag)) return { status: 304, headers: { ...common, ...policy }, body: '' }
    const encoded = await body.for(headers)
    return {
      status: 200,
      headers: { ...common, ...policy, ...encoded.headers, 'Content-Type': type },
      body: encoded.body,
    }
  }

  /** Nothing but what this server gives, and its own WebSocket. */
  async #policy(): Promise<string> {
    return [
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:",
      ["connect-src 'self'", ...await this.#context.websocket_sources()].join(' '),
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ].join('; ')
  }

  async #answer_data(data: Data, parameters: Parameters, headers: IncomingHttpHeaders): Promise<Answer> {
    const common = { ...CLOSED, 'Cache-Control': 'no-store' }
    try {
      const encoded = await (await data(parameters)).for(headers)
      return {
        status: 200,
        headers: { ...common, ...encoded.headers, 'Content-Type': 'application/json' },
        body: encoded.body,
      }
    } catch (error) {
      if (!(error instanceof MemberError)) throw error
      return closed(text_answer(error.status, error.message))
    }
  }

  async #mesh(): Promise<EncodedBody> {
    const mesh = await this.#context.gathering.mesh()
    if (this.#text?.mesh !== mesh) this.#text = { mesh, body: json_body(mesh) }
    return this.#text.body
  }

  async #connections(parameters: Parameters): Promise<EncodedBody> {
    const options = connections_options(parameters)
    const connz = await ask_member(this.#context, parameters.text('server'), 'CONNZ', options)
    return json_body(connections_fields(connz as Record<string, unknown>))
  }

  async #subscriptions(parameters: Parameters): Promise<EncodedBody> {
    const options = subscriptions_options(parameters)
    const subsz = await ask_member(this.#context, parameters.text('server'), 'SUBSZ', options)
    return json_body(subscriptions_fields(subsz as Record<string, unknown>))
  }
}

const closed = (answer: Answer): Answer => ({ ...answer, headers: { ...answer.headers, ...CLOSED } })
const json_body = (value: object) => text_body(json_text(value, true), 'quick')
