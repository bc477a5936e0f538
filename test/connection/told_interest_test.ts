import * as assert from 'uvu/assert'
import { InterestForwarder } from '../../src/broker/interest.ts'
import { CarriedAccounts, WHOLE_SHARE } from '../../src/broker/route_share.ts'
import { ToldInterest } from '../../src/connection/told_interest.ts'
import { suite } from '../harness.ts'
import { ActorRig } from './actor_rig.ts'

const test = suite('connection/told_interest')

const ALL = new CarriedAccounts(WHOLE_SHARE, { size: 0, accounts: [] }, () => '$G')

/** A client with two subscriptions, and a connection that stands for a peer's. */
function make() {
  const rig = new ActorRig()
  const client = rig.client()
  client.send('SUB a.x 1\r\nSUB b 2\r\n')
  const wire = rig.peer(false)
  wire.take()
  const { connection } = [...rig.thread.slots].at(-1)!
  const forwarder: InterestForwarder = rig.thread.forwarder!
  const told = new ToldInterest(rig.thread, forwarder, connection.outbox)
  let dumps = 0
  const start = () => told.start(ALL, () => dumps++)
  /** Lines that the peer got. */
  const lines = () => {
    rig.thread.finish_turn()
    rig.settle()
    return wire.take().split('\r\n').slice(0, -1).sort()
  }
  return { client, told, start, lines, dumps: () => dumps }
}

test('nothing is told before the start, everything with it, and then every change', () => {
  const { client, told, start, lines, dumps } = make()
  assert.equal([told.route, lines()], [null, []])
  start()
  assert.equal([lines(), dumps(), told.dumping], [['RS+ $G a.x', 'RS+ $G b'], 1, false])
  client.send('UNSUB 2\r\n')
  assert.equal(lines(), ['RS- $G b'])
  told.stop()
  client.send('SUB c 3\r\n')
  assert.equal(lines(), [])
})

test('what the peer lets in only now is told then', () => {
  const { told, start, lines } = make()
  told.export_changed({ allow: ['b'] }, { allow: ['a.>', 'b'] })
  assert.equal(lines(), [], 'not registered')
  start()
  lines()
  told.export_changed({ allow: ['b'] }, { allow: ['a.>', 'b'] })
  assert.equal(lines(), ['RS+ $G a.x'])
  told.export_changed({ allow: ['b'] }, { allow: ['b'] })
  assert.equal(lines(), [])
})

test.run()
