// Configurations that nobody has written on purpose: whatever stands in the file, the answer is options or a text with its place, soon.
import * as assert from 'uvu/assert'
import { type Random, seeded_random } from '../../src/base/prng.ts'
import { load } from '../../src/config/load.ts'
import { suite } from '../harness.ts'
import { sized } from '../sizes.ts'
import { account_token, createAccount, createOperator, token } from '../auth/jwt_rig.ts'

const test = suite('config/fuzz', sized({ short: 120_000, full: 120_000, long: 1_200_000 }))
const INPUTS = sized({ short: 2_000, full: 10_000, long: 1_000_000 })
/** One input takes some hundred microseconds; a second would be a hang. */
const INPUT_MS_MAX = 1_000

const operator = createOperator(), account = createAccount(), key = account.getPublicKey()
const HONEST = [
  `port: 4222, host: "127.0.0.1", server_name: one, max_payload: 1MB, ping_interval: "2m", debug: true
  authorization { users: [ {user: a, password: $PASS, permissions { publish { allow: ["a.>", b], deny: c }, subscribe: "x.*", allow_responses { max: 2, expires: "1m" } }} ]
    timeout: 0.5 }
  cluster { name: c, listen: 0.0.0.0:6222, routes: [ "nats://u:p@h:1", "nats://h:2" ], permissions { import: a, export: { deny: [b] } }, pool_size: 3 }
  websocket { port: 8080, no_tls: true, compression: true, allowed_origins: ["http://h"] }
  server_tags: [ "a:1", b ], server_metadata { k: v }, lame_duck_duration: "30s"`,
  `accounts: { A: { users: [ {user: a, pass: b} ], exports: [ {stream: "s.>"}, {service: "q.*", accounts: [B], latency: lat} ],
    mappings { "x.*": [ {destination: "y.$1", weight: 50%}, {dest: "z.{{wildcard(1)}}", weight: 20%} ] }, limits { max_conn: 5 } }
    B: { users: [ {nkey: UAAA} ], imports: [ {stream: {account: A, subject: "s.>"}, prefix: p}, {service: {account: A, subject: "q.*"}, to: "w.*"} ], msg_trace: {dest: t, sampling: 5} } }
  PASS = "secret" # a comment
  system_account: A // another
  authorization { auth_callout { issuer: ${key}, auth_users: [a], account: A } }`,
  `operator: ${token('operator', operator, operator)}
  resolver { type: full, dir: "/none", interval: "1m", limit: 5, allow_delete: true }
  resolver_preload { ${key}: ${account_token(operator, account)} }
  tls { cert_file: "/none", key_file: "/none", verify: true, timeout: 2, cipher_suites: [ x ], pinned_certs: [ "ab" ] }
  logfile: "/dev/null", log_file: x, proxy_protocol: yes, write_deadline: 5s, max_connections: 1K, http: 8222`,
]
const PIECES = [
  '{',
  '}',
  '[',
  ']',
  ':',
  '=',
  ',',
  '"',
  "'",
  '(',
  ')',
  '\n',
  '#',
  '//',
  '$',
  'include x',
  '\\x',
  '\\',
  '$A',
  '1e9',
  '-1',
  '5GB',
  '\0',
  '\xff',
  'true',
]

/** Some bytes gone, doubled, moved, or others in their place. */
function mutated(text: string, random: Random): string {
  let made = text
  for (let i = 1 + random.below(6); i > 0; i--) {
    const at = random.below(made.length + 1), length = random.below(random.below(4) === 0 ? 200 : 8)
    const piece = made.slice(at, at + length), rest = made.slice(at + length), other = random.below(made.length + 1)
    made = [
      () => made.slice(0, at) + rest,
      () => made.slice(0, at) + piece + piece + rest,
      () => made.slice(0, at) + PIECES[random.below(PIECES.length)] + rest,
      () => made.slice(0, at) + String.fromCharCode(random.below(256)) + made.slice(at),
      () => made.slice(0, at) + made.slice(other, other + length) + made.slice(at),
      () => made.slice(0, at) + PIECES[random.below(PIECES.length)].repeat(random.below(300)) + made.slice(at),
    ][random.below(6)]()
  }
  return made
}

test('whatever stands in the file', () => {
  const seed = Number(process.env.ONEHOP_SEED ?? 1)
  const random = seeded_random(seed)
  const kinds = { run: 0, print: 0 }
  for (let i = 0; i < INPUTS; i++) {
    const text = mutated(HONEST[random.below(HONEST.length)], random)
    const start = performance.now()
    const where = `input ${i} of seed ${seed}: ${JSON.stringify(text)}`
    try {
      const loaded = load(['-c', 'f'], { PASS: 'p' }, { read: () => text, help: () => '', help_tls: () => '' })
      if (loaded.kind === 'signal') throw new Error('A file is no signal')
      kinds[loaded.kind]++
      if (loaded.kind === 'print') assert.match(loaded.stderr, /^nats-server: \S/)
    } catch (error) {
      throw new Error(`${where}\n${error instanceof Error ? error.stack : error}`)
    }
    if (performance.now() - start > INPUT_MS_MAX) throw new Error(`It takes too long: ${where}`)
  }
  // Both happen, or the inputs say nothing.
  assert.ok(kinds.run > INPUTS / 500 && kinds.print > INPUTS / 4, JSON.stringify(kinds))
})

test.run()
