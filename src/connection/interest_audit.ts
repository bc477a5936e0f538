// Two servers of our own kind compare now and then what one of them wants with what the other knows of it, and mend a
// difference. It should never find one; that it can shows up in the log and in a counter instead of as lost messages.
//
//   INFO onehop "interest ACCOUNT DIGESTS"    the sender's present interest; exact, because it keeps its place among RS+ and RS-
//   INFO onehop "resend ACCOUNT BUCKETS"      the receiver knows it otherwise
//   INFO onehop "resending ACCOUNT BUCKETS"   RS+ for all of them follow
//   INFO onehop "resent"                      what was not among these is no longer wanted
import { INTEREST_AUDIT_MS } from '../base/limits.ts'
import type { Timer } from '../base/clock.ts'
import type { InterestForwarder, ToldRoute } from '../broker/interest.ts'
import { DIGEST_BUCKETS, InterestDigest } from '../broker/interest_digest.ts'
import { Counter } from '../shared/counters.ts'
import type { AccountNames } from './account_names.ts'
import type { ConnectionLog } from './connection_log.ts'
import type { ThreadContext } from './context.ts'
import type { PeerInterest } from './peer_interest.ts'

/** What an audit uses of its route. */
export interface AuditedRoute {
  readonly interest: PeerInterest
  readonly accounts: AccountNames
  readonly log: ConnectionLog
  /** Null: not registered. */
  told(): ToldRoute | null
  /** Says a word to the peer. */
  say(word: string): void
}

export class InterestAudit {
  #context: ThreadContext
  #forwarder: InterestForwarder
  #route: AuditedRoute
  #timer: Timer | null = null
  /** How often what the peer wants had to be mended here. */
  repairs = 0

  constructor(context: ThreadContext, forwarder: InterestForwarder, route: AuditedRoute) {
    this.#context = context
    this.#forwarder = forwarder
    this.#route = route
  }

  /** All routes do it at the same moments, so that they share the work. */
  start(): void {
    const { clock } = this.#context
    const delay_ms = INTEREST_AUDIT_MS - clock.now_ms() % INTEREST_AUDIT_MS
    this.#timer = clock.after(delay_ms, () => {
      this.start()
      this.#forwarder.audit((f) => this.#context.next_turn(f), (digests) => this.#tell(digests))
    })
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = null
  }

  /** A word of the peer. False: it is not about interest. */
  heard(word: string): boolean {
    const [kind, account_name, rest] = word.split(' ')
    if (kind === 'resent') this.#end_repair()
    else if (kind === 'interest') this.#compare(account_name, rest)
    else if (kind === 'resend') this.#resend(account_name, rest)
    else if (kind === 'resending') this.#begin_repair(account_name, rest)
    else return false
    return true
  }

  #tell(digests: ReadonlyMap<number, InterestDigest>): void {
    const told = this.#route.told()
    if (this.#timer === null || told === null) return
    for (const [account, { name }] of this.#context.settings.accounts.entries()) {
      if (told.accounts.has(account)) this.#route.say(`interest ${name} ${(digests.get(account) ?? NOTHING).text}`)
    }
    this.#context.finish_turn()
  }

  #compare(account_name: string, text: string | undefined): void {
    const { accounts, interest, log } = this.#route
    const account = accounts.named(account_name)
    // What our own export keeps out is missing here for good reason.
    if (this.#context.exports !== null) return
    if (account < 0 || text?.length !== NOTHING.text.length) return
    const buckets = interest.digest(account).differences(text)
    if (buckets.length === 0) return
    const count = `${buckets.length} of ${DIGEST_BUCKETS}`
    log.error(`Interest of account "${account_name}" is not what the peer has, in ${count} parts: asking for it again`)
    this.#route.say(`resend ${account_name} ${buckets.join()}`)
  }

  #resend(account_name: string, list: string | undefined): void {
    const { accounts } = this.#route
    const told = this.#route.told()
    const account = accounts.named(account_name)
    const buckets = read_buckets(list)
    if (account < 0 || buckets === null || told === null) return
    this.#route.say(`resending ${account_name} ${list}`)
    this.#forwarder.resend(told, account, buckets, (f) => this.#context.next_turn(f), () => {
      this.#route.say('resent')
      this.#context.finish_turn()
    })
  }

  #begin_repair(account_name: string, list: string | undefined): void {
    const account = this.#route.accounts.named(account_name)
    const buckets = read_buckets(list)
    if (account >= 0 && buckets !== null) this.#route.interest.begin_repair(account, buckets)
  }

  #end_repair(): void {
    const removed = this.#route.interest.end_repair()
    if (removed === null) return
    this.repairs++
    this.#context.counters[Counter.interest_repairs]++
    this.#route.log.info(`Interest was repaired, ${removed.length} entries were not wanted any more`)
    this.#context.remove_records(removed, () => {})
  }
}

const NOTHING = new InterestDigest()

function read_buckets(list: string | undefined): ReadonlySet<number> | null {
  const numbers = (list ?? '').split(',').map(Number)
  return numbers.every((each) => Number.isInteger(each) && each >= 0 && each < DIGEST_BUCKETS) ? new Set(numbers) : null
}
