// The one-hop rule, whole. A message passes from the server where it was published to the servers that have
// interest in it, and never further: what came in from a route does not leave on a route. NATS knows two
// exceptions, and they are the two `true` under `route` -> `route` below (reference route.md 6.2 to 6.4).
//
//   from \ to          | client: plain  queue  reply | route: plain  queue  reply
//   client             |         yes    yes    yes   |        yes    yes    yes
//   route              |         yes    yes    yes   |        no     yes*   yes*
//
//   * queue: the peer named a queue group and chose this server, but its last member here has just gone: the message
//     goes on to a server that still has one. reply: the answer to a service import of this server, whose requester
//     is a client of another server.
//
// Whoever gets a message on its second hop has had it on the first already, if a plain subscription there wants it. Among
// servers of our own kind the list of groups then begins with AGAIN, and only members of the groups behind it get the message.
// To a nats-server that is the name of a group without members.
import { latin1_bytes } from '../base/bytes.ts'
import { Origin } from '../actor/envelope.ts'

export const AGAIN: Uint8Array = latin1_bytes('_onehop_again_')

/** Who would get the message. */
export const Subscriber = { client: 0, route: 1 } as const
/** Why they would get it: a plain subscription, as the chosen member of a queue group, or a service's `_R_` reply. */
export const Delivery = { plain: 0, queue: 1, reply: 2 } as const

type Subscriber = (typeof Subscriber)[keyof typeof Subscriber]
type Delivery = (typeof Delivery)[keyof typeof Delivery]

// table[origin][subscriber][delivery], in the order of the constants above and in envelope.ts
const client_to = [[true, true, true], [true, true, true]]
const route_to = [[true, true, true], [false, true, true]]
const table: readonly (readonly (readonly boolean[])[])[] = [client_to, route_to]

/** Whether a message of this origin may go to that kind of subscriber for that reason. */
export function may_pass(envelope: { origin: Origin }, subscriber: Subscriber, delivery: Delivery): boolean {
  return table[envelope.origin][subscriber][delivery]
}

/** Clients' messages pick from every matching queue group; a route has picked already and names the groups. */
export function names_its_groups(envelope: { origin: Origin }): boolean {
  return envelope.origin === Origin.route
}
