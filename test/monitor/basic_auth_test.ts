import { Buffer } from 'node:buffer'
import * as assert from 'uvu/assert'
import { make_basic_auth, read_basic } from '../../src/monitor/basic_auth.ts'
import { suite } from '../harness.ts'

const test = suite('monitor/basic_auth')

const header = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
const HASH = '$2a$04$' + 'x'.repeat(53)

test('only that user with that password', async () => {
  const auth = make_basic_auth({
    options: { http_user: 'ann', http_password: 'a:b' },
    check_hash: () => Promise.reject(new Error('no hash')),
  })
  assert.is(await auth.admits('/varz', undefined), false)
  for (const [user, password] of [['ann', 'a'], ['bob', 'a:b'], ['ann', ''], ['', ''], ['ann', 'a:b ']]) {
    assert.is(await auth.admits('/varz', header(user, password)), false, `${user} ${password}`)
  }
  assert.is(await auth.admits('/varz', header('ann', 'a:b')), true)
  assert.is(await auth.admits('/healthz', undefined), true, 'a probe')
  assert.is(await auth.admits('/healthz/x', undefined), false)
})

test('a hash is compared once for as long as the same comes', async () => {
  let compared = 0
  const check_hash = (password: string, hash: string) => {
    compared++
    return Promise.resolve(hash === HASH && password === 'secret')
  }
  const auth = make_basic_auth({ options: { http_user: 'ann', http_password: HASH }, check_hash })
  assert.is(await auth.admits('/varz', header('ann', HASH)), false, 'the hash itself')
  assert.is(await auth.admits('/varz', header('ann', 'wrong')), false)
  for (let i = 0; i < 3; i++) assert.is(await auth.admits('/varz', header('ann', 'secret')), true)
  assert.is(compared, 3)
  const busy = make_basic_auth({
    options: { http_user: 'ann', http_password: HASH },
    check_hash: () => Promise.reject(new Error('busy')),
  })
  assert.is(await busy.admits('/varz', header('ann', 'secret')), false)
})

test('another password holds from the next look on, and none at all', async () => {
  const options = { http_user: 'ann', http_password: 'old' }
  const auth = make_basic_auth({ options, check_hash: () => Promise.resolve(false) })
  assert.is(await auth.admits('/varz', header('ann', 'old')), true)
  options.http_password = 'new'
  assert.is(await auth.admits('/varz', header('ann', 'old')), false)
  assert.is(await auth.admits('/varz', header('ann', 'new')), true)
  options.http_user = ''
  assert.is(await auth.admits('/varz', undefined), true)
})

test('headers of other kinds are nobody', () => {
  assert.equal(read_basic(header('é', 'ü')), { user: 'é', password: 'ü' })
  assert.equal(read_basic('basic YTo='), { user: 'a', password: '' })
  for (const text of ['', 'Bearer YTpi', 'Basic', 'Basic !!', 'Basic YQ==', 'Basic YTpi YTpi']) {
    assert.is(read_basic(text), null, text)
  }
})

test.run()
