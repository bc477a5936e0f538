// The head of a request, however it comes, and what is no request.
import * as assert from 'uvu/assert'
import { latin1_bytes } from '../../src/base/bytes.ts'
import { cookies, head_end, header, header_has, type HttpHead, parse_head } from '../../src/wire/http_head.ts'
import { suite } from '../harness.ts'

const test = suite('wire/http_head')

const parsed = (...lines: string[]): HttpHead => parse_head(`${lines.join('\r\n')}\r\n\r\n`)!

test('the end of a head is found whatever its pieces are', () => {
  for (const [text, end] of [['GET / HTTP/1.1\r\nA: b\r\n\r\nmore', 24], ['GET / HTTP/1.1\n\nmore', 16]] as const) {
    const bytes = latin1_bytes(text)
    for (let first = 0; first <= end; first++) {
      assert.is(first < end ? head_end(bytes, 0, first) : -1, -1)
      assert.is(head_end(bytes, first === end ? 0 : first, bytes.length), end, `${first}`)
    }
  }
  assert.is(head_end(latin1_bytes('\r\n\r'), 0, 3), -1)
})

test('method, path and headers are read', () => {
  const head = parsed('GET /a/b?c=d HTTP/1.1', 'Host: h:1', 'X-A:  one ', 'x-a: two', 'Empty:')
  assert.equal([head.method, head.path], ['GET', '/a/b'])
  assert.equal([...head.headers], [['host', ['h:1']], ['x-a', ['one', 'two']], ['empty', ['']]])
  assert.equal([header(head, 'x-a'), header(head, 'empty'), header(head, 'none')], ['one', '', ''])
  assert.is(parsed('GET http://h:80/mqtt#x HTTP/1.0').path, '/mqtt')
})

test('what is no request is none', () => {
  for (const first of ['', 'GET /', 'GET / HTTP/2.0', 'GET  / HTTP/1.1', 'G(T / HTTP/1.1', 'CONNECT {}']) {
    assert.is(parse_head(`${first}\r\nHost: h\r\n\r\n`), null, first)
  }
  for (const line of ['no colon', ': no name', 'na me: x', ' folded: x', 'a: b\0c', 'a: b\rc']) {
    assert.is(parse_head(`GET / HTTP/1.1\r\n${line}\r\n\r\n`), null, line)
  }
})

test('tokens are looked for in lists, whatever their case', () => {
  const head = parsed('GET / HTTP/1.1', 'Connection: keep-alive, UpGrade', 'Connection: x')
  assert.ok(header_has(head, 'connection', 'upgrade') && header_has(head, 'connection', 'x'))
  assert.not(header_has(head, 'connection', 'grade') || header_has(head, 'upgrade', 'websocket'))
})

test('cookies are named; of two with one name the last counts', () => {
  const head = parsed('GET / HTTP/1.1', 'Cookie: a=1; b="two";c=x=y', 'Cookie: a=3; alone')
  assert.equal([...cookies(head)], [['a', '3'], ['b', 'two'], ['c', 'x=y']])
})

test.run()
