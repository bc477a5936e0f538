import * as assert from 'uvu/assert'
import type { Identity } from '../../src/auth/identity.ts'
import { Refuse } from '../../src/base/errors.ts'
import { ClientSession } from '../../src/connection/client_session.ts'
import { make_settings } from '../../src/connection/make_settings.ts'
import type { Settings } from '../../src/connection/settings.ts'
import { default_options } from '../../src/config/options.ts'
import { create_limits, SharedLimits } from '../../src/shared/counters.ts'
import type { ConnectFields } from '../../src/wire/connect.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'

const test = suite('connection/client_session')

const IDENTITY = { server_id: 'N', server_name: 'n', cluster_name: 'c', cluster_name_dynamic: false }

function make(change: (settings: Settings) => void = () => {}) {
  const settings = make_settings(default_options(), IDENTITY)
  change(settings)
  const limits = new SharedLimits(create_limits(1, 16), 0, 1)
  return { settings, limits, session: new ClientSession(settings, settings.client.auth, limits, new ManualClock()) }
}
/** What comes of a CONNECT; null: it is accepted. */
function login(session: ClientSession, fields: ConnectFields) {
  const verdict = session.connect(fields, '', '127.0.0.1')
  if (verdict === null) return Refuse.authorization
  assert.not('hash' in verdict)
  return session.accept(verdict as Identity)
}
/** Two accounts with a user each; B lets in one connection and has limits of its own. */
function with_users(settings: Settings): void {
  settings.accounts = [
    settings.accounts[0],
    { name: 'A', max_connections: -1, max_subscriptions: -1, max_payload: -1 },
    { name: 'B', max_connections: 1, max_subscriptions: 5, max_payload: 100 },
    { name: 'C', max_connections: 0, max_subscriptions: -1, max_payload: -1 },
  ]
  settings.client.auth.required = true
  settings.client.auth.users = ['', 'a', 'b', 'c'].flatMap((user, account) =>
    user === '' ? [] : [{ user, password: 'x', nkey: '', account, allowed_connection_types: [] }]
  )
}

test('where nobody has to say who he is, operations are taken before any CONNECT', () => {
  const { session, limits } = make()
  assert.equal([session.ready, session.connected, session.account_name], [true, false, '$G'])
  assert.is(limits.account_connections(0), 1)
  session.end()
  session.end()
  assert.is(limits.account_connections(0), 0)
})

test('what CONNECT says is merged over what was said before', () => {
  const { session } = make()
  assert.equal([session.verbose, session.pedantic, session.echo, session.headers], [true, true, true, false])
  assert.is(login(session, { verbose: false, headers: true, name: 'n', protocol: 1 }), null)
  assert.is(login(session, { pedantic: false, echo: false, lang: 'go', version: '1.2' }), null)
  assert.equal([session.verbose, session.pedantic, session.echo, session.headers], [false, false, false, true])
  assert.equal([session.name, session.lang, session.version, session.protocol], ['n', 'go', '1.2', 1])
  assert.ok(session.ready && session.connected)
})

test('headers are taken only if the server has them too, and no_responders needs them', () => {
  const { session } = make((settings) => settings.client.headers = false)
  assert.is(login(session, { headers: true }), null)
  assert.not(session.headers)
  assert.is(login(session, { headers: true, no_responders: true }), Refuse.headers_needed)
  const other = make().session
  assert.is(login(other, { no_responders: true }), Refuse.headers_needed)
  assert.is(login(other, { no_responders: true, headers: true }), null)
})

test('a protocol nobody knows is refused', () => {
  for (const protocol of [2, -1, 7]) assert.is(login(make().session, { protocol }), Refuse.client_protocol)
})

test('who has to say who he is is not ready before he did', () => {
  const { session, limits } = make(with_users)
  assert.not(session.ready)
  assert.is(login(session, { user: 'a', pass: 'wrong' }), Refuse.authorization)
  assert.is(login(session, {}), Refuse.authorization)
  assert.not(session.ready || session.connected)
  assert.is(login(session, { user: 'a', pass: 'x' }), null)
  assert.equal([session.ready, session.account_name, session.account], [true, 'A', 1])
  assert.is(limits.account_connections(1), 1)
})

test('another CONNECT as somebody else gives the place in the first account back', () => {
  const { session, limits } = make(with_users)
  login(session, { user: 'a', pass: 'x' })
  assert.is(login(session, { user: 'b', pass: 'x' }), null)
  assert.equal([limits.account_connections(1), limits.account_connections(2), session.account_name], [0, 1, 'B'])
  session.end()
  assert.is(limits.account_connections(2), 0)
})

test('an account lets in as many connections as it may', () => {
  const { session, settings, limits } = make(with_users)
  const second = new ClientSession(settings, settings.client.auth, limits, new ManualClock())
  assert.is(login(session, { user: 'b', pass: 'x' }), null)
  assert.is(login(second, { user: 'b', pass: 'x' }), Refuse.max_account_connections)
  second.end()
  assert.is(limits.account_connections(2), 1)
  session.end()
  assert.is(login(second, { user: 'b', pass: 'x' }), null)
  assert.is(login(make(with_users).session, { user: 'c', pass: 'x' }), Refuse.max_account_connections)
})

test('the smaller limit of server and account holds', () => {
  const set = (settings: Settings) => {
    with_users(settings)
    settings.client.max_subscriptions = 3
    settings.client.max_payload = 1000
  }
  const { session } = make(set)
  login(session, { user: 'b', pass: 'x' })
  assert.equal([session.max_subscriptions, session.max_payload], [3, 100])
  login(session, { user: 'a', pass: 'x' })
  assert.equal([session.max_subscriptions, session.max_payload], [3, 1000])
  const unlimited = make(with_users).session
  login(unlimited, { user: 'a', pass: 'x' })
  assert.is(unlimited.max_subscriptions, -1)
  login(unlimited, { user: 'b', pass: 'x' })
  assert.is(unlimited.max_subscriptions, 5)
})

test('accounts can not be asked for', () => {
  assert.is(login(make().session, { account: 'X' }), Refuse.authorization)
  assert.is(login(make().session, { new_account: true }), Refuse.authorization)
})

test('operations without a CONNECT come in as the no_auth_user, if there is one', () => {
  assert.not(make(with_users).session.enter_unasked())
  const { session, limits } = make((settings) => {
    with_users(settings)
    settings.client.auth.no_auth_user = 'a'
  })
  assert.ok(session.enter_unasked())
  assert.equal([session.ready, session.connected, session.account_name], [true, false, 'A'])
  assert.is(limits.account_connections(1), 1)
})

test('log lines show what CONNECT told', () => {
  const { session } = make(with_users)
  assert.is(session.log_label, '')
  login(session, { user: 'a', pass: 'x' })
  assert.is(session.log_label, '"A/user:a" - ')
  login(session, { user: 'a', pass: 'x', name: 'my "app"', lang: 'go', version: '1.0' })
  assert.is(session.log_label, '"v1.0:go:my \\"app\\"" - "A/user:a" - ')
  const nobody = make().session
  login(nobody, { lang: 'c' })
  assert.is(nobody.log_label, '"c" - ')
})

test.run()
