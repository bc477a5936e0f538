import * as assert from 'uvu/assert'
import { OWN_KIND_BRISK_ATTEMPTS } from '../../src/base/limits.ts'
import { seeded_random } from '../../src/base/prng.ts'
import {
  type AttemptVerdict,
  type DialJob,
  DialPlan,
  is_reported,
  may_try_again,
  own_kind_pause_ms,
  redial_pause_ms,
  retry_pause_ms,
} from '../../src/cluster/dial_plan.ts'
import type { MembershipAction, MembershipConfig } from '../../src/cluster/membership_events.ts'
import { parse_route_url, type RouteUrl } from '../../src/cluster/route_url.ts'
import { suite } from '../harness.ts'

const test = suite('cluster/dial_plan')

const url = (text: string) => parse_route_url(`nats-route://${text}`) as RouteUrl
const job = (text: string, explicit = true) => ({ url: url(text), explicit, first: true, expected_id: undefined })
const own_job = (text: string, explicit = false) => ({ ...job(text, explicit), own_kind: true })

const kinds = (actions: MembershipAction[]) => actions.map((action) => action.kind)

/** A plan whose answers land in `out`; drained by `take`, which leaves the log lines out. */
function make(more: Partial<MembershipConfig> = {}, judge: (job: DialJob) => AttemptVerdict = () => 'now') {
  const out: MembershipAction[] = []
  const config: MembershipConfig = {
    server_id: 'T',
    server_name: 't',
    cluster_name: 'c',
    cluster_name_dynamic: false,
    routes: [],
    own_urls: [],
    no_advertise: false,
    connect_retries: 0,
    connect_backoff: false,
    connect_error_reports: 3600,
    reconnect_error_reports: 1,
    cluster_port: 6222,
    local_addresses: ['127.0.0.1', '::1', '10.0.0.1'],
    ...more,
  }
  const plan = new DialPlan(config, seeded_random(1), (action) => out.push(action), judge)
  const take = () => out.splice(0).filter((action) => action.kind !== 'log')
  const logs = () => out.splice(0).flatMap((action) => action.kind === 'log' ? [`${action.level} ${action.text}`] : [])
  return { plan, take, logs }
}

test('pauses are one second, or double up to thirty', () => {
  const pauses = (backoff: boolean) => [1, 2, 3, 4, 5, 6, 7, 5000].map((attempt) => retry_pause_ms(attempt, backoff))
  assert.equal(pauses(false), Array(8).fill(1000))
  assert.equal(pauses(true), [1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000])
})

test('all pauses may be made shorter', () => {
  const { plan, take } = make({ pace: 0.2 })
  plan.start(job('10.0.0.2:6222'), 500)
  assert.equal(take(), [{ kind: 'set_timer', key: 'dial:1', delay_ms: 100 }])
  plan.timer('dial:1')
  take()
  plan.failed(1, 'refused')
  assert.equal(take(), [{ kind: 'set_timer', key: 'dial:1', delay_ms: 200 }])
})

test('the pause after a loss is up to 99 ms, and a second more for configured routes', () => {
  const random = seeded_random(3)
  const lost = (explicit: boolean, solicited = true, retry = false) => ({ explicit, solicited, retry })
  const pauses = Array.from({ length: 1000 }, () => redial_pause_ms(lost(false), random))
  assert.ok(Math.min(...pauses) === 0 && Math.max(...pauses) === 99)
  const explicit = redial_pause_ms(lost(true), random)
  assert.ok(explicit >= 1000 && explicit <= 1099)
  // Who had accepted leaves the other the first move, unless it has turned a duplicate away.
  const accepted = redial_pause_ms(lost(false, false), random)
  assert.ok(accepted >= 500 && accepted <= 599)
  assert.ok(redial_pause_ms(lost(false, false, true), random) <= 99)
})

test('attempts end for gossiped routes only, after one and the retries', () => {
  assert.equal([1, 2, 3].map((attempts) => may_try_again(false, attempts, 0)), [false, false, false])
  assert.equal([1, 2, 3].map((attempts) => may_try_again(false, attempts, 2)), [true, true, false])
  assert.ok(may_try_again(true, 1e6, 0))
})

