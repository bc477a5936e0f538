import * as assert from 'uvu/assert'
import { VERSION } from '../../src/base/version.ts'
import { load, type LoadedPrint, type LoadedRun } from '../../src/config/load.ts'
import { default_options, type Options } from '../../src/config/options.ts'
import { suite } from '../harness.ts'
import { createOperator, token } from '../auth/jwt_rig.ts'

const key = createOperator()
const test = suite('config/load')

function loaded(argv: string[], files: Record<string, string> = {}, environment: Record<string, string> = {}) {
  const read = (path: string) => {
    if (!Object.hasOwn(files, path)) throw Object.assign(new Error('x'), { code: 'ENOENT' })
    return files[path]
  }
  return load(argv, environment, { read, help: () => 'HELP', help_tls: () => 'TLS' })
}
function printed(argv: string[], files?: Record<string, string>): LoadedPrint {
  const result = loaded(argv, files)
  if (result.kind !== 'print') throw new Error(`It runs: ${argv.join(' ')} ${JSON.stringify(files)}`)
  return result
}
function running(text: string, ...argv: string[]): LoadedRun {
  const result = loaded(['-c', 'f', ...argv], { f: text })
  if (result.kind !== 'run') throw new Error(JSON.stringify(result))
  return result
}
const options = (text: string, ...argv: string[]): Options => running(text, ...argv).options
const print = (stdout: string, stderr: string, exit: number): LoadedPrint => ({ kind: 'print', stdout, stderr, exit })
const fails = (argv: string[], text: string, files?: Record<string, string>) =>
  assert.equal(printed(argv, files), print('', `nats-server: ${text}\n`, 1))
/** The lines a file is refused with. */
const refused = (text: string) => {
  const { stderr, exit } = printed(['-c', 'f'], { f: text })
  assert.is(exit, 1)
  assert.ok(stderr.startsWith('nats-server: '))
  return stderr.slice('nats-server: '.length).trimEnd()
}

test('version, help and words are answered before anything else', () => {
  const version = print(`nats-server: v${VERSION}\n`, '', 0)
  for (const argv of [['-v'], ['--version'], ['version'], ['VERSION'], ['-v', '-h'], ['-c', 'no', '-v']]) {
    assert.equal(printed(argv), version, argv.join(' '))
  }
  for (const argv of [['-h'], ['--help'], ['help'], ['--help_tls', '-h']]) {
    assert.equal(printed(argv), print('HELP', '', 0))
  }
  assert.equal(printed(['--help_tls']), print('TLS', '', 0))
  fails(['-D', 'FooBar'], 'unrecognized command: "FooBar"')
  fails(['-T', 'false'], 'unrecognized command: "false"')
})

test('bad flags show the help and end with status 2', () => {
  assert.equal(printed(['-p']), print('HELP', 'flag needs an argument: -p\n', 2))
  const { stderr } = printed(['--prot'])
  assert.is(stderr, 'flag provided but not defined: -prot\ndid you mean -port?\n')
})

test('nothing said gives the defaults', () => {
  const result = loaded([])
  assert.ok(result.kind === 'run')
  const expected = { ...default_options(), http_host: '0.0.0.0' }
  assert.equal(result.options, expected)
  assert.equal([result.warnings, result.config_file], [[], undefined])
})

test('flags win over the file, and absent flags leave it alone', () => {
  const text = 'listen: 127.0.0.1:4333\nlogtime: false\nserver_name: file\n'
  assert.is(options(text, '-p', '4444').port, 4444)
  assert.equal([options(text).port, options(text).host, options(text).logtime], [4333, '127.0.0.1', false])
  assert.is(options(text, '-n', 'flag').server_name, 'flag')
  assert.is(options('port: 4333', '-p', '0').port, 4222)
})

test('the monitoring host is the client host unless it has its own', () => {
  const seed = options('listen: 127.0.0.1:4222\nhttp: 8222\ncluster { listen: 127.0.0.1:4248 }')
  assert.equal([seed.http_host, seed.http_port], ['127.0.0.1', 8222])
  assert.equal([seed.cluster.host, seed.cluster.port], ['127.0.0.1', 4248])
  assert.is(options('host: a\nhttp: "b:1"').http_host, 'b')
  assert.is(options('http_port: 1', '-a', 'c').http_host, 'c')
})

test('-t checks the file as a whole', () => {
  fails(['-t'], 'must specify [-c, --config] option to check configuration file syntax')
  assert.match(
    printed(['-t', '-c', './f'], { './f': 'foo = 1\nport: $foo\n' }).stderr,
    /^nats-server: configuration file \.\/f is valid \(sha256:[0-9a-f]{64}\)\n$/,
  )
  for (const argv of [['-c', 'f'], ['-t', '-c', 'f']]) {
    fails(argv, 'lame duck grace period (5m0s) should be strictly lower than lame duck duration (2m0s)', {
      f: 'lame_duck_grace_period: "5m"',
    })
  }
  fails(['-t', '-c', 'missing.conf'], 'open missing.conf: no such file or directory')
})

