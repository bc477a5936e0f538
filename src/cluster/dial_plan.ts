// The search for connections: one job per address, with its pauses, attempts and log lines (route.md 4.6).
import {
  ACCEPTOR_REDIAL_MS,
  OWN_KIND_BRISK_ATTEMPTS,
  ROUTE_BACKOFF_MS_MAX,
  ROUTE_RETRY_JITTER_MS,
  ROUTE_RETRY_MS,
} from '../base/limits.ts'
import type { Random } from '../base/prng.ts'
import type { MembershipAction, MembershipConfig } from './membership_events.ts'
import type { SearchReport } from './peer_history.ts'
import {
  host_port,
  is_ip,
  route_url_text,
  type RouteUrl,
  same_address,
  same_route_url,
  unmapped_ip,
} from './route_url.ts'

/** The pause after a failed attempt (counted from 1). */
export function retry_pause_ms(attempt: number, backoff: boolean): number {
  if (!backoff) return ROUTE_RETRY_MS
  return Math.min(ROUTE_RETRY_MS * 2 ** Math.min(attempt - 1, 16), ROUTE_BACKOFF_MS_MAX)
}

/** The same for a peer of our own kind that nobody configured: it may be gone for good, so after a while we ask less often. */
export function own_kind_pause_ms(attempt: number): number {
  return retry_pause_ms(Math.max(1, attempt - OWN_KIND_BRISK_ATTEMPTS), true)
}

/**
 * The pause between the loss of a connection and the first dial. Its random part parts two servers that dial each other;
 * who had accepted leaves the other the first move.
 */
export function redial_pause_ms(
  lost: { explicit: boolean; solicited: boolean; retry: boolean },
  random: Random,
): number {
  const base_ms = lost.explicit ? ROUTE_RETRY_MS : lost.solicited || lost.retry ? 0 : ACCEPTOR_REDIAL_MS
  return base_ms + random.below(ROUTE_RETRY_JITTER_MS)
}

/** Whether an attempt is still allowed after `attempts` of them failed: configured routes and our own kind have no end. */
export function may_try_again(endless: boolean, attempts: number, connect_retries: number): boolean {
  return endless || attempts <= connect_retries
}

/** Whether a failure is worth an error line: the first of a job and then every n-th. */
export function is_reported(attempt: number, every: number): boolean {
  return attempt === 1 || attempt % Math.max(every, 1) === 0
}

/** Looking for one connection. */
export interface DialJob {
  readonly job: number
  url: RouteUrl
  /** Configured: never given up. */
  explicit: boolean
  /** Before the first connection to this URL; later ones are logged by another measure. */
  readonly first: boolean
  /** The server that was there before a loss: if it is back by itself, the job has nothing left to do. */
  readonly expected_id: string | undefined
  /** The server there is known to be of our own kind: never given up either. */
  own_kind: boolean
  /** How we were told of it (route.md 4.3); null: not by gossip. */
  readonly gossip_mode: number | null
  /** The connection is to be of this account only; empty: it is not. */
  readonly account: string
  attempt: number
  /** Why the last attempt failed; '': none has. */
  error: string
  state: 'pause' | 'resolve' | 'dial'
  /** Addresses that this attempt has not tried yet. */
  untried: string[]
}

/** What a new job is made of. */
export type DialRequest =
  & Pick<DialJob, 'url' | 'explicit' | 'first' | 'expected_id'>
  & Partial<Pick<DialJob, 'own_kind' | 'gossip_mode' | 'account'>>

/** What becomes of an attempt that is due. */
export type AttemptVerdict = 'now' | 'later' | 'never'

/** All jobs. Every answer is a push to `out`; `judge` is asked before each attempt. */
export class DialPlan {
  readonly #config: MembershipConfig
  readonly #random: Random
  readonly #out: (action: MembershipAction) => void
  readonly #judge: (job: DialJob) => AttemptVerdict
  readonly #jobs = new Map<number, DialJob>()
  #last_job = 0

  constructor(
    config: MembershipConfig,
    random: Random,
    out: (action: MembershipAction) => void,
    judge: (job: DialJob) => AttemptVerdict,
  ) {
    this.#config = config
    this.#random = random
    this.#out = out
    this.#judge = judge
  }

