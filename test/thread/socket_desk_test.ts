// The sockets of one thread, on made-up transports; real ones are in test/net.
import * as assert from 'uvu/assert'
import { latin1_bytes } from '../../src/base/bytes.ts'
import { CloseReason } from '../../src/base/errors.ts'
import { Client } from '../../src/connection/client.ts'
import type { Network } from '../../src/net/network.ts'
import { choose_reading } from '../../src/net/reading.ts'
import type { Transport } from '../../src/net/transport.ts'
import { system_clock } from '../../src/base/clock.ts'
import { connect } from 'node:net'
import { ActorRig, NOTHING } from '../connection/actor_rig.ts'
import { suite } from '../harness.ts'

const test = suite('thread/socket_desk')

/** As job 3, in plain text and without credentials. */
function dial(rig: ActorRig, address: string, port: number): void {
  rig.thread.routes.dial({
    job: 3,
    address,
    port,
    tls_name: address,
    user: '',
    password: '',
    gossip_mode: 0,
    account: '',
  })
}

test('a dial that fails is told with what went wrong', () => {
  const rig = new ActorRig()
  rig.dial_error = Object.assign(new Error('connect EACCES'), { code: 'EACCES' })
  dial(rig, '127.0.0.1', 6222)
  rig.settle()
  assert.equal(rig.events, [{
    kind: 'dial_failed',
    job: 3,
    error: 'dial tcp 127.0.0.1:6222: connect: permission denied',
  }])
  assert.equal(rig.left, NOTHING)
})

test('a dial that nobody answers is given up after a second', () => {
  const rig = new ActorRig()
  let stopped = 0
  rig.thread.sockets.reading = { ...rig.reading, connect: () => () => void stopped++ }
  dial(rig, '10.0.0.1', 1)
  rig.pass(999)
  assert.equal([rig.events, stopped], [[], 0])
  rig.pass(1)
  assert.equal([rig.events, stopped], [[{ kind: 'dial_failed', job: 3, error: 'dial tcp 10.0.0.1:1: i/o timeout' }], 1])
})

test('a dial that comes to something is a route, and its timer is gone', async () => {
  const rig = new ActorRig()
  dial(rig, '127.0.0.1', 6222)
  rig.settle()
  await Promise.resolve()
  assert.match(rig.dialled[0].take(), /^CONNECT .*\r\nINFO /)
  rig.dialled[0].cut()
  assert.equal(rig.left, NOTHING)
})

test('what is read is answered in the same turn, and after the end nothing is read', () => {
  const rig = new ActorRig()
  const client = rig.client()
  assert.is(client.talk('PING\r\n'), 'PONG\r\n')
  client.finish()
  assert.equal([client.talk('PING\r\n'), rig.ended[0].reason], ['', CloseReason.client_closed])
})

test('a publisher of large payloads reads into a buffer of its own, and gives it back at its end', () => {
  const rig = new ActorRig()
  const seen = new Set<Uint8Array>()
  const { parse } = Client.prototype
  const publish = () => {
    const publisher = rig.client()
    const actor = rig.newest(Client)
    actor.parse = (bytes, start, end, referable) => {
      if (referable && end - start > 10_000) seen.add(bytes)
      return parse.call(actor, bytes, start, end, referable)
    }
    for (let i = 0; i < 3; i++) publisher.send(`PUB a 10000\r\n${'x'.repeat(10_000)}\r\n`)
    publisher.cut()
  }
  rig.client().send('SUB a 1\r\n')
  publish()
  publish()
  assert.is(seen.size, 1)
})

/** A network that notes what it is asked. `verdict`: its answer to dials. */
function noting(verdict: string | null) {
  const asked: string[] = []
  const network: Network = {
    redial_pace: 1,
    may_dial(host, port) {
      asked.push(`dial ${host}:${port}`)
      return verdict
    },
    wrap(transport, { kind, dialled, host, port }) {
      asked.push(`${dialled ? 'dialled' : 'accepted'} ${kind} ${host}:${port}`)
      return { ...through(transport), write: (pieces) => transport.write([latin1_bytes('!'), ...pieces]) }
    },
  }
  return { asked, network }
}

const through = (transport: Transport): Transport => ({
  start: (events) => transport.start(events),
  write: (pieces) => transport.write(pieces),
  end: () => transport.end(),
  destroy: () => transport.destroy(),
  stop: () => transport.stop(),
  resume: () => transport.resume(),
})

test('a network of somebody else comes between every connection and its socket', async () => {
  const { asked, network } = noting(null)
  const rig = new ActorRig({ network })
  const client = rig.client(null)
  assert.match(client.writes[0], /^!INFO /)
  rig.peer(false)
  dial(rig, '127.0.0.1', 6222)
  rig.settle()
  await Promise.resolve()
  assert.match(rig.dialled[0].take(), /^!CONNECT /)
  assert.equal(asked, [
    'accepted clients 127.0.0.1:4000',
    'accepted routes 127.0.0.1:5000',
    'dial 127.0.0.1:6222',
    'dialled routes 127.0.0.1:6222',
  ])
})

test('it may refuse a dial, or leave it without an answer', () => {
  const refusing = new ActorRig({ network: noting('connect: connection refused').network })
  dial(refusing, '127.0.0.1', 6222)
  const error = 'dial tcp 127.0.0.1:6222: connect: connection refused'
  assert.equal(refusing.events, [{ kind: 'dial_failed', job: 3, error }])
  const silent = new ActorRig({ network: noting('').network })
  dial(silent, '127.0.0.1', 6222)
  silent.pass(999)
  assert.equal([silent.events, silent.dialled], [[], []])
  silent.pass(1)
  assert.equal(silent.events, [{ kind: 'dial_failed', job: 3, error: 'dial tcp 127.0.0.1:6222: i/o timeout' }])
  assert.equal([refusing.left, silent.left], [NOTHING, NOTHING])
})

test('it listens, accepts and stops on real sockets too', async () => {
  const rig = new ActorRig()
  rig.thread.sockets.reading = await choose_reading(system_clock())
  const port = await rig.thread.sockets.listen('clients', { strategy: 'single', host: '127.0.0.1', port: 0 })
  const talk = (says: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1')
      let text = ''
      socket.on('error', reject).on('end', () => resolve(text)).on('data', (data) => {
        if (text === '') socket.end(says)
        text += data
      })
    })
  assert.match(await talk('PING\r\n'), /^INFO \{.*"client_ip":"127\.0\.0\.1".*\} \r\nPONG\r\n$/)
  rig.thread.sockets.stop_listening('clients')
  rig.thread.sockets.stop_listening('clients')
  await talk('').then(() => assert.unreachable(), (error) => assert.is(error.code, 'ECONNREFUSED'))
  assert.is(rig.ended.length, 1)
})

test.run()
