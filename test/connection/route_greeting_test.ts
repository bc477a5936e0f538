import * as assert from 'uvu/assert'
import { latin1_text } from '../../src/base/bytes.ts'
import { default_options } from '../../src/config/options.ts'
import { make_settings } from '../../src/connection/make_settings.ts'
import { type DialGreeting, route_greeting } from '../../src/connection/route_greeting.ts'
import { suite } from '../harness.ts'

const test = suite('connection/route_greeting')

function greeting(dialled: DialGreeting | null, cluster_name_dynamic = false) {
  const options = default_options()
  options.cluster.port = 6222
  const identity = { server_id: 'NID', server_name: 'name', cluster_name: 'C', cluster_name_dynamic }
  const text = latin1_text(route_greeting(make_settings(options, identity), dialled))
  const [, connect, info] = /^(?:CONNECT (\{.*\})\r\n)?INFO (\{.*\}) \r\n$/.exec(text)!
  return { connect: connect === undefined ? null : JSON.parse(connect), info: JSON.parse(info) }
}

test('who dialled us gets our INFO, with a nonce of its own', () => {
  const { connect, info } = greeting(null)
  assert.is(connect, null)
  assert.equal([info.server_id, info.server_name, info.cluster, info.proto, info.headers], [
    'NID',
    'name',
    'C',
    3,
    true,
  ])
  assert.equal([info.lnoc, info.lnocu, 'route_pool_size' in info, 'compression' in info], [true, true, false, false])
  assert.match(info.nonce, /^[\w-]{15}$/)
  assert.is.not(info.nonce, greeting(null).info.nonce)
})

test('whom we dialled gets CONNECT first, named by our id', () => {
  const { connect } = greeting({ user: '', password: '', gossip_mode: 0, account: '' })
  const always = { echo: true, verbose: false, pedantic: false, tls_required: false, headers: true, lnoc: true }
  assert.equal(connect, { ...always, name: 'NID', cluster: 'C' })
})

test('it says the user and the password of the route, and that the cluster name is made up', () => {
  const { connect } = greeting({ user: 'u', password: 'p"', gossip_mode: 0, account: '' }, true)
  assert.equal([connect.user, connect.pass, connect.cluster_dynamic], ['u', 'p"', true])
})

test('it passes on how we were told of the peer', () => {
  const told = (gossip_mode: number) => greeting({ user: '', password: '', gossip_mode, account: '' }).info.gossip_mode
  assert.equal([told(0), told(1), told(2)], [undefined, 1, 2])
})

test.run()
