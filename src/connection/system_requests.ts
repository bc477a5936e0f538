// What this server can be asked in the system account (reference client.md 7.3): subscribed to on one thread, which passes it on to
// the supervisor.
import type { Clock } from '../base/clock.ts'
import { JWT_BYTES_MAX, SYSTEM_ANSWER_BYTES_MAX, SYSTEM_REQUEST_BYTES_MAX } from '../base/limits.ts'
import type { Outbox } from '../broker/outbox.ts'
import { Counter } from '../shared/counters.ts'
import type { SystemSettings } from './settings.ts'
import { OWN_SID, OwnSubscriber, type ReceivedMessage, type SubscriberContext } from './own_subscriber.ts'
import type { SystemTrace } from './system_trace.ts'

export interface RequestsContext extends SubscriberContext {
  readonly clock: Clock
  readonly counters: Float64Array
  finish_turn(): void
}

/** One server of the mesh answers. */
const PACK = '$SYS.REQ.CLAIMS.PACK'
const PACK_QUEUE = 'responder'
/** Before a busy index is tried again. */
const PAUSE_MS = 2

/** About a server: all of them are asked as `PING`, one by its id. */
const OF_SERVERS = [
  ...['IDZ', 'STATSZ', 'VARZ', 'SUBSZ', 'CONNZ', 'ROUTEZ', 'GATEWAYZ', 'LEAFZ', 'ACCOUNTZ', 'JSZ', 'HEALTHZ'],
  ...['MESHZ', 'IPQUEUESZ', 'EXPVARZ', 'RAFTZ', 'PROFILEZ'],
]
/** What one server does when it is told. */
const ORDERS = ['RELOAD', 'KICK', 'LDM']
const OF_ACCOUNTS = ['SUBSZ', 'CONNZ', 'LEAFZ', 'JSZ', 'INFO', 'STATZ', 'CONNS']

/** Claims of accounts, and those that only a server with all of them answers. */
const UPDATES = ['$SYS.REQ.ACCOUNT.*.CLAIMS.UPDATE', '$SYS.ACCOUNT.*.CLAIMS.UPDATE']
const CLAIMS = [
  ...['$SYS.REQ.CLAIMS.UPDATE', '$SYS.REQ.ACCOUNT.*.CLAIMS.LOOKUP', '$SYS.REQ.CLAIMS.LIST', '$SYS.REQ.CLAIMS.DELETE'],
  PACK,
]

const inbox_subject = (server_id: string) => `$SYS._INBOX.${server_id}.*`

/** `server_id`: ours. */
export const request_subjects = (server_id: string, claims: SystemSettings['claims'] = null): string[] => [
  '$SYS.REQ.SERVER.PING',
  ...OF_SERVERS.flatMap((what) => [`$SYS.REQ.SERVER.PING.${what}`, `$SYS.REQ.SERVER.${server_id}.${what}`]),
  ...ORDERS.map((what) => `$SYS.REQ.SERVER.${server_id}.${what}`),
  ...OF_ACCOUNTS.map((what) => `$SYS.REQ.ACCOUNT.*.${what}`),
  // Another server counts the subscribers of a subject, and answers when this one does.
  '$SYS.REQ.ACCOUNT.NSUBS',
  inbox_subject(server_id),
  ...(claims === null ? [] : UPDATES),
  ...(claims === 'all' ? CLAIMS : []),
]

/** Of a message on one of these subjects. */
function bytes_max(subject: string): number {
  if (subject.startsWith('$SYS._INBOX.')) return SYSTEM_ANSWER_BYTES_MAX
  return subject.includes('.CLAIMS.') ? JWT_BYTES_MAX : SYSTEM_REQUEST_BYTES_MAX
}

export class SystemRequests {
  #context: RequestsContext
  #subscriber: OwnSubscriber
  #trace: SystemTrace | null
  /** Where others answer, and the accounts in which that is subscribed to. */
  #inbox: string
  #inboxes: Set<number>
  #left: { account: number; subject: string }[]

  /** `slot`: one that no client has. `take` gets the requests, in their order. */
  constructor(
    context: RequestsContext,
    slot: number,
    { account, server_id, claims = null }: { account: number; server_id: string; claims?: SystemSettings['claims'] },
    take: (request: ReceivedMessage) => void,
    trace: SystemTrace | null = null,
  ) {
    this.#context = context
    this.#trace = trace
    this.#inbox = inbox_subject(server_id)
    this.#inboxes = new Set([account])
    this.#left = request_subjects(server_id, claims).map((subject) => ({ account, subject }))
    this.#subscriber = new OwnSubscriber(context, slot, (message) => {
      if (message.body.length > bytes_max(message.subject)) context.counters[Counter.dropped]++
      else take(message)
    })
  }

  /** In the place of a client's. */
  get outbox(): Outbox {
    return this.#subscriber.outbox
  }

  /** From now on it is asked, and hears in these accounts what services there say. */
  renew(callout_accounts: readonly number[]): void {
    for (const account of callout_accounts) {
      if (this.#inboxes.has(account)) continue
      this.#inboxes.add(account)
      this.#left.push({ account, subject: this.#inbox })
    }
    this.#open()
  }

  #open(): void {
    while (this.#left.length > 0 && this.#subscribe(this.#left[0])) this.#left.shift()
    if (this.#left.length > 0) this.#context.clock.after(PAUSE_MS, () => this.#open())
    this.#context.finish_turn()
  }

  #subscribe({ account, subject }: { account: number; subject: string }): boolean {
    const queue = subject === PACK ? PACK_QUEUE : ''
    const is_done = this.#subscriber.subscribe(account, subject, queue)
    if (is_done) this.#trace?.subscribed(subject, queue, OWN_SID)
    return is_done
  }
}