test('warnings fail -t and let the start go on', () => {
  const warning = 'f:1:0: invalid use of field "ping_interval": ping_interval should be converted to a duration'
  fails(['-t', '-c', 'f'], `${warning}\n`, { f: 'ping_interval: 2m' })
  assert.equal(running('ping_interval: 2m').warnings, [warning])
  assert.is(options('ping_interval: 2m').ping_interval_ms, 2_000_000_000)
  assert.is(options('ping_interval: "2m"').ping_interval_ms, 120_000)
  assert.equal(running('').warnings, ['f: config has no values or is empty'])
})

test('all mistakes are told at once, warnings first', () => {
  assert.is(
    refused('a: 1\nport: "x"\nping_interval: 5\ncluster {\n  foo: 1\n}\n'),
    [
      'f:3:1: invalid use of field "ping_interval": ping_interval should be converted to a duration',
      'f:1:0: unknown field "a"',
      'f:2:1: interface conversion: interface {} is string, not int64',
      'f:5:3: unknown field "foo"',
    ].join('\n'),
  )
})

test('fields of the wrong type or out of range are refused with their position', () => {
  const cases: [string, string][] = [
    ['port: 1.5', 'interface conversion: interface {} is float64, not int64'],
    ['debug: 1', 'interface conversion: interface {} is int64, not bool'],
    ['server_name: yes', 'interface conversion: interface {} is bool, not string'],
    ['server_name: [a]', 'interface conversion: interface {} is []interface {}, not string'],
    ['cluster: 5', 'Expected map to define cluster, got int64'],
    ['ping_interval: abc', 'error parsing ping_interval: time: invalid duration "abc"'],
    ['lame_duck_duration: 2m', 'interface conversion: interface {} is int64, not string'],
    ['lame_duck_duration: 5s', 'invalid lame_duck_duration of 5s, minimum is 30 seconds'],
    ['lame_duck_grace_period: "-5m"', 'invalid lame_duck_grace_period, needs to be positive'],
    ['listen: localhost', 'could not parse address string "localhost"'],
    ['listen: "h:x"', 'could not parse port "x"'],
    ['http: true', 'expected port or host:port, got bool'],
    ['max_payload: 2147483648', 'max_payload value is too big'],
    ['max_control_line: 3000000000', 'max_control_line value is too big'],
    ['max_sub_tokens: 256', 'max_sub_tokens value is too big'],
    ['max_sub_tokens: 0', 'max_sub_tokens value can not be negative'],
    ['write_timeout: x', "write_timeout must be 'default', 'close' or 'retry'"],
    ['workers: 65', 'workers must be between 0 and 64, got 65'],
    ['server_name: "a b"', 'server name cannot contain spaces'],
  ]
  for (const [text, reason] of cases) assert.is(refused(text), `f:1:0: ${reason}`, text)
  assert.is(options('max_payload: 2147483647\nmax_pending: 4g').max_payload, 2147483647)
  assert.is(options('max_sub_tokens: 255').max_sub_tokens, 255)
})

test('single values reach the options', () => {
  const read = options(`PORT: -1\nmax_connections: 0\nmax_subs: 7\nmax_pending: 1e\nwrite_deadline: "500us"
    pidfile: p\nhttp_base_path: "a//b/../c/"\nserver_tags: [A, a, "B:c"]\nserver_metadata { r: eu }\nbusy_poll: auto
    workers: 2\nlistener: single\ntrace_verbose: true\nping_max: 0\nlogfile: l\nroute_workers: 0\nmetrics_prefix: nats`)
  assert.equal([read.port, read.max_connections, read.max_subscriptions, read.max_pending], [-1, -1, 7, 1e18])
  assert.equal([read.write_deadline_ms, read.pid_file, read.http_base_path], [0.5, 'p', '/a/c'])
  assert.equal([read.server_tags, read.server_metadata, read.busy_poll], [['a', 'b:c'], { r: 'eu' }, 'auto'])
  assert.equal([read.workers, read.route_workers, read.listener], [2, 0, 'single'])
  assert.is(read.metrics_prefix, 'nats')
  assert.equal([read.trace, read.trace_verbose, read.ping_max, read.log_file], [true, true, 2, 'l'])
})

