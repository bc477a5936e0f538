import * as assert from 'uvu/assert'
import { judge_place } from '../../src/cluster/pool.ts'
import { WHOLE_SHARE } from '../../src/broker/route_share.ts'
import { suite } from '../harness.ts'
import type { MembershipAction } from '../../src/cluster/membership.ts'
import type { RouteInfo } from '../../src/wire/info.ts'
import { CloseReason } from '../../src/base/errors.ts'
import { ROUTE_BACKOFF_MS_MAX } from '../../src/base/limits.ts'
import { info, Rig, url } from './membership_rig.ts'

const test = suite('cluster/pool')

const POOL = { size: 3, accounts: ['$SYS'], known_accounts: ['$G', '$SYS', 'A'] }

function place(pool: Partial<typeof POOL>, link: { dialled?: boolean; account?: string }, fields: object, free = 0) {
  const { dialled = false, account = '' } = link
  const verdict = judge_place(
    { ...POOL, ...pool },
    { dialled, share: { ...WHOLE_SHARE, account } },
    info('A', fields),
    () => free,
  )
  return 'share' in verdict ? { ...verdict.share, of: verdict.pool_size } : `${verdict.close}: ${verdict.text}`
}

test('who dialled takes the first free place, who was dialled believes what the peer says', () => {
  const pooled = { route_pool_size: 3 }
  assert.equal(place({}, { dialled: true }, pooled, 2), { slot: 2, account: '', pooled: true, of: 3 })
  assert.equal(place({}, { dialled: true }, pooled, -1), { slot: 0, account: '', pooled: true, of: 3 })
  assert.equal(place({}, {}, { ...pooled, route_pool_idx: 1 }, 0), { slot: 1, account: '', pooled: true, of: 3 })
})

test('the larger pool of both counts', () => {
  assert.is((place({ size: 2 }, {}, { route_pool_size: 5, route_pool_idx: 4 }) as { of: number }).of, 5)
  assert.is((place({ size: 5 }, {}, { route_pool_size: 1, route_pool_idx: 4 }) as { of: number }).of, 5)
})

test('without a pool on both sides one connection carries everything', () => {
  const whole = { ...WHOLE_SHARE, of: 0 }
  assert.equal(place({}, {}, {}), whole)
  assert.equal(place({ size: 0, accounts: [] }, {}, { route_pool_size: 3 }), whole)
  assert.equal(place({}, { dialled: true }, { route_pool_size: 0 }), whole)
})

test('a place that can not be is refused in the words of nats-server', () => {
  const violation = (text: string) => `Protocol Violation: ${text}`
  const pooled = { route_pool_size: 3 }
  assert.is(place({}, {}, { ...pooled, route_pool_idx: 3 }), violation('Invalid route pool index: 3 - pool size is 3'))
  assert.is(
    place({}, {}, { ...pooled, route_pool_idx: -1 }),
    violation('Invalid route pool index: -1 - pool size is 3'),
  )
  const set = violation('Route pool index should not be set but is set to 1')
  assert.is(place({}, { dialled: true }, { ...pooled, route_pool_idx: 1 }), set)
  const alone = violation('Not possible to have a dedicated route for account "$SYS" between those servers')
  assert.is(place({}, {}, { route_account: '$SYS' }), alone)
  assert.is(place({ size: 0 }, {}, { ...pooled, route_account: '$SYS' }), alone)
  assert.is(place({}, {}, { ...pooled, route_account: 'A' }), violation('No route for account "A"'))
  const missing = 'Missing Account: Unable to lookup account "B": account missing'
  assert.is(place({}, {}, { ...pooled, route_account: 'B' }), missing)
})

test('a connection of one account takes the account that it was dialled for, or that the peer names', () => {
  const own = { slot: 0, account: '$SYS', pooled: true, of: 3 }
  assert.equal(place({}, { dialled: true, account: '$SYS' }, { route_pool_size: 3 }), own)
  assert.equal(place({}, {}, { route_pool_size: 3, route_account: '$SYS' }), own)
})

const pooled_info = (server_id: string, more: object = {}) => info(server_id, { route_pool_size: 3, ...more })
const kinds = (actions: MembershipAction[]) => actions.map(({ kind }) => kind)
const dials = (actions: MembershipAction[]) => actions.filter((action) => action.kind === 'dial')

/** A server T with a pool that dials A, and the connection to A that it has made so far. */
function dialling() {
  const rig = new Rig({ pool: POOL, routes: [url('10.0.0.1:1')] })
  const [first] = dials(rig.tell({ kind: 'start' }))
  const hear = (rid: number, info: RouteInfo) => rig.tell({ kind: 'info_received', rid, remote_ip: '10.0.0.1', info })
  /** The connection for a dial; returns its number and the place it got. */
  const connect = (job: number) => {
    const rid = rig.dialled(job)
    const actions = hear(rid, pooled_info('A'))
    const [registered] = actions.filter((action) => action.kind === 'register')
    return { rid, actions, place: registered?.share.account || registered?.share.slot }
  }
  const alive = (rid: number) => dials(rig.tell({ kind: 'alive', rid }))
  /** Connects to all places. */
  const grow = () => {
    const rids = [connect(first.job).rid]
    for (let at = 0; at < rids.length; at++) {
      for (const { job } of alive(rids[at])) rids.push(connect(job).rid)
    }
    return rids
  }
  return { rig, first, hear, connect, alive, grow }
}

