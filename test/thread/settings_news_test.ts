// What mail changes in the settings of a thread.
import * as assert from 'uvu/assert'
import { make_settings } from '../../src/connection/make_settings.ts'
import { default_options } from '../../src/config/options.ts'
import { take_news } from '../../src/thread/settings_news.ts'
import { suite } from '../harness.ts'

const test = suite('thread/settings_news')

function make() {
  const options = default_options()
  options.cluster.port = 6222
  const identity = { server_id: 'NID', server_name: 'name', cluster_name: 'random', cluster_name_dynamic: true }
  return make_settings(options, identity)
}

test('addresses are told to those who come in by that listener, and taken back', () => {
  const settings = make()
  const before = settings.client_infos.clients
  take_news(settings, { kind: 'connect_urls', urls: ['a:1'], ws_urls: ['b:2'] })
  const { clients, websockets } = settings.client_infos
  assert.equal([clients.connect_urls, websockets.connect_urls], [['a:1'], ['b:2']])
  // The greeting of clients is made anew when the object is another one.
  assert.is.not(clients, before)
  take_news(settings, { kind: 'lame_duck', urls: null, ws_urls: ['c:3'] })
  assert.equal(settings.client_infos.clients.connect_urls, undefined)
  assert.equal(settings.client_infos.websockets.connect_urls, ['c:3'])
})

test('a name that the cluster takes over is told to everybody', () => {
  const settings = make()
  take_news(settings, { kind: 'cluster_name', name: 'theirs', dynamic: false })
  const { client_infos: { clients, websockets }, route_info, cluster_name_dynamic } = settings
  assert.equal([clients.cluster, websockets.cluster, route_info?.cluster], ['theirs', 'theirs', 'theirs'])
  assert.is(cluster_name_dynamic, false)
})

test('where clients connect is known once the ports are open', () => {
  const settings = make()
  take_news(settings, { kind: 'client_address', door: 'websockets', address: { host: 'w', port: 7 } })
  const { clients, websockets } = settings.client_infos
  assert.equal([websockets.host, websockets.port, clients.port], ['w', 7, 4222])
})

test('the INFO for peers is replaced as a whole; other mail changes nothing', () => {
  const settings = make()
  const info = { ...settings.route_info!, port: 5 }
  take_news(settings, { kind: 'route_info', info })
  assert.is(settings.route_info, info)
  const before = settings.client_infos
  take_news(settings, { kind: 'interest_changed' })
  assert.is(settings.client_infos, before)
})

test('a configuration that was loaded again keeps what only the running server knows', () => {
  const settings = make()
  const { client, route } = settings
  take_news(settings, { kind: 'client_address', door: 'clients', address: { host: 'h', port: 7 } })
  take_news(settings, { kind: 'connect_urls', urls: ['a:1'], ws_urls: null })
  take_news(settings, { kind: 'cluster_name', name: 'theirs', dynamic: false })
  const next = make()
  next.client.max_payload = next.client_infos.clients.max_payload = 5
  next.route.user = 'r'
  next.accounts.push({ name: 'A', max_connections: 1, max_subscriptions: 2, max_payload: 3 })
  take_news(settings, { kind: 'settings', settings: next })
  const { clients } = settings.client_infos
  assert.equal([clients.host, clients.port, clients.connect_urls, clients.cluster], ['h', 7, ['a:1'], 'theirs'])
  assert.equal([clients.max_payload, settings.client.max_payload, settings.route.user], [5, 5, 'r'])
  assert.is(settings.accounts[settings.accounts.length - 1].name, 'A')
  assert.ok(settings.client === client && settings.route === route, 'others hold them')
})

test.run()
