import * as assert from 'uvu/assert'
import { complete, contradictions, obstacles } from '../../src/config/checks.ts'
import { default_options, type Options } from '../../src/config/options.ts'
import { suite } from '../harness.ts'

const test = suite('config/checks')

const contradiction = (change: (options: Options) => void) => {
  const options = default_options()
  change(options)
  return contradictions(options)[0]?.text ?? null
}

test('what depends on other options is filled in where nobody said otherwise', () => {
  const options = default_options()
  Object.assign(options, {
    port: 0,
    host: '',
    http_host: '',
    ping_interval_ms: 10_000,
    ping_max: 7,
    write_deadline_ms: 5,
  })
  complete(options, new Set(['ping_max']))
  assert.equal([options.port, options.host, options.http_host], [4222, '0.0.0.0', '0.0.0.0'])
  const { cluster } = options
  assert.equal([cluster.ping_interval_ms, cluster.ping_max, cluster.write_deadline_ms], [10_000, 2, 5])
  const long = default_options()
  long.ping_interval_ms = 600_000
  complete(long, new Set())
  assert.is(long.cluster.ping_interval_ms, 30_000)
})

test('the defaults contradict nothing', () => {
  assert.is(contradiction(() => {}), null)
})

test('contradictions are told', () => {
  const user = { user: 'a', password: '', nkey: '', account: '$G' }
  assert.match(contradiction((o) => o.lame_duck_grace_ms = o.lame_duck_duration_ms)!, 'strictly lower')
  assert.match(contradiction((o) => o.max_payload = o.max_pending + 1)!, 'cannot be higher than max_pending')
  assert.match(contradiction((o) => o.server_name = 'a b')!, 'server name cannot contain spaces')
  assert.match(contradiction((o) => o.cluster.name = 'a b')!, 'cluster name cannot contain spaces')
  assert.match(contradiction((o) => o.no_auth_user = 'a')!, 'users/nkeys are not defined')
  assert.match(contradiction((o) => (o.no_auth_user = 'b', o.authorization.users.push(user)))!, 'not present as user')
  assert.is(contradiction((o) => (o.no_auth_user = 'a', o.authorization.users.push(user))), null)
  assert.match(contradiction((o) => o.cluster.compression = 'zip')!, 'unsupported compression mode "zip"')
  assert.is(contradiction((o) => o.cluster.compression = 'S2_Fast'), null)
  assert.match(contradiction((o) => o.cluster.accounts = ['A', 'A'])!, 'duplicate account name "A"')
  assert.is(contradiction((o) => o.cluster.accounts = ['A', '$SYS']), null)
  assert.match(contradiction((o) => (o.cluster.accounts = ['A'], o.cluster.pool_size = -1))!, 'cannot be negative')
})

test('of several all are told, with where they stand in the file', () => {
  const options = default_options()
  options.max_payload = options.max_pending + 1
  options.cluster.name = 'a b'
  Object.assign(options.websocket, { port: 1, no_tls: true, no_auth_user: 'x' })
  const among_blocks = [{ text: 'no', keys: ['mqtt'] }]
  assert.equal(contradictions(options, among_blocks).map(({ keys }) => keys), [
    ['max_payload'],
    ['mqtt'],
    ['cluster', 'name'],
    ['websocket', 'no_auth_user'],
  ])
})

test('what else a server can not start with is told apart', () => {
  const obstacle = (change: (options: Options) => void) => {
    const options = default_options()
    change(options)
    assert.equal(contradictions(options), [])
    return obstacles(options)[0]?.text
  }
  assert.is(obstacle(() => {}), undefined)
  assert.match(obstacle((o) => o.system_account = 'X')!, 'account missing')
  const callout = { issuer: '', account: 'B', users: ['a'], xkey: '', allowed_accounts: [] }
  assert.match(obstacle((o) => o.authorization.callout = callout)!, 'auth_callout account "B" not found')
  assert.match(
    obstacle((o) => (o.authorization.callout = { ...callout, account: '$G' }, o.no_system_account = true))!,
    'needs the system account',
  )
})

test.run()