test('the first failure and every n-th are reported', () => {
  assert.equal([1, 2, 3, 4, 6].map((attempt) => is_reported(attempt, 3)), [true, false, true, false, true])
  assert.equal([1, 2].map((attempt) => is_reported(attempt, 1)), [true, true])
})

test('a connection of one account is looked for beside that of all others', () => {
  const { plan, take } = make()
  for (const account of ['', 'A', 'A', 'B']) plan.start({ ...job('10.0.0.2:1'), account }, 0)
  const dials = take().filter((action) => action.kind === 'dial')
  assert.equal(dials.map(({ account }) => account), ['', 'A', 'B'])
  assert.is(plan.size, 3)
})

test('an address is dialled as it is, with its masked name for logs', () => {
  const { plan, take } = make()
  const target = url('u:p@127.0.0.1:6222')
  plan.start({ ...job('h:1'), url: target }, 0)
  const name = 'nats-route://u:xxxxx@127.0.0.1:6222'
  assert.equal(take(), [{
    kind: 'dial',
    job: 1,
    url: target,
    address: '127.0.0.1',
    explicit: true,
    gossip_mode: 0,
    account: '',
    name,
  }])
})

test('a configured route is dialled for ever, and logged as error once', () => {
  const { plan, take, logs } = make({ connect_error_reports: 4 })
  plan.start(job('127.0.0.1:1'), 0)
  assert.equal(logs(), ['debug Trying to connect to route on 127.0.0.1:1 (127.0.0.1:1)'])
  const levels = []
  for (let attempt = 1; attempt <= 5; attempt++) {
    plan.failed(1, 'refused')
    plan.timer('dial:1')
    levels.push(logs()[0])
  }
  const line = (level: string, attempt: number) =>
    `${level} Error trying to connect to route (attempt ${attempt}): refused`
  assert.equal(levels, [line('error', 1), ...[2, 3].map((n) => line('debug', n)), line('error', 4), line('debug', 5)])
  assert.equal(take(), [])
  plan.failed(1, 'refused')
  assert.equal(take(), [{ kind: 'set_timer', key: 'dial:1', delay_ms: 1000 }])
})

test('a gossiped route is given up after its retries', () => {
  const { plan, take } = make({ connect_retries: 1 })
  plan.start(job('127.0.0.1:1', false), 0)
  plan.failed(1, 'refused')
  plan.timer('dial:1')
  take()
  plan.failed(1, 'refused')
  assert.equal(take(), [])
  assert.is(plan.size, 0)
})

test('a name is resolved, our own addresses are left out, the others are tried one after the other', () => {
  const { plan, take } = make()
  plan.start(job('node:6222', false), 0)
  assert.equal(take(), [{ kind: 'resolve', job: 1, host: 'node' }])
  plan.resolved(1, ['10.0.0.1', '10.0.0.2', '::ffff:127.0.0.1', '10.0.0.3'], undefined)
  const tried = []
  for (let i = 0; i < 2; i++) {
    const [action] = take()
    if (action?.kind === 'dial') tried.push(action.address)
    plan.failed(1, 'refused')
  }
  assert.equal(tried.sort(), ['10.0.0.2', '10.0.0.3'])
  assert.is(plan.size, 0)
})

test('a name that leads to ourselves only ends the search without a word', () => {
  const { plan, take } = make()
  plan.start(job('localhost:6222'), 0)
  take()
  plan.resolved(1, ['127.0.0.1', '::1'], undefined)
  assert.equal([take().length, plan.size], [0, 0])
  plan.start(job('localhost:6223'), 0)
  take()
  plan.resolved(2, ['127.0.0.1', '::1'], undefined)
  assert.is(take()[0].kind, 'dial')
})

test('a failed lookup is a failed attempt', () => {
  const { plan, logs } = make()
  plan.start(job('node:1'), 0)
  plan.resolved(1, [], 'no such host')
  assert.equal(logs(), ['error Error trying to connect to route (attempt 1): lookup for host "node": no such host'])
  assert.is(plan.size, 1)
})

test('one search per address: a configured one takes a gossiped one over', () => {
  const { plan, take } = make()
  plan.start(job('127.0.0.1:1', false), 0)
  plan.start(job('127.0.0.1:1', false), 0)
  plan.start(job('u:p@127.0.0.1:1', true), 0)
  assert.is(take().length, 1)
  assert.is(plan.connected(1)?.explicit, true)
  assert.is(plan.connected(1), undefined)
})

