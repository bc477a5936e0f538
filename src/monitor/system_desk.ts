// The server in its system account, put together: who answers there, and who tells (reference client.md 7).
import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { event_id, type Random } from '../base/prng.ts'
import type { OwnMessage } from '../connection/own_messages.ts'
import type { ReceivedMessage } from '../connection/own_subscriber.ts'
import type { Settings } from '../connection/settings.ts'
import { SharedLimits } from '../shared/counters.ts'
import type { SubjectIndex } from '../shared/subject_index.ts'
import type { SharedMemory } from '../thread/connection_thread.ts'
import type { ThreadApi } from '../thread/worker_api.ts'
import { Answers } from './answers.ts'
import { has_interest } from './interest.ts'
import type { MonitorSource } from './reports.ts'
import { SubscriberCount } from './subscriber_count.ts'
import { SystemInbox } from './system_inbox.ts'
import { SystemNews } from './system_news.ts'
import { SystemService } from './system_service.ts'
import { TraceService } from './trace_service.ts'

export interface DeskContext {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly settings: Settings
  readonly source: MonitorSource
  /** Of this process, without secrets. */
  readonly command_line: readonly string[]
  /** Loads the configuration again. Rejects with an Error that says why not. */
  reload(): Promise<void>
  /** Servers that this one has routes to. */
  peers(): number
  readonly crew: {
    readonly index: SubjectIndex
    readonly memory: SharedMemory
    each<Answer>(ask: (api: ThreadApi, thread: number) => Promise<Answer>): Promise<Answer[]>
    any(ask: (api: ThreadApi, thread: number) => Promise<boolean>): Promise<boolean>
  }
}

export interface SystemDesk {
  /** A message on one of the subjects that the server has subscribed to there. */
  take(message: ReceivedMessage): Promise<void>
  readonly news: SystemNews
  readonly subscribers: SubscriberCount
  readonly traces: TraceService
  readonly inbox: SystemInbox
  publish(message: OwnMessage): Promise<void>
  /** This server, in a message that is sent now. */
  server_object(): object
}

/** Messages of the server itself leave by this thread; requests to it come in there too. */
const SYSTEM_THREAD = 0

/** Null: there is no system account. */
export function make_system_desk(context: DeskContext): SystemDesk | null {
  const { clock, random, log, settings, source, command_line, peers, reload, crew } = context
  const { system } = settings
  if (system === null) return null
  const publish = async (message: OwnMessage): Promise<void> => {
    await crew.each(async (api, thread) => thread === SYSTEM_THREAD && await api.publish(message))
  }
  const service = new SystemService({
    ...{ clock, log, settings, command_line, reload },
    limits: new SharedLimits(crew.memory.limits, SYSTEM_THREAD, crew.memory.threads),
    answers: new Answers(source),
    publish,
    kick: (cid) => crew.any((api) => api.kick(cid)),
    send_away: (cid) => crew.any((api) => api.send_away(cid)),
  }, system)
  const news = new SystemNews({
    ...{ clock, log },
    server_id: settings.client_infos.clients.server_id,
    accounts: () => source.accounts(),
    is_wanted: (subject) => has_interest(crew.index, system.account, subject),
    server_object: () => service.server_object(),
    statsz: () => service.statsz(),
    tell: (subject, content) => service.tell(subject, content),
    event_id: () => event_id(random),
  })
  const { server_id } = settings.client_infos.clients
  const inbox = new SystemInbox({ clock, server_id, account: system.account, publish })
  const subscribers = new SubscriberCount({
    ...{ inbox, publish, peers },
    system_account: system.account,
    accounts: settings.accounts,
    count_subscriptions: (takes) => source.count_subscriptions(takes),
  })
  const take = async (message: ReceivedMessage): Promise<void> => {
    if (inbox.take(message) || await subscribers.take(message)) return
    // What this server asks all servers it does not answer to itself.
    if (!inbox.is_own(message.reply)) await service.take(message)
  }
  const traces = new TraceService({
    describe: async (thread, targets) =>
      (await crew.each(async (api, each) => each === thread ? await api.describe(targets) : [])).flat(),
    account_name: (account) => settings.accounts[account].name,
    server_object: () => service.server_object(),
    publish,
  })
  return { take, news, subscribers, traces, inbox, publish, server_object: () => service.server_object() }
}
