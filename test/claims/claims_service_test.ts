// What tools like nsc ask of a server about accounts.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import { make_log } from '../../src/base/log.ts'
import { ClaimsBook } from '../../src/claims/claims_book.ts'
import { ClaimsService } from '../../src/claims/claims_service.ts'
import type { ResolverOptions } from '../../src/config/resolver_options.ts'
import type { OwnMessage } from '../../src/connection/own_messages.ts'
import { SystemInbox } from '../../src/monitor/system_inbox.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'
import { account_token, createAccount, createOperator, NOW_S, token } from '../auth/jwt_rig.ts'

const test = suite('claims/claims_service')
const operator = createOperator(), account = createAccount(), other = createAccount()
const [KEY, OTHER] = [account.getPublicKey(), other.getPublicKey()]
const say = (whose = account, iat = NOW_S) => account_token(operator, whose, {}, { more: { iat } })
const folder = mkdtempSync(join(tmpdir(), 'onehop-claims-'))
test.after(() => rmSync(folder, { recursive: true }))
let folders = 0

function make(kind: 'memory' | 'full' = 'full', how: 'rename' | null = 'rename') {
  const resolver: ResolverOptions = kind === 'memory' ? { kind } : {
    ...{ kind: 'full', dir: join(folder, String(++folders)), limit: 0, interval_ms: 1, timeout_ms: 1, delete: how },
  }
  const options = {
    ...{
      trusted_keys: [operator.getPublicKey()],
      strict_signing_keys: false,
      system_account: '',
      pinned_accounts: [],
      default_sentinel: '',
    },
    ...{ accounts: [], resolver },
  }
  const clock = new ManualClock(NOW_S * 1000), published: OwnMessage[] = [], log: string[] = []
  let changes = 0
  const book = new ClaimsBook(options)
  const publish = (message: OwnMessage) => {
    published.push(message)
    return Promise.resolve()
  }
  const inbox = new SystemInbox({ clock, server_id: 'NID', account: 3, publish })
  const service = new ClaimsService({
    ...{ clock, book, operator: options, inbox, publish, system: { account: 3, name: OTHER } },
    log: make_log((level, text) => log.push(`${level} ${text}`), false, false),
    server_object: () => ({ id: 'NID' }),
    changed: () => Promise.resolve(void changes++),
  })
  const ask = async (subject: string, payload: string | Uint8Array = '', reply = 'r') => {
    const body = Buffer.concat([typeof payload === 'string' ? latin1_bytes(payload) : payload, latin1_bytes('\r\n')])
    assert.is(await service.take({ subject, reply, header_size: 0, body }), true, subject)
    return published.splice(0).map(({ body }) => latin1_text(body, 0, body.length - 2))
  }
  const json = async (subject: string, payload?: string) => JSON.parse((await ask(subject, payload))[0])
  return { service, book, ask, json, inbox, published, log, changes: () => changes }
}

test('claims are taken by either subject, once', async () => {
  const { json, book, changes } = make()
  for (
    const subject of [
      '$SYS.REQ.CLAIMS.UPDATE',
      `$SYS.REQ.ACCOUNT.${KEY}.CLAIMS.UPDATE`,
      `$SYS.ACCOUNT.${KEY}.CLAIMS.UPDATE`,
    ]
  ) {
    assert.equal(await json(subject, say()), {
      server: { id: 'NID' },
      data: { account: KEY, code: 200, message: 'jwt updated' },
    })
  }
  assert.equal([book.has(KEY), changes()], [true, 1])
})

test('what is wrong with them is answered and logged', async () => {
  const { json, log } = make()
  const { error } = await json(`$SYS.REQ.ACCOUNT.${OTHER}.CLAIMS.UPDATE`, say())
  assert.equal(error, {
    ...{ account: OTHER, code: 500, description: 'jwt update resulted in error - subject does not match jwt content' },
  })
  assert.is((await json('$SYS.REQ.CLAIMS.UPDATE', 'x')).error.account, 'n/a')
  assert.is(log.length, 2)
})

test('without a folder only accounts that are known are renewed', async () => {
  const { json, book } = make('memory')
  const subject = `$SYS.REQ.ACCOUNT.${KEY}.CLAIMS.UPDATE`
  assert.is((await json(subject, say())).data.message, 'jwt update skipped')
  book.take(say(), null, NOW_S)
  assert.is((await json(subject, say(account, NOW_S + 1))).data.message, 'jwt updated')
})

test('accounts are looked up, listed and removed', async () => {
  const { ask, json, book } = make()
  book.take(say(), null, NOW_S)
  assert.equal(await ask(`$SYS.REQ.ACCOUNT.${KEY}.CLAIMS.LOOKUP`), [say()])
  assert.equal(await ask(`$SYS.REQ.ACCOUNT.${OTHER}.CLAIMS.LOOKUP`), [''])
  assert.equal((await json('$SYS.REQ.CLAIMS.LIST')).data, [KEY])
  const order = (accounts: unknown, by = operator, of = operator) => token('operator', by, of, { accounts })
  for (
    const [wrong, why] of [
      [order([KEY], createOperator()), 'not self signed'],
      ['x', 'not self signed'],
      [order('x'), 'malformed request'],
      [order([1]), 'malformed request'],
      [order([OTHER]), 'not allowed to delete system account'],
    ]
  ) assert.match((await json('$SYS.REQ.CLAIMS.DELETE', wrong)).error.description, why)
  const stranger = createOperator()
  assert.match(
    (await json('$SYS.REQ.CLAIMS.DELETE', order([KEY], stranger, stranger))).error.description,
    'not trusted',
  )
  assert.is((await json('$SYS.REQ.CLAIMS.DELETE', order([KEY]))).data.message, 'deleted 1 accounts')
  assert.is(book.has(KEY), false)
  assert.match(
    (await make('full', null).json('$SYS.REQ.CLAIMS.DELETE', order([KEY]))).error.description,
    'must be enabled',
  )
})

test('servers with all accounts give each other what is missing', async () => {
  const one = make(), two = make()
  one.book.take(say(), null, NOW_S)
  assert.equal(await one.ask('$SYS.REQ.CLAIMS.PACK', two.book.hash()), [`${KEY}|${say()}`, ''])
  assert.equal(await one.ask('$SYS.REQ.CLAIMS.PACK', one.book.hash()), [''])
  const synchronizing = two.service.synchronize(1000)
  const [{ reply = '' }] = two.published.splice(0)
  assert.equal(await two.ask('$SYS.REQ.CLAIMS.PACK', one.book.hash(), reply), [], 'its own question')
  for (const text of [`${OTHER}|${say()}`, `${KEY}|${say()}`, '']) {
    two.inbox.take({ subject: reply, reply: '', header_size: 0, body: latin1_bytes(`${text}\r\n`) })
  }
  await synchronizing
  assert.equal([two.book.token(KEY), two.changes()], [say(), 1])
  assert.match(two.log[0], /Merging accounts resulted in error: .* subject does not match/)
  assert.equal(one.book.hash(), two.book.hash())
})

test('what is about something else is left to others', async () => {
  const { service } = make()
  const message = { subject: '$SYS.REQ.SERVER.PING', reply: '', header_size: 0, body: latin1_bytes('\r\n') }
  assert.is(await service.take(message), false)
})

test.run()
