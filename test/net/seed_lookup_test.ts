import * as assert from 'uvu/assert'
import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { look_up_seeds, type NameServer, system_names } from '../../src/net/seed_lookup.ts'
import { suite } from '../harness.ts'

const test = suite('net/seed_lookup')

const fails = (text: string) => Promise.reject(new Error(text))

function names(hosts: Record<string, string[]>, services: { name: string; port: number }[] = []): NameServer {
  return {
    addresses: (host) => hosts[host] ? Promise.resolve(hosts[host]) : fails(`no ${host}`),
    services: () => Promise.resolve(services),
  }
}

test('a host is all of its addresses', async () => {
  assert.equal(await look_up_seeds('a.example', names({ 'a.example': ['10.0.0.1', '::7'] })), [
    { name: 'a.example', address: '10.0.0.1', port: 0 },
    { name: 'a.example', address: '::7', port: 0 },
  ])
})

test('a service is all addresses of all of its hosts, each with its port', async () => {
  const hosts = { one: ['10.0.0.1', '10.0.0.2'], two: ['10.0.0.3'] }
  const services = [{ name: 'one', port: 1 }, { name: 'gone', port: 2 }, { name: 'two', port: 3 }]
  assert.equal(await look_up_seeds('_nats._tcp.example', names(hosts, services)), [
    { name: 'one', address: '10.0.0.1', port: 1 },
    { name: 'one', address: '10.0.0.2', port: 1 },
    { name: 'two', address: '10.0.0.3', port: 3 },
  ])
})

test('what can not be answered at all rejects', async () => {
  const failure = (promise: Promise<unknown>) => promise.then(() => 'none', (error: Error) => error.message)
  assert.is(await failure(look_up_seeds('a', names({}))), 'no a')
  assert.is(await failure(look_up_seeds('_a', names({}, [{ name: 'b', port: 1 }]))), 'no b')
  assert.equal(await look_up_seeds('_a', names({})), [], 'a service without hosts is an answer')
})

test('the system is asked for hosts', async () => {
  const [first] = await look_up_seeds('localhost', system_names)
  assert.ok(['127.0.0.1', '::1'].includes(first.address))
  assert.equal([first.name, first.port], ['localhost', 0])
})

test("a name server's own answer about a service is read", async () => {
  const server = createSocket('udp4')
  server.on('message', (query, { address, port }) => server.send(service_answer(query), port, address))
  server.bind(0, '127.0.0.1')
  await once(server, 'listening')
  const resolver = new Resolver({ timeout: 2_000, tries: 2 })
  resolver.setServers([`127.0.0.1:${server.address().port}`])
  const asked: NameServer = {
    services: (name) => resolver.resolveSrv(name),
    addresses: () => Promise.resolve(['10.0.0.9']),
  }
  try {
    const found = await look_up_seeds('_nats-route._tcp.example.com', asked)
    assert.equal(found, [{ name: 'a.example.com', address: '10.0.0.9', port: 6222 }])
  } finally {
    server.close()
  }
})

/** The answer to any query: one SRV record, port 6222 at a.example.com (RFC 1035, 2782). */
function service_answer(query: Uint8Array): Uint8Array {
  let end = 12
  while (query[end] !== 0) end += query[end] + 1
  const question = query.subarray(12, end + 5)
  const target = [1, 97, 7, ...new TextEncoder().encode('example'), 3, ...new TextEncoder().encode('com'), 0]
  const record = [0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 60, 0, 6 + target.length, 0, 1, 0, 1, 6222 >> 8, 6222 & 255]
  return Uint8Array.from([query[0], query[1], 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, ...question, ...record, ...target])
}

test.run()
