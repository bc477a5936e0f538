import * as assert from 'uvu/assert'
import { address_of, parse_given, reachable_host, target_key, told_target } from '../../src/doctor/target.ts'
import { suite } from '../harness.ts'

const test = suite('doctor/target')

const short = (text: string) => {
  const { target: { door, host, port, tls }, credentials } = parse_given(text)
  return [door, host, port, tls, credentials]
}

test('each scheme has a door and a usual port', () => {
  const cases: [string, ...unknown[]][] = [
    ['nats://a', 'client', 'a', 4222, false, null],
    ['a:5222', 'client', 'a', 5222, false, null],
    ['tls://a', 'client', 'a', 4222, true, null],
    ['ws://a', 'websocket', 'a', 80, false, null],
    ['wss://a/', 'websocket', 'a', 443, true, null],
    ['http://10.0.0.1', 'monitor', '10.0.0.1', 8222, false, null],
    ['https://[::1]:1/varz', 'monitor', '::1', 1, true, null],
    ['nats-route://a', 'route', 'a', 6222, false, null],
  ]
  for (const [text, ...expected] of cases) assert.equal(short(text), expected, text)
})

test('users in URLs: with a password a user, without a token', () => {
  assert.equal(short('nats://u:p%40@a:1')[4], { user: 'u', password: 'p@' })
  assert.equal(short('secret@a:1')[4], { user: 'secret' })
})

test('what is no URL of a server', () => {
  assert.throws(() => parse_given('ftp://a'), /"ftp:\/\/" is not known; there are nats, tls, /)
  for (const text of ['nats://', 'nats://a:0', 'nats://a:99999', 'nats://:1', 'nats://a b', '']) {
    assert.throws(() => parse_given(text), undefined, text)
  }
})

test('addresses as servers tell them', () => {
  const about = { door: 'route', tls: false, told_by: 'x' } as const
  const place = (text: string) => {
    const told = told_target(text, about)
    return told && address_of(told)
  }
  assert.is(place('10.0.0.1:6222'), '10.0.0.1:6222')
  assert.is(place('nats-route://u:p@a.example:6222/'), 'a.example:6222')
  assert.is(place('[::1]:6222'), '[::1]:6222')
  for (const text of ['', 'a', ':', 'a:b', '::1', 'a:0']) assert.is(place(text), null, text)
})

test('any address is where it was seen, and one address is one key', () => {
  assert.equal(['', '0.0.0.0', '::', 'a'].map((host) => reachable_host(host, 'seen')), ['seen', 'seen', 'seen', 'a'])
  const { target } = parse_given('nats://A:1')
  assert.is(target_key(target), target_key({ ...target, host: 'a', told_by: 'b', tls: true }))
  assert.is.not(target_key(target), target_key({ ...target, door: 'route' }))
})

test.run()
