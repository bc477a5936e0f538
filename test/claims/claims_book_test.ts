// Accounts by their signed claims, in memory and in a folder.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { read_account } from '../../src/auth/account_claims.ts'
import { read_jwt } from '../../src/auth/jwt.ts'
import { adopt_accounts, ClaimsBook, ClaimsError } from '../../src/claims/claims_book.ts'
import { default_options } from '../../src/config/options.ts'
import type { ResolverOptions } from '../../src/config/resolver_options.ts'
import { suite } from '../harness.ts'
import { account_token, createAccount, createOperator, NOW_S } from '../auth/jwt_rig.ts'

const test = suite('claims/claims_book')
const operator = createOperator(), other = createOperator()
const [one, two] = [createAccount(), createAccount()]
const key = (account: typeof one) => account.getPublicKey()
const say = (account: typeof one, iat = NOW_S, by = operator, more = {}) =>
  account_token(by, account, {}, { more: { iat, ...more } })

const folders: string[] = []
const folder = () => folders[folders.push(mkdtempSync(join(tmpdir(), 'onehop-claims-'))) - 1]
test.after(() => {
  for (const each of folders) rmSync(each, { recursive: true })
})

const options = (resolver: ResolverOptions = { kind: 'memory' }, tokens: string[] = []) => ({
  ...{
    trusted_keys: [operator.getPublicKey()],
    strict_signing_keys: false,
    system_account: '',
    pinned_accounts: [],
    default_sentinel: '',
    resolver,
  },
  accounts: tokens.map((token) => read_account(read_jwt(token)!)),
})
const full = (dir: string, limit = 0): ResolverOptions => (
  { kind: 'full', dir, limit, interval_ms: 1, timeout_ms: 1, delete: 'rename' }
)

test('newer claims take the place of older ones', () => {
  const book = new ClaimsBook(options())
  assert.is(book.take(say(one), key(one), NOW_S), true)
  assert.is(book.take(say(one), key(one), NOW_S), false, 'the same')
  assert.is(book.take(say(one, NOW_S - 5), null, NOW_S), false, 'older')
  const newer = say(one, NOW_S + 5)
  assert.is(book.take(newer, null, NOW_S), true)
  assert.is(book.token(key(one)), newer)
  book.fill(options(undefined, [say(one), say(two)]).accounts)
  assert.equal([book.token(key(one)), book.has(key(two))], [newer, true])
})

test('what is not right is not taken, and it says why', () => {
  const book = new ClaimsBook(options())
  const refused: [string, string | null, RegExp][] = [
    ['x', null, /not an account JWT/],
    [say(one), key(two), /subject does not match/],
    [say(one, NOW_S, other), null, /issuer is not trusted/],
    [say(one, NOW_S, operator, { exp: NOW_S - 1 }), null, /do not hold at this time/],
  ]
  for (const [token, key, why] of refused) {
    assert.throws(
      () => book.take(token, key, NOW_S),
      (error: Error) => error instanceof ClaimsError && why.test(error.message),
    )
  }
  assert.equal(book.accounts, [])
})

test('a folder is read at the start and keeps what comes, in the files of nats-server', () => {
  const dir = folder()
  const book = new ClaimsBook(options(full(dir)))
  book.take(say(one), null, NOW_S)
  assert.equal(readdirSync(dir), [`${key(one)}.jwt`])
  assert.is(readFileSync(join(dir, `${key(one)}.jwt`), 'utf8'), say(one))
  for (const [name, text] of [['x.jwt', 'garbage'], ['y.jwt', say(two, NOW_S, other)], ['z.txt', say(two)]]) {
    writeFileSync(join(dir, name), text)
  }
  assert.equal(new ClaimsBook(options(full(dir))).accounts.map(({ claims }) => claims.key), [key(one)])
})

test('an account that is removed leaves its file under another name, or none', () => {
  for (const keeps of [true, false]) {
    const dir = folder(), book = new ClaimsBook(options(full(dir)))
    book.take(say(one), null, NOW_S)
    book.remove(key(one), keeps)
    assert.equal([book.has(key(one)), readdirSync(dir)], [false, keeps ? [`${key(one)}.jwt.deleted`] : []])
    assert.throws(() => book.remove(key(one), keeps), 'is not known')
  }
})

test('a full folder is full; a cache forgets its oldest file, and what is old', () => {
  const book = new ClaimsBook(options(full(folder(), 1)))
  book.take(say(one), null, NOW_S)
  assert.throws(() => book.take(say(two), null, NOW_S), 'jwt store is full')
  assert.is(book.take(say(one, NOW_S + 1), null, NOW_S), true)
  const dir = folder(), cache = new ClaimsBook(options({ kind: 'cache', dir, limit: 1, ttl_ms: 1, timeout_ms: 1 }))
  cache.take(say(one), null, NOW_S)
  cache.take(say(two), null, NOW_S)
  assert.equal([readdirSync(dir), cache.accounts.length], [[`${key(two)}.jwt`], 2])
  utimesSync(join(dir, `${key(two)}.jwt`), 1000, 1000)
  cache.expire(999_000)
  assert.is(readdirSync(dir).length, 1)
  cache.expire(1_001_000)
  assert.equal([readdirSync(dir).length, cache.accounts.length], [0, 2])
})

test('a folder that can not be one is refused', () => {
  const file = join(folder(), 'file')
  writeFileSync(file, '')
  assert.throws(() => new ClaimsBook(options(full(file))), 'needs to point to an accessible directory')
  assert.ok(existsSync(file))
})

test('the hash is that of what is known, in whatever order it came', () => {
  const [a, b] = [new ClaimsBook(options()), new ClaimsBook(options())]
  for (const each of [one, two]) a.take(say(each), null, NOW_S)
  for (const each of [two, one]) b.take(say(each), null, NOW_S)
  assert.equal(a.hash(), b.hash())
  b.take(say(one, NOW_S + 1), null, NOW_S)
  assert.not.equal(a.hash(), b.hash())
})

test('options have the accounts of the book', () => {
  const book = new ClaimsBook(options(undefined, [say(one), say(two)]))
  const all = { ...default_options(), operator: options() }
  adopt_accounts(all, book, NOW_S * 1000, () => {})
  assert.equal(all.accounts.map(({ name }) => name), [key(one), key(two)])
  assert.is(all.operator.accounts.length, 2)
})

test.run()
