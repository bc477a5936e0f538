import * as assert from 'uvu/assert'
import { gunzipSync } from 'node:zlib'
import { EncodedBody, has_version, text_body } from '../../src/monitor/encoded_body.ts'
import { suite } from '../harness.ts'

const test = suite('monitor/encoded_body')

const long = 'words and words '.repeat(500)

test('who takes gzip gets it, made once, if it is worth it', async () => {
  const body = text_body(long, 'best')
  const first = await body.for({ 'accept-encoding': 'br, gzip;q=0.8' })
  assert.is(gunzipSync(first.body).toString(), long)
  assert.equal(first.headers, { Vary: 'Accept-Encoding', 'Content-Encoding': 'gzip' })
  assert.is((await body.for({ 'accept-encoding': 'gzip' })).body, first.body)
  const short = text_body('few words', 'quick')
  assert.is((await short.for({ 'accept-encoding': 'gzip' })).body, short.plain)
})

test('who does not take it gets the text as it is', async () => {
  const body = text_body(long, 'quick')
  for (const accepted of [undefined, '', 'br', 'gzip;q=0', 'gzip; q=0.0', 'xgzip']) {
    const { body: bytes, headers } = await body.for(accepted === undefined ? {} : { 'accept-encoding': accepted })
    assert.equal([bytes, headers], [body.plain, { Vary: 'Accept-Encoding' }], accepted)
  }
})

test('a version is named by its bytes', () => {
  const etag = text_body('a', 'best').etag
  assert.match(etag, /^"[\w-]{22}"$/)
  assert.is(new EncodedBody(new Uint8Array([97]), 'quick').etag, etag)
  assert.is.not(text_body('b', 'best').etag, etag)
  for (const known of [etag, `W/${etag}`, `"x", ${etag}`]) {
    assert.is(has_version({ 'if-none-match': known }, etag), true)
  }
  assert.equal([has_version({}, etag), has_version({ 'if-none-match': '"x"' }, etag)], [false, false])
})

test.run()
