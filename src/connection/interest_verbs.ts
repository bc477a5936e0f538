// RS+, RS-, LS+ and LS-: what a peer wants, from a parsed control line to the index (reference route.md 2.1, 2.6, 5.4).
import { latin1_text } from '../base/bytes.ts'
import { go_quote, type Refusal, Refuse } from '../base/errors.ts'
import { Insert } from '../shared/subject_index.ts'
import type { OpRecord } from '../wire/op.ts'
import type { AccountNames } from './account_names.ts'
import type { ConnectionLog } from './connection_log.ts'
import type { ThreadContext } from './context.ts'
import type { PeerInterest } from './peer_interest.ts'
import { log_unknown_account } from './unknown_account.ts'

/** What these verbs need of their route. */
export interface InterestOwner {
  readonly accounts: AccountNames
  readonly interest: PeerInterest
  readonly log: ConnectionLog
  refuse(refusal: Refusal): void
}

/** What became of an operation. */
export const Taken = Object.freeze({
  done: 0,
  /** It changed nothing; a verbose peer is not told that it was taken, as nats-server does it. */
  ignored: 1,
  /** The index is busy: the same operation has to come again. */
  busy: 2,
})
export type Taken = (typeof Taken)[keyof typeof Taken]

export class InterestVerbs {
  #context: ThreadContext
  #owner: InterestOwner

  constructor(context: ThreadContext, owner: InterestOwner) {
    this.#context = context
    this.#owner = owner
  }

  add(bytes: Uint8Array, op: OpRecord): Taken {
    const { accounts, interest, log } = this.#owner
    const account = accounts.find(bytes, op.account_start, op.account_end)
    if (account < 0) log_unknown_account(log, bytes, op)
    if (account < 0 || !this.#may_export(bytes, op)) return Taken.ignored
    const id = interest.add(account, bytes, op)
    if (id > 0) return Taken.done
    if (id !== Insert.INVALID_SUBJECT) return Taken.busy
    log.error('Could not insert subscription: invalid subject')
    this.#owner.refuse(Refuse.invalid_subscription)
    return Taken.ignored
  }

  remove(bytes: Uint8Array, op: OpRecord): Taken {
    const { accounts, interest } = this.#owner
    const account = accounts.find(bytes, op.account_start, op.account_end)
    if (account < 0) return Taken.ignored
    return interest.remove(account, bytes, op) ? Taken.done : Taken.busy
  }

  /** Interest that our export does not let in is ignored. */
  #may_export(bytes: Uint8Array, op: OpRecord): boolean {
    const { exports } = this.#context
    if (exports === null) return true
    const { log } = this.#owner
    const subject = latin1_text(bytes, op.subject_start, op.subject_end)
    const may = exports.allows(subject)
    if (!may && log.debug_on) {
      log.debug(`Can not export ${go_quote(subject)}, ignoring remote subscription request`)
    }
    return may
  }
}
