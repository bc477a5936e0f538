// What is printed as the configuration in force means the same when it is read again.
import * as assert from 'uvu/assert'
import { type Random, seeded_random } from '../../src/base/prng.ts'
import { CLUSTER_TABLE } from '../../src/config/cluster_options.ts'
import { OPTION_TABLE, type Options } from '../../src/config/options.ts'
import type { Row } from '../../src/config/rows.ts'
import { WEBSOCKET_TABLE } from '../../src/config/websocket_options.ts'
import { effective_settings } from '../../src/review/effective.ts'
import { said_only } from '../../src/review/setting.ts'
import { file_text, settings_json } from '../../src/review/setting_text.ts'
import { account_token, createAccount, createOperator, createUser, token, user_token } from '../auth/jwt_rig.ts'
import { suite } from '../harness.ts'
import { tls_settings } from '../net/tls_rig.ts'
import { sized } from '../sizes.ts'
import { type Environment, said_by } from './review_rig.ts'

const test = suite('review/effective', sized({ short: 60_000, full: 60_000, long: 600_000 }))

const printed = (text: string | null, argv: string[] = [], environment: Environment = {}, shows = true): string =>
  file_text(effective_settings(said_by(text, argv, environment)), shows)

/** The whole, and what was set of it, mean what they were made of. `same`: what is compared of the options. */
function goes_round(text: string | null, argv: string[] = [], environment: Environment = {}, same = whole): void {
  const said = said_by(text, argv, environment)
  const settings = effective_settings(said)
  for (const shown of [settings, said_only(settings)]) {
    const file = file_text(shown, true)
    try {
      assert.equal(same(said_by(file).options), same(said.options))
    } catch (error) {
      throw new Error(`${argv.join(' ')}\n${text}\nbecomes\n${file}\n${error instanceof Error ? error.message : error}`)
    }
  }
}
const whole = (options: Options): unknown => options
/** A file can not say that there is no block, and yet what stands in it; for single users it makes no difference. */
const but_defined = (options: Options): unknown => ({
  ...options,
  authorization: { ...options.authorization, defined: true },
})

