import * as assert from 'uvu/assert'
import {
  number_of,
  object_of,
  objects_of,
  read_info,
  read_object,
  text_of,
  texts_of,
} from '../../src/doctor/server_said.ts'
import { suite } from '../harness.ts'

const test = suite('doctor/server_said')

test('an INFO as servers say it', () => {
  const text = 'INFO {"server_id":"N","server_name":"a","version":"2.9.10","go":"go1","cluster":"c","max_payload":7,' +
    '"connect_urls":["a:1"],"ws_connect_urls":["b:2"],"ldm":true,"auth_required":true,"tls_required":true,"client_id":3} '
  const { server, fields } = read_info(text)!
  assert.equal(server, {
    ...{ id: 'N', name: 'a', version: '2.9.10', go: 'go1', cluster: 'c', max_payload: 7 },
    ...{ connect_urls: ['a:1'], ws_connect_urls: ['b:2'], is_lame_duck: true, needs_login: true, needs_tls: true },
  })
  assert.is(fields.client_id, 3)
})

test('fields that are missing or of a wrong type are as if they were not there; without an id it is no server', () => {
  const { server } = read_info(
    'INFO {"server_id":"N","max_payload":"x","connect_urls":[1,{},"a:1"],"ldm":1,"cluster":{}}',
  )!
  assert.equal(
    [server.name, server.max_payload, server.connect_urls, server.is_lame_duck, server.cluster],
    ['N', 0, ['a:1'], false, ''],
  )
  for (const text of ['', 'INFO', 'INFO {}', 'INFO {', 'INFO []', 'INFO null', 'info', '+OK', 'INFO {"server_id":1}']) {
    assert.is(read_info(text), null, text)
  }
})

test('what a server says can not move a cursor, and is bounded', () => {
  assert.is(text_of('a\x1b[2Jb\r\n\x9b'), 'a?[2Jb???')
  assert.is(text_of('x'.repeat(10_000)).length, 256)
  assert.is(texts_of(Array(5_000).fill('a')).length, 1_024)
  assert.is(objects_of(Array(5_000).fill({})).length, 1_024)
})

test('values of any kind', () => {
  assert.equal([text_of(1), number_of('1'), number_of(2)], ['', 0, 2])
  assert.equal([object_of(null), object_of([]), object_of({ a: 1 })], [null, null, { a: 1 }])
  assert.equal([objects_of({}), objects_of([1, { a: 1 }])], [[], [{ a: 1 }]])
  assert.equal([read_object('{"a":1}'), read_object('['), read_object('1')], [{ a: 1 }, null, null])
})

test.run()
