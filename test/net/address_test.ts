import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import * as address from '../../src/net/address.ts'

const test = suite('net/address')

test('addresses are read with and without port, IPv6 in brackets', () => {
  const { parse_address } = address
  assert.equal(parse_address('host:4222'), { host: 'host', port: 4222 })
  assert.equal(parse_address('10.1.2.3:0'), { host: '10.1.2.3', port: 0 })
  assert.equal(parse_address(':65535'), { host: '', port: 65535 })
  assert.equal(parse_address('[::1]:4222'), { host: '::1', port: 4222 })
  assert.equal(parse_address('[::1]', 6222), { host: '::1', port: 6222 })
  assert.equal(parse_address('::1', 6222), { host: '::1', port: 6222 })
  assert.equal(parse_address('host', 6222), { host: 'host', port: 6222 })
  for (const bad of ['host', 'host:', 'host:65536', 'host:-1', 'host:12a', '[host]:1', '[::1]x', '::1:x', 'a b:1']) {
    assert.is(parse_address(bad), null, bad)
  }
})

test('addresses are written so that they can be read again', () => {
  for (const [host, port] of [['a.b', 1], ['::1', 2], ['1.2.3.4', 3]] as const) {
    assert.equal(address.parse_address(address.format_address(host, port)), { host, port })
  }
  assert.is(address.format_address('fe80::1', 4222), '[fe80::1]:4222')
  assert.is(address.bare_host('[::]'), '::')
})

test('mapped IPv4 addresses are unmapped, nothing else is', () => {
  assert.is(address.unmap('::ffff:10.0.0.1'), '10.0.0.1')
  assert.is(address.unmap('::FFFF:10.0.0.1'), '10.0.0.1')
  assert.is(address.unmap('::ffff:a00:1'), '::ffff:a00:1')
  assert.is(address.unmap('::1'), '::1')
})

test('any-address and loopback are known in all spellings', () => {
  assert.equal(['', '0.0.0.0', '::', '[::]', '::1', '10.0.0.1'].map(address.is_any_host), [
    true,
    true,
    true,
    true,
    false,
    false,
  ])
  assert.equal(
    ['127.0.0.1', '127.9.9.9', '::1', '[::1]', '::ffff:127.0.0.1', '10.0.0.1', '127.example'].map(
      address.is_loopback,
    ),
    [true, true, true, true, true, false, false],
  )
})

test('interface addresses leave out what others can not reach', () => {
  const info = (address: string, internal = false) => ({ address, internal }) as any
  const read = () => ({
    lo: [info('127.0.0.1', true), info('::1', true)],
    eth0: [info('10.0.0.5'), info('fe80::1'), info('2001:db8::5'), info('169.254.3.3')],
    eth1: [info('10.0.0.5')],
    eth2: undefined,
  })
  assert.equal(address.interface_addresses(read), ['10.0.0.5', '2001:db8::5'])
  assert.ok(Array.isArray(address.interface_addresses()))
})

test('localhost ends on 127.0.0.1, addresses stand for themselves', async () => {
  assert.is(await address.resolve_listen_host('localhost'), '127.0.0.1')
  assert.is(await address.resolve_listen_host(''), '0.0.0.0')
  assert.is(await address.resolve_listen_host('[::]'), '::')
  assert.equal(await address.resolve_host('[::1]'), ['::1'])
  await address.resolve_host('').then(
    () => assert.unreachable(),
    (error) => assert.match(error.message, 'no such host'),
  )
})

test.run()