test('the cluster block is read, and takes what it does not say from the top', () => {
  const { cluster } = options(`ping_interval: "10s"\nping_max: 9\ncluster { name: c, port: 1, write_deadline: "3s"
    routes: ["nats://u:p@h:1", "nats://i:2"], authorization { user: a, password: b, timeout: 0.5 } }`)
  assert.equal([cluster.ping_interval_ms, cluster.ping_max, cluster.write_deadline_ms], [10_000, 9, 3000])
  assert.equal(cluster.routes.map((route) => route.host), ['h', 'i'])
  assert.equal(cluster.authorization, { user: 'a', password: 'b', timeout_ms: 500 })
  assert.is(options('').cluster.ping_interval_ms, 30_000)
  assert.is(options('cluster {}').cluster.port, 0)
})

test('mistakes of the cluster block are told', () => {
  assert.is(refused('cluster { authorization { token: x } }'), 'f:1:10: Cluster authorization does not support tokens')
  assert.is(
    refused('cluster { authorization { users: [] } }'),
    'f:1:10: Cluster authorization does not allow multiple users',
  )
  assert.is(
    refused('cluster { permissions { allow_responses: true } }'),
    'f:1:10: Cluster permissions do not support dynamic responses',
  )
  assert.is(refused('cluster { routes: [ ":::" ] }'), 'f:1:21: error parsing route url [":::"]')
  const twice = running('cluster { routes: [ "nats://h:1", "nats://h:1" ] }')
  assert.match(twice.warnings[0], 'invalid use of field "nats://h:1": Duplicate route entry detected')
  assert.is(twice.options.cluster.routes.length, 1)
  assert.equal(running('cluster { ping_interval: "1m" }').warnings, [
    "f:1:10: Cluster 'ping_interval' will reset to 30s which is the max for routes",
  ])
})

test('users, accounts and limits are read', () => {
  const read = options(`no_auth_user: b\nauthorization { timeout: "250ms", users: [ {username: b, pass: y} ] }
    accounts { A { users: [ {user: a, password: x, connection_types: [standard]} ], limits { max_conn: 5 } }, B {} }`)
  assert.equal(read.authorization, {
    ...{ defined: true, timeout_ms: 250 },
    users: [{ user: 'b', password: 'y', nkey: '', account: '$G' }],
  })
  assert.equal(read.accounts[0], {
    name: 'A',
    users: [{ user: 'a', password: 'x', nkey: '', account: 'A', allowed_connection_types: ['STANDARD'] }],
    limits: { max_connections: 5, max_subscriptions: -1, max_payload: -1 },
  })
  assert.equal(options('accounts: [A, B]').accounts.map((account) => account.name), ['A', 'B'])
  assert.is(options('authorization { token: t }').authorization.token, 't')
  assert.is(options('', '-user', 'u', '-pass', 'p').authorization.user, 'u')
})

test('users that contradict each other are refused', () => {
  const cases: [string, string][] = [
    ['authorization { user: a, pass: b, token: c }', 'Cannot have a user/pass and token'],
    ['authorization { user: a, users: [] }', 'Can not have a single user/pass and a users array'],
    ['authorization { token: a, users: [] }', 'Can not have a token and a users array'],
    ['authorization { users: [ {user: x}, {user: x} ] }', 'Duplicate user "x" detected'],
    ['accounts { A { users: [{user: x}] }, B { users: [{user: x}] } }', 'Duplicate user "x" detected'],
    ['authorization { users: foo }', 'Expected users field to be an array, got foo'],
    ['authorization { users: [foo] }', 'Expected user entry to be a map/struct, got foo'],
    ['authorization { users: [ {pass: x} ] }', 'User entry requires a user'],
    ['authorization { users: [ {user: a, clients: [X]} ] }', 'invalid connection types ["X"]'],
    ['accounts { $G {} }', '"$G" is a Reserved Account'],
    ['accounts { A: 1 }', 'Expected map entries for accounts'],
    ['accounts: [A, A]', 'Duplicate Account Entry: A'],
    ['accounts { A { limits { foo: 1 } } }', 'Unknown field "foo" parsing account limits'],
    [
      'accounts { A { users: [{user: a}] } }\nauthorization { user: c }',
      'Can not have a single user/pass and accounts',
    ],
    ['accounts { A { users: [{user: a}] } }\nauthorization { token: c }', 'Can not have a token and accounts'],
  ]
  for (const [text, reason] of cases) assert.match(refused(text), new RegExp(`^f:1:\\d+: ${escaped(reason)}$`), text)
})

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