test('late answers and timers of searches that ended change nothing', () => {
  const { plan, take } = make()
  plan.start(job('127.0.0.1:1'), 500)
  plan.prune(() => false)
  assert.equal(take().map((action) => action.kind), ['set_timer', 'cancel_timer'])
  plan.timer('dial:1')
  plan.timer('other')
  plan.failed(1, 'late')
  plan.resolved(1, ['10.0.0.9'], undefined)
  assert.equal(take(), [])
})

test('a peer of our own kind is asked every second for two minutes, then more and more seldom', () => {
  const pauses = (...attempts: number[]) => attempts.map(own_kind_pause_ms)
  assert.equal(pauses(1, 2, 60, OWN_KIND_BRISK_ATTEMPTS), [1000, 1000, 1000, 1000])
  const behind = [1, 2, 3, 4, 5, 6, 7, 5000].map((more) => own_kind_pause_ms(OWN_KIND_BRISK_ATTEMPTS + more))
  assert.equal(behind, [1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000])
})

test('a gossiped peer of our own kind is never given up, and its pauses are its own', () => {
  const { plan, take } = make({ connect_retries: 0, connect_backoff: true })
  plan.start(own_job('127.0.0.1:1'), 0)
  const pauses: number[] = []
  for (let attempt = 1; attempt <= OWN_KIND_BRISK_ATTEMPTS + 7; attempt++) {
    plan.failed(1, 'refused')
    for (const action of take()) if (action.kind === 'set_timer') pauses.push(action.delay_ms)
    plan.timer('dial:1')
  }
  assert.equal(pauses.slice(0, -6), Array(OWN_KIND_BRISK_ATTEMPTS + 1).fill(1000))
  assert.equal(pauses.slice(-6), [2000, 4000, 8000, 16000, 30000, 30000])
})

test('a configured peer of our own kind keeps the pauses of the configuration', () => {
  for (const [connect_backoff, want] of [[true, [1000, 2000, 4000]], [false, [1000, 1000, 1000]]] as const) {
    const { plan, take } = make({ connect_backoff })
    plan.start(own_job('127.0.0.1:1', true), 0)
    const pauses: number[] = []
    for (let attempt = 1; attempt <= OWN_KIND_BRISK_ATTEMPTS + 3; attempt++) {
      plan.failed(1, 'refused')
      for (const action of take()) if (action.kind === 'set_timer') pauses.push(action.delay_ms)
      plan.timer('dial:1')
    }
    assert.equal(pauses.slice(0, 3), want)
    assert.is(pauses.at(-1), connect_backoff ? 30000 : 1000)
  }
})

test('which measure tells the failures that are logged as errors', () => {
  const errors = (more: object) => {
    const { plan, logs } = make({ connect_error_reports: 3, reconnect_error_reports: 2, connect_retries: 9 })
    plan.start({ ...job('127.0.0.1:1', false), ...more }, 0)
    const attempts: number[] = []
    for (let attempt = 1; attempt <= 6; attempt++) {
      logs()
      plan.failed(1, 'refused')
      if (logs()[0].startsWith('error')) attempts.push(attempt)
      plan.timer('dial:1')
    }
    return attempts
  }
  const [connect, reconnect] = [[1, 3, 6], [1, 2, 4, 6]]
  assert.equal([errors({ first: true }), errors({ first: false })], [connect, reconnect])
  assert.equal(errors({ first: false, own_kind: true }), connect, 'it may be gone for good')
  assert.equal(errors({ first: false, own_kind: true, explicit: true }), reconnect)
})

test('news of a peer of our own kind ends the pause, and its attempts count anew', () => {
  const { plan, take, logs } = make()
  plan.start(own_job('127.0.0.1:1'), 0)
  for (let attempt = 1; attempt <= OWN_KIND_BRISK_ATTEMPTS + 9; attempt++) {
    plan.failed(1, 'refused')
    plan.timer('dial:1')
  }
  plan.failed(1, 'refused')
  take()
  plan.start(own_job('127.0.0.1:1'), 0)
  const [cancel, dial, ...more] = take()
  assert.equal(cancel, { kind: 'cancel_timer', key: 'dial:1' })
  assert.equal([dial.kind, more], ['dial', []])
  plan.failed(1, 'refused')
  assert.equal(logs(), ['error Error trying to connect to route (attempt 1): refused'])
  assert.is(plan.size, 1)
})