  /** Starts a job, unless one for the same address is under way: that one takes over a configured role, and hurries. */
  start(request: DialRequest, pause_ms: number): void {
    const same = this.find(request.url, request.account)
    if (same) {
      if (request.explicit && !same.explicit) Object.assign(same, { url: request.url, explicit: true })
      same.own_kind ||= request.own_kind ?? false
      if (same.own_kind && same.state === 'pause' && pause_ms === 0) this.#hurry(same)
      return
    }
    const { own_kind = false, gossip_mode = null, account = '' } = request
    const fresh = { attempt: 0, error: '', state: 'pause' as const, untried: [] }
    const job: DialJob = { ...request, own_kind, gossip_mode, account, job: ++this.#last_job, ...fresh }
    this.#jobs.set(job.job, job)
    if (pause_ms > 0) this.#pause(job, pause_ms)
    else this.#attempt(job)
  }

  /** The job for the URL's address, for all accounts or for one. */
  find(url: RouteUrl, account = ''): DialJob | undefined {
    for (const job of this.#jobs.values()) {
      if (job.account === account && same_address(job.url, url.host, url.port)) return job
    }
    return undefined
  }

  timer(key: string): void {
    const job = this.#jobs.get(Number(/^dial:(\d+)$/.exec(key)?.[1]))
    if (job?.state === 'pause') this.#attempt(job)
  }

  /** The name server's answer. Addresses of our own are left out; if nothing else is there the URL leads to us. */
  resolved(id: number, addresses: readonly string[], error: string | undefined): void {
    const job = this.#jobs.get(id)
    if (job?.state !== 'resolve') return
    if (error !== undefined || addresses.length === 0) {
      this.#failed(job, `lookup for host "${job.url.host}": ${error ?? 'no addresses'}`)
      return
    }
    const { cluster_port, local_addresses } = this.#config
    const own = (address: string) => job.url.port === cluster_port && local_addresses.includes(unmapped_ip(address))
    const others = addresses.filter((address) => !own(address))
    if (others.length === 0) {
      this.#jobs.delete(id)
      return
    }
    // One at random, as the reference has it; the others follow within the same attempt only if it fails.
    const first = this.#random.below(others.length)
    job.untried = [...others.slice(first), ...others.slice(0, first)]
    this.#dial(job)
  }

  /** `is_told`: it is in the log already. */
  failed(id: number, error: string, is_told = false): void {
    const job = this.#jobs.get(id)
    if (job?.state !== 'dial') return
    if (job.untried.length > 0) this.#dial(job)
    else this.#failed(job, error, is_told)
  }

  /** Ends a job that found its connection; undefined if nobody waits for it any more. */
  connected(id: number): DialJob | undefined {
    const job = this.#jobs.get(id)
    this.#jobs.delete(id)
    return job
  }

  /** Ends all jobs that `keep` does not want. */
  prune(keep: (job: DialJob) => boolean): void {
    for (const job of [...this.#jobs.values()]) if (!keep(job)) this.#end(job)
  }

  /** Whether a job for exactly this configured URL is under way. */
  has_explicit(url: RouteUrl): boolean {
    for (const job of this.#jobs.values()) if (job.explicit && same_route_url(job.url, url)) return true
    return false
  }

  [Symbol.iterator](): IterableIterator<DialJob> {
    return this.#jobs.values()
  }

  get size(): number {
    return this.#jobs.size
  }

  #attempt(job: DialJob): void {
    const verdict = this.#judge(job)
    if (verdict === 'never') return this.#end(job)
    if (verdict === 'later') return this.#pause(job, ROUTE_RETRY_MS)
    job.attempt++
    if (is_ip(job.url.host)) {
      job.untried = [job.url.host]
      this.#dial(job)
    } else {
      job.state = 'resolve'
      this.#out({ kind: 'resolve', job: job.job, host: job.url.host })
    }
  }

  #dial(job: DialJob): void {
    const { url, explicit, account } = job
    const gossip_mode = job.gossip_mode ?? 0
    const address = job.untried.shift()!
    job.state = 'dial'
    const target = `${host_port(url.host, url.port)} (${host_port(address, url.port)})`
    this.#out({ kind: 'log', level: 'debug', text: `Trying to connect to route on ${target}` })
    this.#out({ kind: 'dial', job: job.job, url, address, explicit, gossip_mode, account, name: route_url_text(url) })
  }

  #failed(job: DialJob, error: string, is_told = false): void {
    const { connect_error_reports, reconnect_error_reports, connect_retries, connect_backoff } = this.#config
    job.error = error
    const is_endless = job.explicit || job.own_kind
    const every = job.first || !job.explicit && job.own_kind ? connect_error_reports : reconnect_error_reports
    const level = !is_told && is_reported(job.attempt, every) ? 'error' : 'debug'
    this.#out({ kind: 'log', level, text: `Error trying to connect to route (attempt ${job.attempt}): ${error}` })
    if (!may_try_again(is_endless, job.attempt, connect_retries)) this.#jobs.delete(job.job)
    else if (!job.explicit && job.own_kind) this.#pause(job, own_kind_pause_ms(job.attempt))
    else this.#pause(job, retry_pause_ms(job.attempt, connect_backoff))
  }

  /** There is news of the server: the next attempt is now. */
  #hurry(job: DialJob): void {
    this.#out({ kind: 'cancel_timer', key: timer_key(job) })
    job.attempt = 0
    this.#attempt(job)
  }

  #pause(job: DialJob, delay_ms: number): void {
    const { pace = 1 } = this.#config
    job.state = 'pause'
    this.#out({ kind: 'set_timer', key: timer_key(job), delay_ms: delay_ms * pace })
  }

  #end(job: DialJob): void {
    this.#jobs.delete(job.job)
    if (job.state === 'pause') this.#out({ kind: 'cancel_timer', key: timer_key(job) })
  }
}

function timer_key(job: DialJob): string {
  return `dial:${job.job}`
}

/** As monitoring shows it. */
export const search_report = ({ url, explicit, expected_id, attempt, error }: DialJob): SearchReport => ({
  address: host_port(url.host, url.port),
  configured: explicit,
  ...(expected_id !== undefined && { server_id: expected_id }),
  ...{ attempts: attempt, error },
})
