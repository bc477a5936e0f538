import * as assert from 'uvu/assert'
import { RouteAdmission } from '../../src/connection/route_admission.ts'
import type { ConnectFields } from '../../src/wire/connect.ts'
import { CloseReason } from '../../src/base/errors.ts'
import { Route } from '../../src/connection/route.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'
import { ActorRig, NOTHING, peer_info, type RigOptions } from './actor_rig.ts'

const test = suite('connection/route_admission')

const HASH = '$2a$04$abcdefghijklmnopqrstuuLZYjhNQAOdpbzt4WxWlUHjv1wsyH5DG'

function make(user: string, password: string, dialled = false) {
  const clock = new ManualClock()
  const settings = { ...new ActorRig().settings.route, user, password, auth_timeout_ms: 2_000 }
  const asked: string[] = []
  const admission = new RouteAdmission(settings, clock, (given, hash) => asked.push(`${given} ${hash}`), dialled)
  const judge = (fields: ConnectFields) => admission.judge(fields)
  return { clock, admission, asked, judge, settings }
}

test('who was dialled may speak at once, who dials has to say CONNECT in time if there is a user', () => {
  const late = (user: string, dialled: boolean, stop: boolean) => {
    const { clock, admission } = make(user, 'p', dialled)
    let is_late = false
    admission.start(() => is_late = true)
    if (stop) admission.stop()
    clock.pass(3_000)
    return [admission.admitted, is_late]
  }
  assert.equal(late('u', false, false), [false, true])
  assert.equal(late('u', false, true), [false, false])
  assert.equal(late('', false, false), [false, false])
  assert.equal(late('u', true, false), [true, false])
})

test('a plain password is judged at once', () => {
  const { judge, asked } = make('u', 'p')
  assert.is(judge({ user: 'u', pass: 'p' }), 'right')
  for (const fields of [{}, { user: 'u' }, { user: 'u', pass: 'x' }, { user: 'x', pass: 'p' }, { auth_token: 'p' }]) {
    assert.is(judge(fields), 'wrong')
  }
  assert.equal([make('', 'p').judge({}), make('', '').judge({ user: 'x' })], ['right', 'right'])
  assert.equal([make('', '').judge({ account: 'A' }), make('', '').judge({ new_account: true })], ['wrong', 'wrong'])
  assert.equal(asked, [])
})

test('against a hash another thread is asked, about the right user only', () => {
  const { judge, asked, admission } = make('u', HASH)
  assert.is(judge({ user: 'x', pass: 'p' }), 'wrong')
  assert.is(admission.answered(), null)
  assert.is(judge({ user: 'u', pass: 'p' }), 'asked')
  assert.equal(asked, [`p ${HASH}`])
  assert.equal(admission.answered(), { user: 'u', pass: 'p' })
  assert.is(admission.answered(), null)
})

/** The rig takes the end of a hash for its password. */
const hashed: RigOptions = { settings: ({ route }) => Object.assign(route, { user: 'u', password: '$2a$04$right' }) }
const connect = (pass: string) => `CONNECT {"name":"NPEER","cluster":"C","user":"u","pass":"${pass}"}\r\n`

test('nothing behind CONNECT is read before the password was compared', () => {
  for (const bytewise of [false, true]) {
    const rig = new ActorRig(hashed)
    const peer = rig.peer(false)
    peer.take()
    peer.bytewise = bytewise
    assert.is(peer.talk(`${connect('right')}${peer_info()}RS+ $G a\r\nPING\r\n`), 'PONG\r\n')
    assert.is(rig.newest(Route).interest.count, 1)
    const other = rig.peer(false)
    other.take()
    other.bytewise = bytewise
    const answer = other.talk(`${connect('wrong')}${peer_info()}RS+ $G b\r\nPING\r\n`)
    assert.is(answer, "-ERR 'Authorization Violation'\r\n")
    assert.equal(rig.events.at(-1), { kind: 'closed', rid: 2, reason: CloseReason.authentication_failure })
    peer.cut()
    assert.equal(rig.left, NOTHING)
  }
})

test("an answer about somebody who has gone is nobody's", () => {
  const rig = new ActorRig(hashed)
  const peer = rig.peer(false)
  const route = rig.newest(Route)
  route.password_checked(true)
  assert.not(rig.events.some((event) => event.kind === 'connect_received'))
  rig.later(() => peer.cut())
  peer.send(connect('right'))
  rig.settle()
  route.password_checked(true)
  assert.equal(rig.left, NOTHING)
})

test.run()