test('news hurries nothing that is not in a pause, and a request that has time itself hurries nothing', () => {
  const { plan, take } = make()
  plan.start(own_job('127.0.0.1:1'), 700)
  assert.equal(kinds(take()), ['set_timer'])
  plan.start(own_job('127.0.0.1:1'), 1)
  assert.equal(take(), [])
  plan.start(own_job('127.0.0.1:1'), 0)
  assert.equal(kinds(take()), ['cancel_timer', 'dial'])
  plan.start(own_job('127.0.0.1:1'), 0)
  assert.equal(take(), [], 'dials already')
  plan.start(own_job('node:1'), 0)
  plan.start(own_job('node:1'), 0)
  assert.equal(kinds(take()), ['resolve'], 'resolves already')
})

test('a search for another kind of server is not hurried, unless the news says that it is of our own', () => {
  const { plan, take } = make()
  plan.start(job('127.0.0.1:1', false), 700)
  plan.start(job('127.0.0.1:1', false), 0)
  plan.start(job('127.0.0.1:1', true), 0)
  assert.equal(kinds(take()), ['set_timer'])
  plan.start(own_job('127.0.0.1:1'), 0)
  assert.equal(kinds(take()), ['cancel_timer', 'dial'])
  plan.start(job('127.0.0.1:1', false), 0)
  const found = plan.connected(1)!
  assert.equal([found.own_kind, found.explicit], [true, true], 'what is known stays known')
})

test('news of our own kind makes a gossiped search endless', () => {
  const { plan, take } = make()
  plan.start(job('127.0.0.1:1', false), 0)
  plan.start(own_job('127.0.0.1:1'), 0)
  take()
  plan.failed(1, 'refused')
  assert.equal(take(), [{ kind: 'set_timer', key: 'dial:1', delay_ms: 1000 }])
})

test('a configured route that takes a search over hurries it, and is dialled as it is configured', () => {
  const { plan, take } = make()
  plan.start(own_job('127.0.0.1:1'), 700)
  take()
  plan.start(job('u:p@127.0.0.1:1', true), 0)
  const [, dial] = take()
  assert.ok(dial.kind === 'dial' && dial.explicit && dial.url.user === 'u')
})

test('a search that is hurried but not wanted any more ends', () => {
  let verdict: AttemptVerdict = 'now'
  const { plan, take } = make({}, () => verdict)
  plan.start(own_job('127.0.0.1:1'), 700)
  verdict = 'never'
  take()
  plan.start(own_job('127.0.0.1:1'), 0)
  assert.equal(new Set(kinds(take())), new Set(['cancel_timer']))
  assert.is(plan.size, 0)
  plan.timer('dial:1')
  assert.equal(take(), [])
})

test('an attempt that comes too early is made a second later, and does not count', () => {
  let verdict: AttemptVerdict = 'later'
  const { plan, take, logs } = make({}, () => verdict)
  plan.start(job('127.0.0.1:1'), 0)
  plan.timer('dial:1')
  const pause = { kind: 'set_timer', key: 'dial:1', delay_ms: 1000 }
  assert.equal(take(), [pause, pause])
  verdict = 'now'
  plan.timer('dial:1')
  assert.equal(kinds(take()), ['dial'])
  plan.failed(1, 'refused')
  assert.match(logs()[0], /\(attempt 1\): refused/)
})

test('how we were told of a server goes with each dial, and is 0 if nobody told us', () => {
  const { plan, take } = make()
  plan.start({ ...own_job('127.0.0.1:1'), gossip_mode: 2 }, 0)
  plan.start({ ...own_job('127.0.0.1:2'), gossip_mode: 1 }, 0)
  plan.start(own_job('127.0.0.1:3'), 0)
  assert.equal(take().map((action) => action.kind === 'dial' && action.gossip_mode), [2, 1, 0])
  plan.failed(1, 'refused')
  plan.timer('dial:1')
  assert.equal(take().map((action) => action.kind === 'dial' && action.gossip_mode), [false, 2])
  assert.equal([1, 2, 3].map((id) => plan.connected(id)!.gossip_mode), [2, 1, null])
})

test.run()
