// One member is asked for a page of its connections or subscriptions, by its id, for the page of the mesh.
import { Buffer } from 'node:buffer'
import type { SystemInbox } from './system_inbox.ts'
import { CONNECTION_STATES, page_of, type Parameters } from './parameters.ts'

/** Rows of one answer. */
export const ROWS_MAX = 100
const ROWS_DEFAULT = 25
/** A member may have a long list to go through. */
const ANSWER_MS = 2_000

export type MemberList = 'CONNZ' | 'SUBSZ'

/** The body of the question, as every server of the mesh reads it. */
export type ListOptions = Readonly<Record<string, string | number | boolean>>

export interface QuestionContext {
  readonly server_id: string
  /** Null: there is no system account, so only this member can be asked. */
  readonly inbox: Pick<SystemInbox, 'ask'> | null
  /** This member's own answer. Rejects with a ParameterError. */
  own_list(list: MemberList, options: ListOptions): Promise<object>
}

/** Why there is no answer, and the status that says so over HTTP. */
export class MemberError extends Error {
  override name = 'MemberError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** The list of the member with that id, as it answers it. Rejects with a MemberError, or what `own_list` rejects with. */
export async function ask_member(
  context: QuestionContext,
  id: string,
  list: MemberList,
  options: ListOptions,
): Promise<object> {
  const { server_id, inbox, own_list } = context
  if (id === '' || id === server_id) return await own_list(list, options)
  // It becomes a part of a subject.
  if (!/^\w{1,64}$/.test(id)) throw new MemberError(400, `That is no id of a server: ${id}`)
  if (inbox === null) throw new MemberError(404, 'Without a system account only this member can be asked')
  let answer: { data?: unknown; error?: { description?: unknown } } | undefined
  await inbox.ask(`$SYS.REQ.SERVER.${id}.${list}`, Buffer.from(JSON.stringify(options)), ANSWER_MS, (payload) => {
    answer = parse(payload)
    return true
  })
  if (answer === undefined) throw new MemberError(504, `${id} did not answer within ${ANSWER_MS / 1000} s`)
  if (typeof answer.data === 'object' && answer.data !== null) return answer.data
  throw new MemberError(400, String(answer.error?.description ?? `${id} answered what can not be read`))
}

/** What a page of connections is asked with. `auth`: the account comes only with the user, who is left out later. */
export function connections_options(parameters: Parameters): ListOptions {
  const [account, subject] = [parameters.text('acc'), parameters.text('filter_subject')]
  return {
    ...rows_of(parameters),
    sort: parameters.text('sort'),
    state: CONNECTION_STATES.indexOf(parameters.state()),
    cid: parameters.unsigned('cid'),
    auth: true,
    ...(account !== '' && { acc: account }),
    ...(subject !== '' && { filter_subject: subject }),
  }
}

export function subscriptions_options(parameters: Parameters): ListOptions {
  const [account, test] = [parameters.text('acc'), parameters.text('test')]
  return {
    ...rows_of(parameters),
    subscriptions: true,
    ...(account !== '' && { account }),
    ...(test !== '' && { test }),
  }
}

function rows_of(parameters: Parameters): { offset: number; limit: number } {
  const limit = parameters.int('limit')
  const page = page_of(parameters.int('offset'), limit > 0 ? limit : ROWS_DEFAULT)
  return { ...page, limit: Math.min(page.limit, ROWS_MAX) }
}

function parse(payload: Uint8Array): { data?: unknown; error?: { description?: unknown } } {
  try {
    return JSON.parse(Buffer.from(payload).toString()) ?? {}
  } catch {
    return {}
  }
}
