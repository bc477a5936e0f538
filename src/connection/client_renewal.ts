// What a change of the configuration means for a client that is in (reference ops.md 4.4): it keeps what it may still have.
import { go_quote, type Refusal, refuse_former_subscription } from '../base/errors.ts'
import type { ClientSession } from './client_session.ts'
import type { Connection } from './connection.ts'
import type { ConnectionLog } from './connection_log.ts'
import type { ThreadContext } from './context.ts'
import type { LostSubscription, Subscriptions } from './subscriptions.ts'

/** What a renewal needs of its client. */
export interface RenewalOwner {
  readonly connection: Connection
  readonly session: ClientSession
  readonly subscriptions: Subscriptions
  readonly log: ConnectionLog
  refuse(refusal: Refusal): void
}

/** Takes from it what it may not have any more, and gives it what its account has from others now. */
export function renew_client(context: ThreadContext, owner: RenewalOwner): void {
  const { session: { permissions, account }, subscriptions } = owner
  const lost = permissions === null ? [] : subscriptions.take_forbidden(
    (subject, queue) => permissions.may_subscribe(subject, queue),
    (subscription) => tell_lost(owner, subscription),
  )
  context.remove_records([...lost, ...subscriptions.renew_imports(context.imports(account))], () => {})
  make_shadows(context, owner)
}

function tell_lost(owner: RenewalOwner, { subject, queue, sid }: LostSubscription): void {
  const { session, log } = owner
  const user = go_quote(session.identity?.user ?? '')
  log.info(`Removed sub ${go_quote(subject)} (sid ${go_quote(sid)}) for ${user} - not authorized`)
  owner.refuse(refuse_former_subscription(subject, queue, sid))
}

/** A busy index is asked again in the next turn. */
function make_shadows(context: ThreadContext, owner: RenewalOwner): void {
  if (owner.connection.reason !== null || owner.subscriptions.make_shadows()) return
  context.next_turn(() => make_shadows(context, owner))
}
