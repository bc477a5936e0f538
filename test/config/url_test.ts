import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { parse_cluster_listen, parse_route, parse_routes } from '../../src/config/url.ts'
import { ValueError } from '../../src/config/values.ts'
import { suite } from '../harness.ts'

const test = suite('config/url')

test('a cluster URL says where to listen and who may come', () => {
  assert.equal(parse_cluster_listen('nats://127.0.0.1:4248'), { host: '127.0.0.1', port: 4248 })
  assert.equal(parse_cluster_listen('tls://:4248'), { host: '', port: 4248 })
  assert.equal(parse_cluster_listen('nats://127.0.0.1:-1'), { host: '127.0.0.1', port: -1 })
  assert.equal(parse_cluster_listen('nats://a:p%40ss@h:1'), { host: 'h', port: 1, user: 'a', password: 'p@ss' })
  assert.equal(parse_cluster_listen('nats://[::1]:1/'), { host: '::1', port: 1 })
})

test('bad cluster URLs are refused in the words of nats-server', () => {
  const cases: [string, string][] = [
    [':4248', 'parse ":4248": missing protocol scheme'],
    ['nats://127.0.0.1', 'address 127.0.0.1: missing port in address'],
    ['localhost:4248', 'missing port in address'],
    ['foo', 'missing port in address'],
    ['127.0.0.1:4248', 'parse "127.0.0.1:4248": first path segment in URL cannot contain colon'],
    ['nats://127.0.0.1:xxx', 'parse "nats://127.0.0.1:xxx": invalid port ":xxx" after host'],
    ['nats://a:127.0.0.1:6222', 'address a:127.0.0.1:6222: too many colons in address'],
    ['nats://ivan@127.0.0.1:6222', 'expected cluster password to be set'],
    ['nats://[::1:22', 'parse "nats://[::1:22": missing \']\' in host'],
    ['nats://h%zz:1', 'parse "nats://h%zz:1": invalid URL escape "%zz"'],
    ['nats://a b:1', 'parse "nats://a b:1": invalid character " " in host name'],
  ]
  for (const [url, text] of cases) {
    assert.throws(() => parse_cluster_listen(url), (error: Error) => error.message === text, url)
  }
})

test('routes are a list of URLs with a port each', () => {
  assert.equal(parse_routes(''), [])
  assert.equal(parse_routes('nats://h:1, nats-route://u:p@i:2'), [
    { scheme: 'nats', host: 'h', port: 1 },
    { scheme: 'nats-route', host: 'i', port: 2, user: 'u', password: 'p' },
  ])
  for (const url of [':::', 'nats://h', 'nats://:1', 'nats://h:0', 'nats://h:65536', '']) {
    assert.throws(() => parse_route(url), (error: Error) => error.message === `error parsing route url ["${url}"]`, url)
  }
})

test('any text is a URL or a ValueError', () => {
  const piece = fc.constantFrom('nats', ':', '//', '@', '[', ']', '%', '%41', 'h', '1', '-1', ' ', '/', '?', '\n', 'é')
  fc.assert(fc.property(fc.array(piece), (pieces) => {
    for (const parse of [parse_cluster_listen, parse_routes]) {
      try {
        parse(pieces.join(''))
      } catch (error) {
        assert.instance(error, ValueError)
      }
    }
  }))
})

test('the name of a service has no port', () => {
  assert.equal(parse_route('nats-route://u:p@_nats._tcp.example.com'), {
    scheme: 'nats-route',
    host: '_nats._tcp.example.com',
    port: 0,
    user: 'u',
    password: 'p',
  })
  const text = 'nats-route://_nats._tcp.example.com:6222'
  const refusal = `error parsing route url ["${text}"]: name servers tell the ports of a service, leave out ":6222"`
  assert.throws(() => parse_route(text), (error: Error) => error.message === refusal)
})

test.run()
