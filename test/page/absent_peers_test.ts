import * as assert from 'uvu/assert'
import { absent_peers } from '../../src/page/absent_peers.ts'
import { suite } from '../harness.ts'
import { member, seat } from './rig.ts'

const test = suite('page/absent_peers')

const seeking = (place: number, ...peers: object[]) => seat(place, member('AB'[place], [], {}, { peers }))

test('who is looked for and unknown is named once, with who looks and why in vain', () => {
  const sought = { address: '10.0.0.7:6222', missing: true }
  assert.equal(absent_peers([seeking(0, sought), seeking(1, { ...sought, last_error: 'refused' })]), [
    'a, b find nobody at 10.0.0.7:6222: refused',
  ])
  assert.equal(absent_peers([seeking(0, sought)]), ['a finds nobody at 10.0.0.7:6222'])
})

test('who is in the picture is not named besides', () => {
  const lost = seat(1, member('B', [], { cluster: { addr: '127.0.0.1', cluster_port: 6222 } }), { state: 'lost' })
  const by_id = { address: 'elsewhere:1', missing: true, server_id: 'B' }
  const by_address = { address: 'localhost:6222', missing: true }
  const connected = { address: 'c:1', missing: false, connected: true }
  assert.equal(absent_peers([seeking(0, by_id, by_address, connected, { missing: true }), lost]), [])
  assert.equal(absent_peers([{ ...seeking(0, { address: 'x:1', missing: true }), state: 'lost' }]), [])
})

test.run()
