import fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  host_port,
  parse_route_url,
  route_url_text,
  type RouteUrl,
  same_route_url,
  unmapped_ip,
  verified_name,
} from '../../src/cluster/route_url.ts'
import { suite } from '../harness.ts'

const test = suite('cluster/route_url')
const parsed = (text: string) => parse_route_url(text) as RouteUrl

test('a route URL gives host, port and decoded user information', () => {
  const cases: [string, object][] = [
    ['nats-route://127.0.0.1:6222', { host: '127.0.0.1', port: 6222 }],
    ['nats-route://127.0.0.1:6222/', { host: '127.0.0.1', port: 6222 }],
    ['nats://node-1.example:1', { scheme: 'nats', host: 'node-1.example', port: 1 }],
    ['nats-route://[::1]:65535/', { host: '::1', port: 65535 }],
    ['nats-route://ruth@h:1', { host: 'h', port: 1, user: 'ruth' }],
    ['nats-route://ruth:@h:1', { host: 'h', port: 1, user: 'ruth', password: '' }],
    ['nats-route://a%40b:p%3A%2Fs%25@h:1', { host: 'h', port: 1, user: 'a@b', password: 'p:/s%' }],
    ['nats-route://u:a:b@[fe80::1]:1', { host: 'fe80::1', port: 1, user: 'u', password: 'a:b' }],
  ]
  for (const [text, want] of cases) assert.equal(parsed(text), { scheme: 'nats-route', ...want }, text)
})

test('what is no route URL is an error that shows no password', () => {
  const bad = ['', 'h', 'h:1', '//h:1', 'x://', 'x://h', 'x://h:', 'x://h:0', 'x://h:65536', 'x://h:1a', 'x://:1']
  bad.push('x://[::bad:port', 'x://::1:6222', 'x://[1.2.3.4]:1', 'x://h h:1', 'x://%zz:p@h:1', 'x://[::1]')
  for (const text of bad) assert.ok('error' in parse_route_url(text), text)
  const { error } = parse_route_url('x://u:secret@h:0') as { error: string }
  assert.is(error, 'parse "x://u:xxxxx@h:0": invalid port')
})

test('the text of a URL hides the password and brackets IPv6', () => {
  assert.is(route_url_text(parsed('nats-route://u:p@[::1]:1/')), 'nats-route://u:xxxxx@[::1]:1')
  assert.is(route_url_text(parsed('nats://u@h:1')), 'nats://u@h:1')
  assert.is(route_url_text(parsed('nats://h:1')), 'nats://h:1')
})

test('entries of the configuration are compared with user information and without case', () => {
  const same = (a: string, b: string) => same_route_url(parsed(a), parsed(b))
  assert.ok(same('nats://Host:1', 'nats-route://host:1/'))
  assert.not.ok(same('nats://host:1', 'nats://host:2'))
  assert.not.ok(same('nats://u:p@host:1', 'nats://u:q@host:1'))
  assert.not.ok(same('nats://u:p@host:1', 'nats://host:1'))
})

test('a mapped IPv4 address is shown as IPv4', () => {
  assert.is(unmapped_ip('::ffff:127.0.0.1'), '127.0.0.1')
  assert.is(unmapped_ip('::FFFF:10.0.0.1'), '10.0.0.1')
  assert.is(unmapped_ip('::1'), '::1')
  assert.is(host_port('::1', 5), '[::1]:5')
})

test('user information survives encoding and parsing', () => {
  fc.assert(fc.property(fc.string({ minLength: 1 }), fc.string(), (user, password) => {
    const text = `nats://${encodeURIComponent(user)}:${encodeURIComponent(password)}@h:1`
    assert.equal(parsed(text), { scheme: 'nats', host: 'h', port: 1, user, password })
  }))
})

test('a service is shown without a port, and vouches for nobody', () => {
  const service = { scheme: 'nats-route', host: '_nats._tcp.example', port: 0 }
  assert.is(route_url_text(service), 'nats-route://_nats._tcp.example')
  const seed = { scheme: 'nats-route', host: '10.0.0.1', port: 1 }
  assert.is(verified_name(seed, [service]), '10.0.0.1')
  assert.is(verified_name({ ...seed, tls_name: 'a.example' }, [service]), 'a.example')
})

test.run()