test('the whole pool is opened by who dialled, one after the other, as soon as the peer has answered', () => {
  const { rig, first, connect, alive } = dialling()
  const zero = connect(first.job)
  assert.equal([zero.place, kinds(zero.actions)], [0, ['register', 'probe']])
  const wanted = alive(zero.rid)
  assert.equal(wanted.map(({ account, explicit }) => [account, explicit]), [['', true], ['$SYS', true]])
  assert.equal(alive(zero.rid), [], 'once')
  const one = connect(wanted[0].job)
  assert.is(one.place, 1)
  const more = alive(one.rid)
  assert.equal(more.map(({ account }) => account), [''], 'that of the account is on its way')
  const own = connect(wanted[1].job)
  assert.equal([own.place, kinds(own.actions)], ['$SYS', ['register']])
  const two = connect(more[0].job)
  assert.equal([two.place, kinds(two.actions)], [2, ['register']], 'nothing is left to open')
  assert.equal(rig.membership.size, { links: 4, peers: 1, dials: 0 })
})

test('who was dialled opens nothing, and puts each connection where the peer says', () => {
  const rig = new Rig({ pool: POOL })
  for (const more of [{}, { route_pool_idx: 2 }, { route_account: '$SYS' }, { route_pool_idx: 1 }]) {
    const rid = rig.accept()
    const actions = rig.tell({ kind: 'info_received', rid, remote_ip: '10.0.0.1', info: pooled_info('A', more) })
    assert.not.ok(kinds(actions).includes('probe'))
    const [registered] = actions.filter((action) => action.kind === 'register')
    assert.equal(registered.share, {
      slot: 0,
      account: '',
      pooled: true,
      ...('route_pool_idx' in more && { slot: more.route_pool_idx }),
      ...('route_account' in more && { account: '$SYS' }),
    })
  }
  assert.equal(rig.membership.size, { links: 4, peers: 1, dials: 0 })
})

test('a connection too many is a duplicate', () => {
  const { rig, hear, grow } = dialling()
  grow()
  const rid = rig.accept()
  assert.match(rig.info(rid, 'A', { route_pool_size: 3, route_pool_idx: 1 }).join(), `close ${rid} Duplicate Route`)
  const own = rig.accept()
  assert.match(kinds(hear(own, pooled_info('A', { route_account: '$SYS' }))).join(), 'close')
  assert.is(rig.membership.size.peers, 1)
})

test('a lost connection is opened again, and the peer stays a peer meanwhile', () => {
  const { rig, grow } = dialling()
  const rids = grow()
  for (const rid of rids.slice(0, 2)) {
    const [pause] = rig.tell({ kind: 'closed', rid, reason: CloseReason.read_error })
      .filter((action) => action.kind === 'set_timer')
    assert.is(rig.membership.size.peers, 1)
    const [again] = dials(rig.tell({ kind: 'timer', key: pause.key }))
    assert.ok(again !== undefined)
    const heir = rig.dialled(again.job)
    rig.info(heir, 'A', { route_pool_size: 3 })
    assert.is(rig.membership.size.links, 4)
  }
})

test('when all of them are gone, one search begins, and none for connections of one account', () => {
  const { rig, grow } = dialling()
  const rids = grow()
  // That of the account goes first, and is looked for as long as its peer is there.
  for (const rid of [rids[2], rids[0], rids[1], rids[3]]) rig.closed(rid)
  assert.equal(rig.membership.size, { links: 0, peers: 0, dials: 1 })
})

test('where an account has no connection of its own the peer is asked again after a long pause only', () => {
  const { rig, first, connect, alive } = dialling()
  const [, own] = alive(connect(first.job).rid)
  const { rid } = connect(own.job)
  const [pause] = rig.tell({ kind: 'closed', rid, reason: CloseReason.parse_error })
  assert.equal([pause.kind, (pause as { delay_ms: number }).delay_ms], ['set_timer', ROUTE_BACKOFF_MS_MAX])
})

test('a nats-server with a pool is told of the connection of one account, too', () => {
  const rig = new Rig({ pool: POOL })
  const told = (id: string, more: object) => {
    const rid = rig.accept()
    const actions = rig.tell({ kind: 'info_received', rid, remote_ip: '10.0.0.1', info: pooled_info(id, more) })
    return actions.filter((action) => action.kind === 'send_info').map(({ rid, info }) => [rid, info.route_account])
  }
  assert.equal(told('A', {}), [])
  assert.equal(told('OWN', { go: 'onehop/1 node/24' }).length, 1)
  assert.equal(told('SINGLE', { route_pool_size: 0 }).length, 2)
  assert.equal(told('B', {}), [[1, undefined], [2, undefined], [3, undefined]])
  assert.equal(told('B', { route_pool_idx: 1 }), [], 'it is no news')
  assert.equal(told('B', { route_account: '$SYS' }), [[1, '$SYS']])
})

test('a peer that says it leaves is not looked for on any of its connections', () => {
  const rig = new Rig({ pool: POOL })
  const rids = [0, 1, 2].map((route_pool_idx) => {
    const rid = rig.accept()
    rig.info(rid, 'A', { route_pool_size: 3, route_pool_idx, go: 'onehop/1 node/24' })
    return rid
  })
  rig.info(rids[0], 'A', { route_pool_size: 3, go: 'onehop/1 node/24', onehop: 'leaving' })
  for (const rid of rids) assert.equal(rig.closed(rid).filter((text) => text.includes('dial')), [])
  assert.is(rig.membership.size.dials, 0)
})

test.run()
