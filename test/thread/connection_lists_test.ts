import * as assert from 'uvu/assert'
import { Client } from '../../src/connection/client.ts'
import { Route } from '../../src/connection/route.ts'
import {
  client_cids,
  client_reports,
  client_rows,
  type ClientQuery,
  placed_routes,
  type SortValue,
  sums_part,
} from '../../src/thread/connection_lists.ts'
import { Slots } from '../../src/thread/slots.ts'
import { ActorRig } from '../connection/actor_rig.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'

const test = suite('thread/connection_lists')

const query = (change: Partial<ClientQuery> = {}): ClientQuery => ({
  ...{ sort: 'cid', account: '', user: '', cid: 0 },
  ...change,
})

/** A clock that moves with every look at it. */
class BusyClock extends ManualClock {
  step_ms = 0

  override now_ms(): number {
    this.pass(this.step_ms)
    return super.now_ms()
  }
}

/** As many clients as asked for, in a table of slots. */
function many(count: number) {
  const clock = new BusyClock(1000)
  const slots = new Slots<Client | Route>()
  for (let n = 0; n < count; n++) {
    slots.place((slot) => {
      const connection = { slot, cid: slot + 1, reason: null, in_messages: n, outbox: {} }
      const session = { account_name: n % 2 === 0 ? 'even' : 'odd', identity: { user: `u${n}` } }
      return Object.setPrototypeOf({ connection, session, subscriptions: { count: 1 } }, Client.prototype) as Client
    })
  }
  return { clock, slots }
}

test('a thread tells of its clients in parts: none takes longer than half a millisecond', () => {
  const context = many(1000)
  context.clock.step_ms = 0.3
  const seen: number[] = []
  let parts = 0
  for (let from = 0; from >= 0; parts++) {
    const part = client_rows(context, query(), from)
    for (let i = 0; i < part.rows.length; i += 3) seen.push(part.rows[i + 1])
    assert.ok(part.rows.length <= 3 * 64)
    from = part.next
  }
  assert.equal(seen, Array.from({ length: 1000 }, (_, i) => i + 1))
  assert.ok(parts > 10)
})

test('with time enough it is one part', () => {
  const part = client_rows(many(1000), query(), 0)
  assert.equal([part.rows.length, part.total, part.next], [3000, 1000, -1])
})

test('clients are narrowed by account, user and number; the total is that of the account', () => {
  const context = many(10)
  const cids = (change: Partial<ClientQuery>) => {
    const { rows, total } = client_rows(context, query(change), 0)
    return [rows.filter((_, i) => i % 3 === 1), total]
  }
  assert.equal(cids({ account: 'odd' }), [[2, 4, 6, 8, 10], 5])
  assert.equal(cids({ user: 'u3' }), [[4], 10])
  assert.equal(cids({ cid: 4 }), [[4], 10])
  assert.equal(cids({ cid: 4, account: 'even' }), [[], 5])
})

test('the sums of parts are those of all', () => {
  const context = many(100)
  context.clock.step_ms = 0.3
  let connections = 0
  for (let from = 0; from >= 0;) {
    const part = sums_part(context, from)
    for (const sums of part.sums) connections += sums.connections
    from = part.next
  }
  assert.is(connections, 100)
})

test('every figure to sort by is the one of the report', () => {
  const rig = new ActorRig()
  const client = rig.client()
  client.send('SUB a 1\r\nPUB a 2\r\nok\r\n')
  rig.clock.pass(50)
  const context = { clock: rig.clock, slots: rig.thread.slots }
  const [report] = client_reports(context, [rig.newest(Client).connection.slot, 1])
  const sorts: SortValue[] = ['cid', 'start_ms', 'last_activity_ms', 'rtt_us', 'subscriptions', 'pending_bytes']
  for (const sort of [...sorts, 'in_messages', 'out_messages', 'in_bytes', 'out_bytes'] as const) {
    assert.is(client_rows(context, query({ sort }), 0).rows[2], report[sort] ?? 0, sort)
  }
  assert.equal([report.in_bytes, report.out_bytes, report.subscriptions], [2, 2, 1])
})

test('who has gone is left out, also when another has its slot', () => {
  const rig = new ActorRig()
  rig.client().send('PING\r\n')
  const context = { clock: rig.clock, slots: rig.thread.slots }
  const { slot } = rig.newest(Client).connection
  assert.equal(client_reports(context, [slot, 1, slot, 99, 77, 1]).map(({ cid }) => cid), [1])
  assert.equal(client_cids(context, [slot, 77]), [1, 0])
})

test('routes are told with their slots, once they are registered', () => {
  const rig = new ActorRig()
  rig.client()
  rig.peer()
  rig.peer(false)
  const { slot } = rig.newest(Route).connection
  const routes = placed_routes({ clock: rig.clock, slots: rig.thread.slots })
  assert.is(routes.length, 1)
  assert.is(routes[0].report.remote_id, 'NPEER')
  assert.ok(routes[0].slot < slot)
})

test.run()
