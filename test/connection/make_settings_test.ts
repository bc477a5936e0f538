import * as assert from 'uvu/assert'
import { anonymous_identity, authenticate, type AuthSettings } from '../../src/auth/authenticate.ts'
import type { Identity } from '../../src/auth/identity.ts'
import type { ConnectFields } from '../../src/wire/connect.ts'
import { VERSION } from '../../src/base/version.ts'
import { load } from '../../src/config/load.ts'
import type { Options } from '../../src/config/options.ts'
import { make_settings } from '../../src/connection/make_settings.ts'
import { suite } from '../harness.ts'

const test = suite('connection/make_settings')

const IDENTITY = { server_id: 'NID', server_name: 'name', cluster_name: 'mesh', cluster_name_dynamic: false }

function options_of(text: string): Options {
  const loaded = load(['-c', 'f'], {}, { read: () => text, help: () => '', help_tls: () => '' })
  if (loaded.kind !== 'run') throw new Error(JSON.stringify(loaded))
  return loaded.options
}
const settings_of = (text: string) => make_settings(options_of(text), IDENTITY)

/** Who comes in, with a password that can be judged at once. */
const identity = (auth: AuthSettings, connect: ConnectFields) => authenticate(auth, connect, '') as Identity | null

test('a server without a cluster tells clients of none and has nothing to tell peers', () => {
  const settings = settings_of('port: 4333')
  assert.is(settings.route_info, null)
  const info = settings.client_infos.clients
  assert.equal([info.server_id, info.server_name, info.version], ['NID', 'name', VERSION])
  assert.equal([info.port, info.proto, info.headers], [4333, 1, true])
  assert.ok(!('cluster' in info) && !('auth_required' in info))
})

test('peers and clients of a cluster are told its name', () => {
  const settings = settings_of('cluster { port: 1, authorization { user: u, password: p, timeout: 1 } }')
  assert.is(settings.client_infos.clients.cluster, 'mesh')
  const info = settings.route_info!
  assert.equal([info.cluster, info.auth_required, info.lnoc, info.lnocu], ['mesh', true, true, true])
  assert.ok(!('cluster_dynamic' in info))
  const { user, password, auth_timeout_ms } = settings.route
  assert.equal([user, password, auth_timeout_ms], ['u', 'p', 1000])
})

test('permissions of routes are told to peers and kept for ourselves', () => {
  const settings = settings_of('cluster { port: 1, permissions { import: a, export: { deny: b } } }')
  const { route_info } = settings
  assert.equal([route_info!.import, route_info!.export], [{ allow: ['a'] }, { deny: ['b'] }])
  assert.equal(settings.route.permissions, { import: { allow: ['a'] }, export: { deny: ['b'] } })
  const without = settings_of('cluster { port: 1 }')
  assert.ok(!('import' in without.route_info!) && !('export' in without.route_info!))
})

test('limits come from the options; those of routes are wider', () => {
  const { client, route } = settings_of(
    `max_control_line: 1KB, max_payload: 100, max_pending: 1000, max_subscriptions: 7
    ping_interval: "50s", write_deadline: "3s", no_header_support: true, max_connections: 9, cluster { port: 1 }`,
  )
  assert.equal([client.max_control_line, client.max_payload, client.max_pending], [1024, 100, 1000])
  assert.equal([client.max_subscriptions, client.headers, client.max_connections], [7, false, 9])
  assert.equal([client.ping_interval_ms, client.write_deadline_ms], [50_000, 3000])
  assert.equal([route.max_control_line, route.max_pending], [16 * 1024, 64 * 1024 * 1024])
  assert.equal([route.ping_interval_ms, route.write_deadline_ms], [30_000, 3000])
})

test('accounts have numbers, $G the first one, and users know theirs', () => {
  const settings = settings_of(`accounts { A { users: [{user: a, password: x}], limits { max_conn: 2 } }, B {
    users: [{user: b, password: y, connection_types: [WEBSOCKET]}] } }
    authorization { users: [{user: g, password: z}] }`)
  assert.equal(settings.accounts.map((account) => account.name), ['$G', 'A', 'B', '$SYS'])
  assert.equal([settings.accounts[0].max_connections, settings.accounts[1].max_connections], [-1, 2])
  const { auth } = settings.client
  assert.equal([auth.required, settings.client_infos.clients.auth_required], [true, true])
  const account = (user: string, pass: string) => identity(auth, { user, pass })?.account
  assert.equal([account('g', 'z'), account('a', 'x'), account('b', 'y')], [0, 1, undefined])
})

test('a token or a single user is required of everybody', () => {
  for (const text of ['authorization { token: t }', 'authorization { user: u, password: p }']) {
    const settings = settings_of(text)
    assert.equal([settings.client.auth.required, settings.client_infos.clients.auth_required], [true, true])
    assert.is(anonymous_identity(settings.client.auth), null)
  }
})

test('with a no_auth_user clients are not asked for credentials', () => {
  const settings = settings_of('no_auth_user: a\naccounts { A { users: [{user: a, password: x}] } }')
  assert.not('auth_required' in settings.client_infos.clients)
  assert.is(anonymous_identity(settings.client.auth)?.account, 1)
})

test('where only the system account has users everybody else comes into $G', () => {
  const settings = settings_of('accounts { $SYS { users: [{user: admin, password: x}] } }')
  const { auth } = settings.client
  assert.is(anonymous_identity(auth)?.account, 0)
  assert.is(identity(auth, { user: 'admin', pass: 'x' })?.account, 1)
  assert.is(identity(auth, { user: 'admin', pass: 'y' }), null)
  // As nats-server does, which says so all the same.
  assert.is(settings.client_infos.clients.auth_required, true)
})

test.run()
