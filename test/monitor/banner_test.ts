import * as assert from 'uvu/assert'
import { make_log } from '../../src/base/log.ts'
import { VERSION } from '../../src/base/version.ts'
import { load } from '../../src/config/load.ts'
import { make_settings } from '../../src/connection/make_settings.ts'
import { type ConfigSource, log_banner } from '../../src/monitor/banner.ts'
import { account_token, createAccount, createOperator, token } from '../auth/jwt_rig.ts'
import { suite } from '../harness.ts'

const test = suite('monitor/banner')

const IDENTITY = { server_id: 'NID', server_name: 'alpha', cluster_name: 'mesh', cluster_name_dynamic: false }

/** The lines that a server with this configuration begins with. */
function lines_of(text: string, { debug = false, source = {} as ConfigSource } = {}): string[] {
  const loaded = load(['-c', 'f'], {}, { read: () => text, help: () => '', help_tls: () => '' })
  if (loaded.kind !== 'run') throw new Error(JSON.stringify(loaded))
  const { options } = loaded
  const lines: string[] = []
  const log = make_log((level, line) => lines.push(`${level} ${line}`), debug, false)
  log_banner(log, options, IDENTITY, make_settings(options, IDENTITY), source)
  return lines
}

const MADE = 'DBG Created system account: "$SYS"'

test('the system account is said to be made where the file has none', () => {
  const made = (text: string) => lines_of(text, { debug: true }).filter((line) => line === MADE).length
  assert.is(made('port: 1'), 1)
  assert.is(made('no_system_account: true'), 0)
  assert.is(made('accounts { $SYS {} }'), 0)
  assert.is(made('system_account: A, accounts { A {} }'), 0)
})

test('operators are shown as they are signed, and missed if they name no system account', () => {
  const operator = createOperator(), system = createAccount()
  const shown = (nats: Record<string, unknown>) => {
    const preload = `resolver_preload { ${system.getPublicKey()}: "${account_token(operator, system)}" }`
    const text = `operator: "${token('operator', operator, operator, nats)}"\nresolver: MEMORY\n${preload}`
    return lines_of(text, { source: { config_file: 'f' } }).slice(6)
  }
  const lines = shown({ system_account: system.getPublicKey() })
  assert.equal(lines.slice(0, 2), ['INF Trusted Operators', 'INF   System  : ""'])
  assert.match(lines[2], /^INF {3}Operator: ".*"$/)
  assert.match(lines[3], /^INF {3}Issued {2}: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4} \S+$/)
  assert.equal(lines.slice(4), ['INF   Expires : Never'])
  assert.is(shown({}).at(-1), 'WRN Trusted Operators should utilize a System Account')
})

const PLAIN = 'WRN Plaintext passwords detected, use nkeys or bcrypt'

test('a lone server tells version, name and id', () => {
  assert.equal(lines_of('port: 1'), [
    'INF Starting nats-server',
    `INF   Version:  ${VERSION}`,
    'INF   Git:      [not set]',
    'INF   Name:     alpha',
    'INF   ID:       NID',
  ])
})

test('one of a cluster tells its name before its own; the runtime is for debugging', () => {
  const lines = lines_of('cluster { port: 1 }', { debug: true })
  assert.match(lines[3], /^DBG {3}Go build: \S/)
  assert.equal(lines.slice(4), [
    ...['INF   Cluster:  mesh', 'INF   Name:     alpha', 'INF   ID:       NID', MADE],
  ])
})

test('secrets that lie in the open are warned of, wherever they are', () => {
  const open = [
    'authorization { user: u, password: p }',
    'authorization { token: t }',
    'authorization { users: [{ user: u, password: p }] }',
    'accounts { A { users: [{ user: u, password: p }] } }',
  ]
  for (const text of open) assert.is(lines_of(text).filter((line) => line === PLAIN).length, 1, text)
  for (const text of ['port: 1', 'accounts { A {} }']) assert.not(lines_of(text).includes(PLAIN), text)
})

test('the file and its digest are named, if there are any', () => {
  const line_of = (source: ConfigSource) => lines_of('port: 1', { source })[5]
  assert.is(line_of({ config_file: 'a.conf' }), 'INF Using configuration file: a.conf')
  const whole = { config_file: 'a.conf', config_digest: 'sha256:12' }
  assert.is(line_of(whole), 'INF Using configuration file: a.conf (sha256:12)')
  assert.is(line_of({}), undefined)
})

test('payloads above 8 MB are warned of', () => {
  const warns = (text: string) => lines_of(text).some((line) => /^WRN Maximum payloads over 8.00 MB/.test(line))
  assert.not(warns('max_payload: 8MB'))
  assert.ok(warns(`max_payload: ${8 * 1024 * 1024 + 1}`))
})

test.run()