test('contradictions across fields have no position', () => {
  const cases: [string, string][] = [
    ['max_payload: 2MB\nmax_pending: 1MB', 'max_payload (2097152) cannot be higher than max_pending (1048576)'],
    [
      'lame_duck_duration: "30s"\nlame_duck_grace_period: "30s"',
      'lame duck grace period (30s) should be strictly lower than lame duck duration (30s)',
    ],
    ['no_auth_user: x', 'no_auth_user: "x" present, but users/nkeys are not defined'],
    ['system_account: X', 'error resolving system account: account missing'],
    ['cluster { compression: foo }', 'unsupported compression mode "foo"'],
    ['cluster { pool_size: -1, accounts: A }', 'pool_size cannot be negative if pinned accounts are specified'],
  ]
  for (const [f, reason] of cases) fails(['-c', 'f'], reason, { f })
  fails(
    ['-c', 'f'],
    'no_auth_user: "x" not present as user or nkey in authorization block or account configuration',
    { f: 'no_auth_user: x\nauthorization { users: [ {user: a} ] }' },
  )
  fails(['-c', 'f'], 'found duplicate account name "A" in pinned accounts list ["A" "A" "$SYS"]', {
    f: 'cluster { port: 1, accounts: [A, A] }',
  })
  fails(['-n', 'a b'], 'server name cannot contain spaces')
})

test('what is not served is refused, unless it is switched off', () => {
  for (const field of ['resolver_tls {}', 'ocsp { mode: must }']) {
    const line = refused(field)
    assert.match(line, /^f:1:0: "[^"]*" is not served by this version: /)
    const { stderr, exit } = printed(['-t', '-c', 'f'], { f: field })
    assert.is(exit, 0)
    assert.match(
      stderr,
      /^f:1:0: "[^"]*" is not served by this version: .*; a start is refused\nnats-server: configuration file f is valid /,
    )
  }
  assert.is(running('ocsp: false\nhttps_port: 0\nlog_size_limit: 0\nremote_syslog: ""').warnings.length, 0)
  assert.match(refused('resolver_tls { ca_file: x }'), 'no such file or directory')
  assert.match(refused('cluster { tls {} }'), "missing 'cert_file' in TLS configuration")
})

test('with an operator nobody is named in the file', () => {
  const operator = `operator: "${token('operator', key, key)}"\nresolver: MEMORY\n`
  const users = 'operators do not allow users to be configured directly'
  assert.match(refused(`${operator}authorization { users: [ { user: a, password: b } ] }`), users)
  assert.match(refused(`${operator}accounts { A {} }`), 'operators do not allow accounts to be configured directly')
  assert.match(
    printed(['-t', '-c', 'f'], { f: `${operator}accounts { A {} }` }).stderr,
    'operators do not allow Accounts to be configured directly',
  )
  assert.match(refused(`${operator}no_auth_user: x`), 'no_auth_user not compatible with Trusted Operator')
  assert.match(refused(`${operator}authorization { token: x }`), 'operators do not allow authorization')
})

test('what is missed by nobody gives one notice, which -t does not mind', () => {
  const text = 'jetstream { store_dir: b }\ncluster { compression: off }\ndisable_sublist_cache: true'
  assert.equal(running(text).warnings, [
    'f:1:0: "jetstream" is not served by this version and has no effect',
    'f:2:11: "compression" is not served by this version and has no effect',
    'f:3:1: "disable_sublist_cache" is not served by this version and has no effect',
  ])
  assert.is(printed(['-t', '-c', 'f'], { f: text }).exit, 0)
})

test('a signal is for another server: nothing is read and nothing starts', () => {
  for (const argv of [['--signal', 'ldm=7'], ['-sl', 'ldm=7'], ['-c', 'no such file', '-sl=ldm=7', '-s']]) {
    assert.equal(loaded(argv), { kind: 'signal', signal: 'ldm=7' })
  }
  assert.is(loaded(['--signal', '']).kind, 'run')
  assert.is(loaded(['--signal', 'ldm', '-v']).kind, 'print')
})

test('flags without effect are told of, and those of TLS need their files', () => {
  const jetstream = loaded(['-js'])
  assert.ok(jetstream.kind === 'run' && jetstream.warnings.length === 1)
  fails(['-tls'], 'TLS Server certificate must be present and valid')
  fails(['--tlscert', 'x'], 'TLS Server private key must be present and valid')
  fails(
    ['--tlscert', 'x', '-tlskey', 'y'],
    'error parsing X509 certificate/key pair: open x: no such file or directory',
  )
  assert.is(running('tls { cert_file: x }', '-tls=false').kind, 'run')
})

test('a key that a variable refers to is no unknown field', () => {
  assert.is(options('X = 4333\nport = $X').port, 4333)
  assert.is(refused('X = 4333\nport = 1'), 'f:1:0: unknown field "X"')
  const read = options('accounts { U = [ {user: a, pass: b} ], A { users: $U } }')
  assert.equal(read.accounts.map((account) => account.name), ['A'])
})

test('the run knows its file and digest', () => {
  const run = running('port: 1')
  assert.is(run.config_file, 'f')
  assert.match(run.config_digest ?? '', /^sha256:[0-9a-f]{64}$/)
})

test.run()
