import * as assert from 'uvu/assert'
import {
  count_subscriptions,
  type ScanContext,
  subscribers,
  subscription_lists_of,
  subscription_page,
} from '../../src/monitor/subscription_scan.ts'
import { make_address } from '../../src/actor/address.ts'
import { SubjectIndex, SubscriberKind } from '../../src/shared/subject_index.ts'
import type { ThreadApi } from '../../src/thread/worker_api.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'
import { entry_of } from '../shared/index_oracle.ts'

const test = suite('monitor/subscription_scan')

/** A clock that moves with every look at it. */
class BusyClock extends ManualClock {
  override now_ms(): number {
    this.pass(0.3)
    return super.now_ms()
  }
}

/** An index of two threads. Slot 1 of each is a client with the number 10 * thread + 1; other slots are the server itself. */
function make() {
  const options = { subscriptions: 2000, edges: 4096, log: false, log_bytes: 4096 }
  const first = new SubjectIndex(SubjectIndex.reserve(options), 0)
  const second = new SubjectIndex(first.buffers, 1)
  const seen = { turns: 0, slots: [] as number[][] }
  const context: ScanContext = {
    clock: new BusyClock(),
    crew: {
      index: first,
      each: (ask) =>
        Promise.all([0, 1].map((thread) => {
          const client_cids = (slots: number[]) => {
            seen.slots.push(slots)
            return Promise.resolve(slots.map((slot) => slot === 1 ? 10 * thread + 1 : 0))
          }
          return ask({ client_cids } as unknown as ThreadApi, thread)
        })),
    },
    account_name: (account) => `acc${account}`,
    next_turn: (f) => {
      seen.turns++
      queueMicrotask(f)
    },
  }
  return { first, second, context, seen }
}

const all = () => true

test('a page of what the filter takes comes with the number of all, and with who has it', async () => {
  const { first, second, context, seen } = make()
  for (let i = 0; i < 10; i++) first.insert(entry_of({ subject: `a.${i}`, sid: `${i}` }, 1))
  second.insert(entry_of({ subject: 'b', queue: 'q', account: 2 }, 1))
  first.insert(entry_of({ subject: 'of.route', kind: SubscriberKind.route }, 1))
  const page = await subscription_page(context, all, { offset: 9, limit: 2 })
  assert.is(page.total, 11)
  assert.equal(page.reports.map(({ account, subject, queue, cid }) => [account, subject, queue, cid]), [
    ['acc0', 'a.9', undefined, 1],
    ['acc2', 'b', 'q', 11],
  ])
  assert.equal(seen.slots, [[1], [1]], 'only what is shown is asked for')
  const of_b = await subscription_page(context, (account) => account === 'acc2', { offset: 0, limit: 5 })
  assert.equal([of_b.total, of_b.reports.length], [1, 1])
})

test('where all are wanted, those behind the page are not looked at, and yet counted', async () => {
  const { first, context, seen } = make()
  for (let i = 0; i < 1500; i++) first.insert(entry_of({ subject: `a.${i}`, sid: `${i}` }, 1))
  first.insert(entry_of({ subject: 'of.route', kind: SubscriberKind.route }, 1))
  const page = await subscription_page(context, null, { offset: 2, limit: 3 })
  assert.equal([page.total, page.reports.map(({ subject }) => subject), seen.turns], [1500, ['a.2', 'a.3', 'a.4'], 0])
})

test('it goes on in later turns when a turn has had its time', async () => {
  const { first, context, seen } = make()
  for (let i = 0; i < 1000; i++) first.insert(entry_of({ subject: `a.${i}`, sid: `${i}` }, 1))
  assert.is((await subscription_page(context, all, { offset: 0, limit: 1 })).total, 1000)
  assert.ok(seen.turns >= 3, String(seen.turns))
})

test('the lists of connections have their own subscriptions only', async () => {
  const { first, second, context } = make()
  first.insert(entry_of({ subject: 'mine', account: 1 }, 1))
  first.insert(entry_of({ subject: 'imported', account: 2 }, 1))
  first.insert(entry_of({ subject: 'other' }, 5))
  second.insert(entry_of({ subject: 'far' }, 1))
  second.insert(entry_of({ subject: 'interest', kind: SubscriberKind.route }, 1))
  const owners = [{ thread: 0, slot: 1, cid: 1, account: 'acc1' }, { thread: 0, slot: 7, cid: 8 }]
  const lists = await subscription_lists_of(context, SubscriberKind.client, owners)
  assert.equal([...lists].map(([cid, list]) => [cid, list.map(({ subject }) => subject)]), [[1, ['mine']], [8, []]])
  const routes = await subscription_lists_of(context, SubscriberKind.route, [{ thread: 1, slot: 1, cid: 3 }])
  assert.equal(routes.get(3)!.map(({ subject, cid }) => [subject, cid]), [['interest', 3]])
})

test('those of the server itself do not count', async () => {
  const { first, second, context } = make()
  first.insert(entry_of({ subject: 'a', sid: '1' }, 1))
  first.insert(entry_of({ subject: 'b', sid: '2' }, 1))
  second.insert(entry_of({ subject: 'a', queue: 'q' }, 1))
  first.insert(entry_of({ subject: 'a' }, 0))
  assert.is(await count_subscriptions(context, all), 3)
  assert.is(await count_subscriptions(context, (_, subject) => subject === 'a'), 2)
  assert.is(await count_subscriptions(context, (_, __, queue) => queue === 'q'), 1)
})

test('subscribers are told by where they are', async () => {
  const { first, second, context } = make()
  first.insert(entry_of({ subject: 'a' }, 1))
  second.insert(entry_of({ subject: 'b' }, 4))
  assert.equal([...await subscribers(context, (_, subject) => subject === 'b')], [make_address(1, 4)])
})

test.run()
