// Accounts that nobody here knows: asked of a URL, or of the other servers.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as assert from 'uvu/assert'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import { ACCOUNT_LOOKUPS_MAX } from '../../src/base/limits.ts'
import { make_log } from '../../src/base/log.ts'
import { AccountLookup } from '../../src/claims/account_lookup.ts'
import { ClaimsBook } from '../../src/claims/claims_book.ts'
import type { ResolverOptions } from '../../src/config/resolver_options.ts'
import type { OwnMessage } from '../../src/connection/own_messages.ts'
import { SystemInbox } from '../../src/monitor/system_inbox.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'
import { account_token, createAccount, createOperator, NOW_S } from '../auth/jwt_rig.ts'

const test = suite('claims/account_lookup')
const operator = createOperator(), account = createAccount(), KEY = account.getPublicKey()
const TOKEN = account_token(operator, account)

function make(resolver: ResolverOptions, peers = 2) {
  const clock = new ManualClock(NOW_S * 1000), published: OwnMessage[] = [], log: string[] = []
  let changes = 0
  const book = new ClaimsBook({
    ...{
      trusted_keys: [operator.getPublicKey()],
      strict_signing_keys: false,
      system_account: '',
      pinned_accounts: [],
      default_sentinel: '',
    },
    ...{ accounts: [], resolver: { kind: 'memory' } },
  })
  const publish = (message: OwnMessage) => {
    published.push(message)
    return Promise.resolve()
  }
  const inbox = new SystemInbox({ clock, server_id: 'NID', account: 3, publish })
  const lookup = new AccountLookup({
    ...{ clock, book, resolver, inbox, peers: () => peers },
    log: make_log((level, text) => log.push(`${level} ${text}`), false, false),
    changed: () => Promise.resolve(void changes++),
  })
  const answer = (text: string) =>
    inbox.take({ subject: published[0].reply!, reply: '', header_size: 0, body: latin1_bytes(`${text}\r\n`) })
  return { lookup, book, clock, published, answer, log, changes: () => changes }
}

const CACHE: ResolverOptions = { kind: 'cache', dir: '', limit: 1, ttl_ms: 0, timeout_ms: 500 }

test('others are asked once, and the first that knows is enough', async () => {
  const { lookup, book, published, answer, changes } = make(CACHE)
  const both = [lookup.find(KEY), lookup.find(KEY)]
  assert.equal(published.map(({ subject }) => latin1_text(subject)), [`$SYS.REQ.ACCOUNT.${KEY}.CLAIMS.LOOKUP`])
  answer('')
  answer(TOKEN)
  await Promise.all(both)
  assert.equal([book.has(KEY), changes()], [true, 1])
})

test('nobody knows, or answers, or is there', async () => {
  const nobody = make(CACHE), silent = make(CACHE), alone = make(CACHE, 0), memory = make({ kind: 'memory' })
  const asking = [nobody, silent, alone, memory].map(({ lookup }) => lookup.find(KEY))
  nobody.answer('')
  nobody.answer('')
  silent.clock.pass(500)
  await Promise.all(asking)
  for (const each of [nobody, silent, alone, memory]) assert.equal([each.book.has(KEY), each.log], [false, []])
})

test('what is not right is not taken, and said', async () => {
  const { lookup, book, answer, log } = make(CACHE)
  const asking = lookup.find(createAccount().getPublicKey())
  answer(TOKEN)
  await asking
  assert.is(book.accounts.length, 0)
  assert.match(log[0], /^ERR Account \[A.*\] fetch failed: subject does not match jwt content/)
})

test('too many at once are not looked for', async () => {
  const { lookup, published } = make(CACHE)
  for (let i = 0; i < ACCOUNT_LOOKUPS_MAX; i++) void lookup.find(`A${i}`)
  await lookup.find(KEY)
  assert.is(published.length, ACCOUNT_LOOKUPS_MAX)
})

test('a URL is asked with the key behind it', async () => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url!)
    response.statusCode = request.url === `/a/${KEY}` ? 200 : request.url!.endsWith('X') ? 500 : 404
    response.end(response.statusCode === 200 ? `${TOKEN}\n` : '')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a/`
    const { lookup, book, log } = make({ kind: 'url', url, timeout_ms: 5000 })
    await lookup.find(KEY)
    assert.is(book.token(KEY), TOKEN)
    await lookup.find('ANONE')
    assert.equal(log, [])
    await lookup.find('AX')
    assert.match(log[0], /fetch failed: .*could not fetch: 500/)
    assert.equal(asked, [`/a/${KEY}`, '/a/ANONE', '/a/AX'])
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

test.run()
