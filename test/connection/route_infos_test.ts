import * as assert from 'uvu/assert'
import type { RouteShare } from '../../src/broker/route_share.ts'
import { Route } from '../../src/connection/route.ts'
import { records_of } from '../shared/index_oracle.ts'
import { suite } from '../harness.ts'
import { ActorRig, peer_info, register, type RigOptions } from './actor_rig.ts'

const test = suite('connection/route_infos')

const pooled: RigOptions = {
  settings(settings) {
    settings.accounts.push({ name: 'ACC', max_connections: -1, max_subscriptions: -1, max_payload: -1 })
    settings.route.pool = { size: 3, accounts: ['ACC'] }
    Object.assign(settings.route_info!, { route_pool_size: 3, compression: 'off' })
  },
}
const PLACE_OF_G = 2
const share = (slot: number, account = ''): RouteShare => ({ slot, account, pooled: true })

/** A peer that we dialled; its INFO makes it the connection of that share. */
async function dialled(share: RouteShare) {
  const rig = new ActorRig(pooled)
  rig.supervise = (event, command) => {
    if (event.kind !== 'info_received') return
    command({ ...register, share })
    command({ kind: 'proceed' })
  }
  const client = rig.client()
  client.send('SUB of.g 1\r\n')
  const login = { tls_name: '127.0.0.1', user: '', password: '', gossip_mode: 0, account: share.account }
  rig.thread.routes.dial({ job: 7, address: '127.0.0.1', port: 6222, ...login })
  rig.settle()
  await Promise.resolve()
  const [peer] = rig.dialled
  const greeting = peer.take()
  const route = rig.newest(Route)
  const interest = () =>
    records_of(rig.thread.index, route.connection.slot).map(({ account, subject }) =>
      `${rig.thread.account_name(account)} ${subject}`
    )
  return { rig, peer, route, greeting, interest, told: peer.talk(peer_info({ route_pool_size: 3 })) }
}

test('our INFO waits for that of the peer, and then says the place, before the interest of the accounts there', async () => {
  const { greeting, told } = await dialled(share(PLACE_OF_G))
  assert.match(greeting, /^CONNECT \{[^\n]*\}\r\n$/)
  assert.match(told, /^INFO \{.*"route_pool_size":3,"route_pool_idx":2.*\} \r\nRS\+ \$G of\.g\r\n$/)
})

test('what belongs to another place is not told', async () => {
  const { told } = await dialled(share(0))
  assert.match(told, /^INFO \{.*\} \r\n$/)
  assert.not.match(told, 'route_pool_idx')
})

test('on a connection of one account our INFO waits for nothing, and the account stays out of everything', async () => {
  const { rig, peer, route, greeting, interest, told } = await dialled(share(0, 'ACC'))
  assert.match(greeting, /^CONNECT .*\r\nINFO \{.*"route_account":"ACC".*\} \r\n$/)
  assert.is(told, '', 'what clients of another account want is not told here')
  peer.bytewise = true
  peer.talk('RS+ news\r\nRS+ work q 2\r\nRS- work q\r\n')
  assert.equal(interest(), ['ACC news'])
  assert.is(route.report()!.account, 'ACC')
  peer.talk('RMSG news 2\r\nok\r\n')
  assert.is(rig.log.find((line) => line.includes('nknown account')), undefined)
})

test('a peer that moves an account takes its interest away and has its answer', async () => {
  const { peer, interest } = await dialled(share(PLACE_OF_G))
  peer.talk('RS+ ACC news\r\nRS+ $G other\r\n')
  assert.equal(interest(), ['ACC news', '$G other'])
  const move = { server_id: '', server_name: '', route_pool_size: 3, route_account: 'ACC', route_acc_add_reqid: 'R7' }
  const answer = peer.talk(peer_info(move))
  assert.match(answer, /^INFO \{.*"route_acc_add_reqid":"R7".*\} \r\n$/)
  assert.not.match(answer, 'route_account')
  assert.equal(interest(), ['$G other'])
  assert.is(peer.talk(peer_info({ ...move, route_account: '' })), '', 'an answer is not answered')
})

test.run()