/** The lines of an output that say something of `key`, without alignment. */
const lines_of = (output: string, key: string): string[] =>
  output.split('\n').map((line) => line.trim().replace(/ {2,}#/, ' #')).filter((line) => line.startsWith(`${key}:`))

const tls = tls_settings()
const FILES = `cert_file: "${tls.cert_file}", key_file: "${tls.key_file}"`
const operator = createOperator(), account = createAccount(), user = createUser(), system = createAccount()
const nkey = user.getPublicKey(), issuer = account.getPublicKey()

const TEXTS: Record<string, string> = {
  nothing: 'port: 4222',
  addresses: 'host: "::1"\nport: -1\nhttp: "[::1]:8222"\nclient_advertise: "a:1"\nhttp_base_path: "a//b/"',
  'an address of monitoring without a port': 'http: "10.0.0.1:0"\nlisten: 5',
  'monitoring over TLS with a user': 'https: "[::1]:8443"\nhttp_user: a\nhttp_password: secret\nprof_port: -1',
  'both ports of monitoring': 'http: "a:1"\nhttps: 2',
  'durations that have no short text':
    'ping_interval: "1234567us"\nwrite_deadline: "7ns"\nlame_duck_duration: "1h0.000001s"\nlame_duck_grace_period: "0.1ms"',
  'a duration in seconds': 'ping_interval: 2m\nwrite_deadline: 9e',
  'large numbers': 'max_pending: 9223372036854775807\nmax_connections: -5\nmax_subs: 3k\nmax_sub_tokens: 255',
  'odd texts':
    'server_name: "tab\\tquote\\"back\\\\slash\\x01\\nü€"\nserver_tags: ["a,b", "c#d"]\nserver_metadata { "x y": z, include: "1", "a=b": "c:d" }',
  'log options': 'trace_verbose: true\ndebug: on\nlogtime: no\nlogfile: x\nmax_traced_msg_len: 5',
  'tracing in other words': 'trace_verbose: true\ntrace: false',
  'trace of headers': 'trace_headers: true',
  threads: 'workers: 2\nroute_workers: 0\nbusy_poll: auto\nlistener: single',
  'a user': 'authorization { user: a, password: b, timeout: 0.5 }',
  'a token': 'authorization { token: "$2a$11$x", timeout: "90s" }',
  'a block that says nothing': 'authorization {}\ncluster {}\nwebsocket {}\naccounts {}\nmappings {}',
  users: `authorization { default_permissions { publish: [] }
    users: [ { user: a, password: "x y" }, { nkey: ${nkey}, permissions {} }, { user: b,
      permissions { pub { allow: [a, "b.>"], deny: c }, sub: ["x q", "y.*"], allow_responses { max: -1, ttl: "1.5s" } },
      connection_types: [websocket, STANDARD] } ] }
    no_auth_user: b`,
  accounts:
    `accounts { A { users: [ { user: a, pass: b, permission { subscribe { deny: ">" } , allow_responses: true } } ]
      default_permissions { subscribe: q }, limits { max_conn: 5, max_payload: 1k }, mappings {}, exports: []
      exports: [ { stream: "s.>" }, { service: "q.*", accounts: [B], response: chunked, threshold: "3s" },
        { service: r, latency { subject: lat, sampling: 50 } }, { service: "t.*.x", account_token_position: 2, latency: l } ] }
    "B b" { users: [], trace_dest: t }
    B { imports: [ { stream: { account: A, subject: "s.a" }, prefix: p }, { service: { account: A, subject: "q.*" },
        to: "w.$1", share: true } ], msg_trace { dest: d, sampling: "7%" } }
    def: 5, C { limits { max_subs: $def } } }
    system_account: C`,
  'accounts as a list': 'accounts: [A, B]\nsystem_account: B\nno_system_account: true',
  mappings:
    `mappings { a: b, "c.*": [ { dest: "d.$1", weight: 50% }, { destination: "e.{{wildcard(1)}}", weight: 10, cluster: X } ]
    f: { dest: g, weight: 0 } }`,
  'users of proxies': `proxies { trusted: [ { key: ${issuer} }, { public_key: ${nkey} } ] }
    authorization { users: [ { user: a, password: b, proxy_required: true }, { nkey: ${nkey}, proxy_required: false } ] }
    accounts { A { users: [ { user: c, pass: d, proxy_required: yes } ] } }`,
  'a user of proxies': 'authorization { user: a, password: b, proxy_required: true }\nproxies {}',
  'services that are measured by their headers':
    'accounts { A { exports: [ { service: q, latency { subject: l, sampling: headers } }, { stream: s, accounts: [A] } ] } }',
  callout:
    `authorization { users: [ { user: a, password: b } ], auth_callout { issuer: ${issuer}, users: [a], allowed_accounts: [A] } }
accounts { A {} }`,
  cluster:
    `cluster { name: "c", listen: "127.0.0.1:6222", pool_size: 0, accounts: [A], compression: s2_fast, ping_interval: "5s"
    routes: [ "nats://u%40:p%3A@h:1", "nats-route://[::1]:2", "nats://_nats._tcp.x", "nats://u@h:3", "nats://H:1", "nats://u:@h:4" ]
    authorization { user: a, password: "b" }, permissions { import: [], export { allow: ["a.>"], deny: [b] } }
    advertise: "x:1", connect_retries: 3, connect_backoff: true, no_advertise: yes, write_deadline: "3s", ping_max: 7 }`,
  'permissions in their former place': 'cluster { port: 1, authorization { permissions { import: a } } }',
  tls:
    `tls { ${FILES}, ca_file: "${tls.ca_file}", verify_and_map: true, handshake_first: "100ms", timeout: 0.25, min_version: "1.3"
    cipher_suites: [TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305, TLS_AES_128_GCM_SHA256], curve_preferences: [CurveP256, X25519]
    pinned_certs: ["${'ab'.repeat(32)}"] }
    allow_non_tls: true
    cluster { port: -1, tls { ${FILES}, verify_cert_and_check_known_urls: true, insecure: true, timeout: 3 } }
    websocket { port: 8443, tls { ${FILES}, handshake_first: true }, authorization { user: a, pass: b, timeout: 3 }, no_tls: true
      headers { "X-A": "1", b: "2" }, origins: ["https://a:1"], same_origin: true, compression: yes, ping_interval: "1m"
      handshake_timeout: 3s, user_cookie: u }`,
  'TLS in other words':
    `tls { certs: [ { ${FILES} } ], ca_file: "${tls.ca_file}", verify: optional, allow_insecure_cipher_suites: true
      cipher_suites: [TLS_RSA_WITH_RC4_128_SHA, TLS_AES_128_GCM_SHA256] }`,
  'websocket under both names': 'ws { port: 1, no_tls: true }\nWebSocket { port: 2, authorization { token: t } }',
  operator: `operator: ["${token('operator', operator, operator, { system_account: system.getPublicKey() })}"]
    resolver { type: full, dir: "/none", limit: 5, interval: "90s", allow_delete: true, hard_delete: true, timeout: "1s" }
    resolver_preload { ${issuer}: "${account_token(operator, account)}", ${system.getPublicKey()}: "${
    account_token(operator, system)
  }" }
    resolver_pinned_accounts: [${issuer}]
    default_sentinel: "${user_token(account, user, { bearer_token: true })}"`,
  'an operator that says where accounts are': `operators: "${
    token('operator', operator, operator, { account_server_url: 'http://u:p@h/jwt/v1' })
  }"`,
  'trusted keys': `trusted: ${operator.getPublicKey()}\nresolver: URL(http://u:secret@h/x)`,
  'a cache of accounts':
    `trusted_keys: [${operator.getPublicKey()}]\nresolver { type: cache, dir: "/none", ttl: "1h" }`,
}

for (const [name, text] of Object.entries(TEXTS)) {
  test(`what is in force means the same when it is read again: ${name}`, () => goes_round(text))
}

const FLAGS: [string, string | null, string[]][] = [
  ['single ones', 'port: 1', [
    '-p',
    '2',
    '-a',
    '127.0.0.1',
    '-m',
    '-1',
    '--name',
    'n',
    '-P',
    'p',
    '-l',
    'l',
    '-T=false',
  ]],
  ['those that stand for several', 'debug: true\ntrace_verbose: true', ['-DV=false', '-V', '--workers', '3']],
  ['all tracing', null, ['-DVV']],
  ['the cluster', 'cluster { name: a, host: h, port: 1, authorization { user: u, password: p } }', [
    ...['-cluster', 'nats://x:y@[::1]:-1', '-routes', 'nats://a:1,nats://u:p@b:2', '--cluster_advertise', 'q'],
  ]],
  ['no cluster', 'cluster { port: 5, routes: [ "nats://a:1" ] }', ['-cluster', '', '-routes', '']],
  ['only a name', null, ['--cluster_name', 'c']],
  ['TLS', `tls { ${FILES}, verify: true }`, ['--tlscert', tls.cert_file, '--tlskey', tls.key_file]],
  ['TLS switched off', `tls { ${FILES} }`, ['--tls=false']],
]
for (const [name, text, argv] of FLAGS) {
  test(`flags are in it: ${name}`, () => goes_round(text, argv))
}

test('a user and a token by flag become a block', () => {
  goes_round(null, ['--user', 'a', '--pass', 'b'], {}, but_defined)
  goes_round('authorization { timeout: 1 }', ['--auth', 't'])
  // What a file may not say beside others is a comment, with what counts.
  assert.equal(lines_of(printed(null, ['--user', 'a', '--auth', 't']), 'token'), ['token: "t" # flag --auth'])
  assert.equal(lines_of(printed(null, ['--user', 'a', '--auth', 't']), '# user'), [
    '# user: without effect beside a token # flag --user',
  ])
  assert.equal(lines_of(printed('authorization { users: [{user: a}] }', ['--pass', 'b']), '# password'), [
    '# password: without effect beside users # flag --pass',
  ])
})

const samples = (name: string, { default: initial, kind }: Row<any>): string[] => {
  if (kind.words !== undefined) return [...kind.words]
  if (name.endsWith('_ms')) return ['"31s"', '"45s"']
  if (typeof initial === 'boolean') return ['true', 'false']
  return typeof initial === 'number' || initial === undefined
    ? ['0', '1', '7', '-1']
    : ['x', '[]', '["a", "b"]', '{ a: b }']
}

test('every option of a table goes round, by each of its keys, and is said to be where it stands', () => {
  let tried = 0
  const blocks: [string, Readonly<Record<string, Row<any>>>][] = [
    ['', OPTION_TABLE],
    ['cluster', CLUSTER_TABLE],
    ['websocket', WEBSOCKET_TABLE],
  ]
  for (const [block, table] of blocks) {
    for (const [name, option] of Object.entries(table)) {
      for (const key of option.keys) {
        for (const sample of samples(name, option)) {
          const text = block === '' ? `\n${key}: ${sample}` : `${block} {\n${key}: ${sample}\n}`
          if (!loads(text)) continue
          goes_round(text)
          tried++
          const json = settings_json(effective_settings(said_by(text)), true)
          const shown = JSON.stringify(block === '' ? json[option.keys[0]] : json[block])
          if (key !== 'routes') assert.match(shown, '"f:2:1"', `${text}\n${shown}`)
        }
      }
    }
  }
  assert.ok(tried > 150, String(tried))
})

function loads(text: string): boolean {
  try {
    said_by(text)
    return true
  } catch {
    return false
  }
}

test('each line has where its value came from', () => {
  const text =
    'port: 1\nserver_name: $WHO\nlisten: "h:2"\n\ncluster {\n  listen: 5\n  ping_max: 3\n  authorization $AUTH\n}\n'
  const output = printed(text, ['-D', '--port', '7', '--cluster_name', 'c'], {
    WHO: 'me',
    AUTH: '{ user: u, password: p }',
  })
  const has = (key: string, ...expected: string[]) => assert.equal(lines_of(output, key), expected)
  has('port', 'port: 7 # flag --port', 'port: 5 # f:6:3')
  has('host', 'host: "h" # f:3:1', 'host: "0.0.0.0" # default')
  has('server_name', 'server_name: "me" # environment WHO (f:2:1)')
  has('debug', 'debug: true # flag -D')
  has('name', 'name: "c" # flag --cluster_name')
  has('ping_max', 'ping_max: 2 # default', 'ping_max: 3 # f:7:3')
  has('password', 'password: "p" # environment AUTH (f:8:3)')
  const derived = printed('ping_interval: "5s"\ncluster { port: 1 }')
  assert.equal(lines_of(derived, 'ping_interval')[1], 'ping_interval: "5s" # default, as ping_interval (f:1:0)')
})

test('secrets are not shown unless they are asked for', () => {
  const seen = [
    printed(TEXTS.users, ['--user', 'a'], {}, false),
    printed(TEXTS['a user'], [], {}, false),
    printed(null, ['--auth', 'secret'], {}, false),
    printed(TEXTS.cluster, [], {}, false),
    printed(TEXTS.tls, [], {}, false),
    printed(TEXTS['trusted keys'], [], {}, false),
    printed(TEXTS.operator, [], {}, false),
    printed(TEXTS['monitoring over TLS with a user'], [], {}, false),
  ].join('')
  for (const line of seen.split('\n')) {
    if (/^\s*(password|token|http_password|default_sentinel): /.test(line)) {
      assert.match(line, /: "(\[REDACTED\])?" {2,}#/)
    }
  }
  for (const secret of ['"x y"', 'secret', 'p%3A', 'u:p@', ':@h:4', 'u%40']) assert.not.match(seen, secret)
  assert.match(seen, '"nats://[REDACTED]@h:1"')
  assert.match(seen, 'URL(http://[REDACTED]@h/x/)')
  const masked = JSON.stringify(settings_json(effective_settings(said_by(TEXTS.cluster)), false))
  assert.not.match(masked, 'p%3A')
})

test('what nobody has said can be left out', () => {
  const said = said_by('port: 5\ncluster { name: c }\nauthorization { users: [ { user: a, password: b } ] }', ['-D'])
  const lines = file_text(said_only(effective_settings(said)), false).split('\n').map((line) =>
    line.replace(/ +#.*/, '')
  )
  assert.equal(
    lines.join('\n'),
    [
      ...['port: 5', 'debug: true', 'authorization {', '  users: [', '    {', '      user: "a"'],
      ...['      password: "[REDACTED]"', '    }', '  ]', '}', 'cluster {', '  name: "c"', '}', ''],
    ].join('\n'),
  )
})

const PIECES = ['{', '}', '[', ']', ':', ',', '"', '\n', '#', '$A', '-1', '5GB', 'true', '"a b"', '"2m"', 'x']

/** Some bytes gone, doubled, or others in their place. */
function mutated(text: string, random: Random): string {
  let made = text
  for (let i = 1 + random.below(2); i > 0; i--) {
    const at = random.below(made.length + 1), length = random.below(6), rest = made.slice(at + length)
    const piece = made.slice(at, at + length), other = random.below(made.length + 1)
    const middle = [
      ...['', piece + piece, PIECES[random.below(PIECES.length)]],
      ...[String.fromCharCode(random.below(128)), made.slice(other, other + length)],
    ][random.below(5)]
    made = made.slice(0, at) + middle + rest
  }
  return made
}

const MUTATIONS = sized({ short: 400, full: 2_000, long: 100_000 })

test('whatever can be read goes round', () => {
  const seed = Number(process.env.ONEHOP_SEED ?? 1)
  const random = seeded_random(seed), texts = Object.values(TEXTS)
  let read = 0
  for (let i = 0; i < MUTATIONS; i++) {
    const text = mutated(texts[random.below(texts.length)], random)
    if (!loads(text)) continue
    read++
    goes_round(text)
  }
  assert.ok(read > MUTATIONS / 20, `of seed ${seed} ${read} can be read`)
})

test.run()
