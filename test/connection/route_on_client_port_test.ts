import * as assert from 'uvu/assert'
import { route_on_client_port } from '../../src/connection/route_on_client_port.ts'
import { suite } from '../harness.ts'
import { ActorRig, NOTHING } from './actor_rig.ts'

const test = suite('connection/route_on_client_port')

const PEER = { name: 'NPEER', cluster: 'C', lnoc: true, headers: true }

test('only a server says its cluster and lnoc, and no language', () => {
  assert.match(route_on_client_port(PEER, { port: 6222 }) ?? '', /"NPEER" of cluster "C".* port 6222$/)
  assert.match(route_on_client_port(PEER, null) ?? '', /has no cluster port$/)
  const { lnoc: _lnoc, ...leaf } = PEER
  for (const fields of [{}, leaf, { ...PEER, lang: 'go' }, { name: 'x', lang: 'node' }]) {
    assert.is(route_on_client_port(fields, { port: 6222 }), null)
  }
})

test('a server on the client port is refused before it is asked for a password, and told of once', () => {
  for (const required of [false, true]) {
    const rig = new ActorRig({
      settings: ({ client }) => Object.assign(client.auth, { required, user: 'u', password: 'p' }),
    })
    const wire = rig.client(null)
    const answer = wire.talk(`CONNECT ${JSON.stringify(PEER)}\r\nINFO {"port":1}\r\nRS+ $G a\r\n`)
    assert.is(answer, "-ERR 'attempted to connect to client port'\r\n")
    const told = rig.log.filter((line) => line.startsWith('ERR'))
    assert.equal(told.length, 1)
    assert.match(told[0], '127.0.0.1:4000 - cid:1 - attempted to connect to client port: Server "NPEER"')
    assert.equal(rig.left, NOTHING)
  }
})

test.run()
