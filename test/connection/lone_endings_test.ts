// Endings that do not happen inside of a read: nobody else ends the turn then.
import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { ActorRig } from './actor_rig.ts'

const test = suite('connection/lone_endings')

// The interest of a client that left stays with the peers until something else happens on its thread.
for (const how of ['its end', 'a reset', 'silence', 'the write deadline', 'too much pending']) {
  test(`peers hear at once that a client has gone by ${how}`, () => {
    const rig = new ActorRig({
      settings({ client }) {
        client.ping_interval_ms = 50
        client.max_pending = 1_000
        client.write_deadline_ms = 100
      },
    })
    const peer = rig.peer(), client = rig.client()
    client.send('SUB a 1\r\n')
    peer.take()
    client.lags = how === 'the write deadline' || how === 'too much pending'
    if (how === 'its end') client.finish()
    else if (how === 'a reset') client.cut()
    else if (how === 'too much pending') client.send('PING\r\n'.repeat(1_000))
    else rig.pass(300)
    assert.match(peer.take(), /RS- \$G a\r\n/)
  })
}

// The timer that would cut a lingering socket is started although the socket has gone already.
test('a socket that closes by itself without an error leaves no timer', () => {
  const rig = new ActorRig()
  rig.client().cut(null)
  assert.is(rig.clock.waiting, 0)
})

test.run()
