// Tells the routes what the clients of this server want: RS+ and RS-, in the order in which it changed, whichever
// thread changed it (reference route.md 5). One thread does it, the one that hosts the routes.
import { latin1_bytes, latin1_text } from '../base/bytes.ts'
import type { SubjectFilter } from '../auth/subject_filter.ts'
import { scan_interest } from '../shared/index_scan.ts'
import type { Interest, InterestLogReader } from '../shared/interest_log.ts'
import type { SubjectIndex } from '../shared/subject_index.ts'
import { interest_line } from '../wire/lines.ts'
import { bucket_of, interest_key_hash, InterestDigest } from './interest_digest.ts'
import type { Outbox } from './outbox.ts'
import type { CarriedAccounts } from './route_share.ts'

/** Groups looked at in one turn of a dump. */
const DUMP_GROUPS_PER_TURN = 2048

/** A route that is told, and of which accounts. */
export interface ToldRoute {
  readonly outbox: Outbox
  readonly accounts: CarriedAccounts
}

export class InterestForwarder {
  /** Told of each line written, when trace is on. */
  trace: ((slot: number, line: string) => void) | null = null
  #index: SubjectIndex
  #log: InterestLogReader
  #account_name: (account: number) => string
  /** The interest that peers are told of; null: all of it. */
  imports: SubjectFilter | null
  #routes: ToldRoute[] = []
  /** The digests that are being taken, by account, and who waits for them. */
  #audit: Map<number, InterestDigest> | null = null
  #audited: ((digests: ReadonlyMap<number, InterestDigest>) => void)[] = []

  /** `imports`: the interest that peers are told of; null: all of it. */
  constructor(
    index: SubjectIndex,
    log: InterestLogReader,
    account_name: (account: number) => string,
    imports: SubjectFilter | null = null,
  ) {
    this.#index = index
    this.#log = log
    this.#account_name = account_name
    this.imports = imports
  }

  /** Sends what has changed since the last call. */
  forward(): void {
    while (this.#log.next()) {
      if (this.#audit !== null) this.#digest(this.#audit, this.#log.account).forget(key_hash(this.#log))
      if (this.#routes.length === 0 || !this.#may_be_told(this.#log)) continue
      this.#tell_all(this.#log)
    }
  }

  /**
   * A route has registered: all present interest goes to it, then every change. `done` is told how many lines that
   * was. A large dump takes several turns; changes that come in between carry absolute counts, so their order is right.
   */
  add(route: ToldRoute, next_turn: (f: () => void) => void, done: (lines: number) => void): void {
    this.forward()
    this.#routes.push(route)
    this.#dump(route, next_turn, null, done)
  }

  /** A registered peer now lets through what it did not before: it is told such interest, again if need be. */
  tell_again(
    route: ToldRoute,
    next_turn: (f: () => void) => void,
    wanted: (subject: string) => boolean,
    done: () => void,
  ): void {
    this.forward()
    this.#dump(route, next_turn, (interest) => wanted(subject_text(interest)), done)
  }

  remove(outbox: Outbox): void {
    this.#routes = this.#routes.filter((each) => each.outbox !== outbox)
  }

  #dump(
    { outbox, accounts }: ToldRoute,
    next_turn: (f: () => void) => void,
    wanted: ((interest: Interest) => boolean) | null,
    done: (lines: number) => void,
  ): void {
    let lines = 0
    const send = (interest: Interest) => {
      if (!accounts.has(interest.account) || !this.#may_be_told(interest) || wanted?.(interest) === false) return
      const line = this.#line(interest, outbox.leaves_account_out)
      this.#send(outbox, line, latin1_bytes(line))
      lines++
    }
    const go_on = (from: number) => {
      const next = outbox.closed ? 0 : scan_interest(this.#index, from, DUMP_GROUPS_PER_TURN, send)
      if (next === 0) return done(lines)
      next_turn(() => go_on(next))
    }
    go_on(1)
  }

  /**
   * Takes the digests of all interest, in parts, and calls `done` in a turn in which every change up to now has been sent: what
   * is written then is behind all that the digests count. Several that ask at the same time share the work.
   */
  audit(next_turn: (f: () => void) => void, done: (digests: ReadonlyMap<number, InterestDigest>) => void): void {
    this.#audited.push(done)
    if (this.#audit !== null) return
    this.forward()
    const digests = this.#audit = new Map<number, InterestDigest>()
    const add = (interest: Interest) => {
      if (!this.#may_be_told(interest)) return
      this.#digest(digests, interest.account).add(key_hash(interest), told_weight(interest))
    }
    const go_on = (from: number) => {
      const next = scan_interest(this.#index, from, DUMP_GROUPS_PER_TURN, add)
      if (next !== 0) return next_turn(() => go_on(next))
      this.forward()
      this.#audit = null
      for (const done of this.#audited.splice(0)) done(digests)
    }
    go_on(1)
  }

  /** Sends the present interest of one account in some buckets again; `done` when all of it is behind what was sent. */
  resend(
    route: ToldRoute,
    account: number,
    buckets: ReadonlySet<number>,
    next_turn: (f: () => void) => void,
    done: () => void,
  ): void {
    this.forward()
    const wanted = (interest: Interest) => interest.account === account && buckets.has(bucket_of(key_hash(interest)))
    this.#dump(route, next_turn, wanted, () => {
      // What was made behind the scan's back is sent before its end.
      this.forward()
      done()
    })
  }

  #may_be_told(interest: Interest): boolean {
    return this.imports === null || this.imports.allows(subject_text(interest))
  }

  #digest(digests: Map<number, InterestDigest>, account: number): InterestDigest {
    let digest = digests.get(account)
    if (digest === undefined) digests.set(account, digest = new InterestDigest())
    return digest
  }

  /** Mostly all routes get the same bytes. */
  #tell_all(interest: Interest): void {
    let line = '', bytes = NO_BYTES
    for (const { outbox, accounts } of this.#routes) {
      if (!accounts.has(interest.account)) continue
      if (outbox.leaves_account_out) {
        const short = this.#line(interest, true)
        this.#send(outbox, short, latin1_bytes(short))
        continue
      }
      if (bytes === NO_BYTES) bytes = latin1_bytes(line = this.#line(interest, false))
      this.#send(outbox, line, bytes)
    }
  }

  #send(outbox: Outbox, line: string, bytes: Uint8Array): void {
    outbox.append(bytes)
    this.trace?.(outbox.slot, line)
  }

  #line(interest: Interest, leaves_account_out: boolean): string {
    const { bytes, count } = interest
    const queue = latin1_text(bytes, interest.queue_start, interest.queue_end)
    const account = leaves_account_out ? '' : this.#account_name(interest.account)
    return interest_line(count > 0, account, subject_text(interest), queue, count)
  }
}

const NO_BYTES: Uint8Array = new Uint8Array(0)

function key_hash({ bytes, subject_start, subject_end, queue_start, queue_end }: Interest): number {
  return interest_key_hash(bytes, subject_start, subject_end, queue_start, queue_end)
}

/** Peers know of a plain subject only that it is wanted. */
function told_weight({ count, queue_start, queue_end }: Interest): number {
  return queue_end > queue_start ? count : 1
}

function subject_text({ bytes, subject_start, subject_end }: Interest): string {
  return latin1_text(bytes, subject_start, subject_end)
}
