// Also: what export does to a peer's interest and to the messages for it (reference route.md 5.4).
import * as assert from 'uvu/assert'
import { Route } from '../../src/connection/route.ts'
import { suite } from '../harness.ts'
import { ActorRig, type RigOptions } from './actor_rig.ts'

const test = suite('connection/interest_verbs')

const guarded: RigOptions = {
  options: (options) => {
    options.debug = true
    options.cluster.permissions = { export: { allow: ['a.>', 'b.*'], deny: ['b.secret'] } }
  },
}

test('interest that export does not let in is ignored, with a line for those who look', () => {
  const rig = new ActorRig(guarded)
  const peer = rig.peer()
  assert.is(peer.talk('RS+ $G c\r\nRS+ $G b.secret\r\nRS+ $G a..x\r\nRS+ $G a.x\r\nRS- $G c\r\nPING\r\n'), 'PONG\r\n')
  assert.is(rig.newest(Route).interest.count, 1)
  const told = rig.log.filter((line) => line.includes('Can not export')).map((line) => line.replace(/^.* - /, ''))
  assert.equal(
    told,
    ['c', 'b.secret', 'a..x'].map((subject) => `Can not export "${subject}", ignoring remote subscription request`),
  )
})

test('a message that is denied does not go out by a wildcard either, nor to a queue group', () => {
  const rig = new ActorRig(guarded)
  const [peer, client] = [rig.peer(), rig.client()]
  peer.send('RS+ $G b.*\r\nRS+ $G b.* q 1\r\n')
  client.send('PUB b.secret 1\r\n1\r\nPUB b.open 1\r\n2\r\n')
  assert.is(peer.take(), 'RMSG $G b.open | q 1\r\n2\r\n')
})

test('a verbose peer is not told that ignored interest was taken', () => {
  const rig = new ActorRig(guarded)
  const peer = rig.peer(false)
  peer.take()
  peer.send('CONNECT {"name":"NPEER","cluster":"C","verbose":true}\r\n')
  assert.is(peer.talk('RS+ $G c\r\nRS+ $G a.b\r\nRS- $G c\r\nRS+ X a.b\r\n'), '+OK\r\n+OK\r\n')
})

test('unknown accounts are told of, that of the system only to those who look', () => {
  const rig = new ActorRig()
  const peer = rig.peer()
  peer.send('RS+ X a\r\nRS+ $SYS a\r\n')
  assert.equal(rig.log.filter((line) => line.includes('Unknown account')), [
    'ERR 127.0.0.1:5000 - rid:1 - Unknown account "X" for remote subject "a"',
  ])
})

test('import keeps interest from peers, and a wider export of theirs is told of what it lets in', () => {
  const rig = new ActorRig({
    options: ({ cluster }) => void (cluster.permissions = { import: { deny: ['b.secret'] } }),
  })
  const [peer, client] = [rig.peer(), rig.client()]
  client.send('SUB a.x 1\r\nSUB b.x 2\r\nSUB b.secret 3\r\nSUB b.y q 4\r\n')
  assert.is(peer.take(), 'RS+ $G a.x\r\nRS+ $G b.x\r\nRS+ $G b.y q 1\r\n')
  const route = rig.newest(Route)
  const told = (before: string[], now: string[]) => {
    route.command({ kind: 'export_changed', before: { allow: before }, now: { allow: now } })
    rig.settle()
    return peer.take().split('\r\n').slice(0, -1).sort()
  }
  assert.equal(told(['a.>'], ['a.>', 'b.>']), ['RS+ $G b.x', 'RS+ $G b.y q 1'])
  assert.equal(told(['a.>', 'b.>'], ['a.>', 'b.>']), [])
  assert.equal(told(['>'], ['a.>']), [])
})

test.run()
