import * as assert from 'uvu/assert'
import { judge_mesh } from '../../src/doctor/judge_mesh.ts'
import { suite } from '../harness.ts'
import { found, peer, three } from './facts_rig.ts'

const test = suite('doctor/judge_mesh')

test('a full mesh has nothing to say, and neither has one of which nothing is known', () => {
  assert.equal(judge_mesh(three()), [])
  assert.equal(judge_mesh(three({ a: { monitor: null }, b: { monitor: { peers: null } }, c: { monitor: null } })), [])
})

test('who misses whom, on both sides or on one', () => {
  assert.equal(found(three({ a: { monitor: { peers: [peer('b')] } }, c: { monitor: { peers: [peer('b')] } } })), [
    'error server "a": it knows 1 of 2 others and has no route to c',
    'error server "c": it knows 1 of 2 others and has no route to a',
  ])
  assert.equal(found(three({ a: { monitor: { peers: [peer('b')] } } })), [
    'error server "a": it has no route to c, but c has one to it',
  ])
  assert.equal(found(three({ a: { monitor: { peers: [] } } })), [
    'error server "a": it has no route to b and c, but b and c have one to it',
  ])
  assert.equal(found(three({ a: { monitor: { peers: [] } }, b: { monitor: null } })).slice(0, 2), [
    'error server "a": it has no route to c, but c has one to it',
    'error server "a": it knows 0 of 2 others and has no route to b',
  ])
})

test('one that is in no cluster at all', () => {
  const alone = { said: { cluster: '' }, monitor: { has_cluster: false, peers: [] } }
  assert.ok(
    found(three({ c: alone, a: { monitor: { peers: [peer('b')] } }, b: { monitor: { peers: [peer('a')] } } })).includes(
      'error server "c": it is in no cluster, and a and b were asked with it',
    ),
  )
})

test('whom a server looks for in vain, and why', () => {
  const missing = [{ name: 'd', address: '10.0.0.4:6222', last_error: 'connection refused' }]
  const nameless = [{ name: '', address: '10.0.0.5:6222', last_error: '' }]
  assert.equal(found(three({ a: { monitor: { missing } }, b: { monitor: { missing: nameless } } })), [
    'error server "a": it looks for d at 10.0.0.4:6222: connection refused',
    'error server "b": it looks for 10.0.0.5:6222',
  ])
})

test('peers that answered at no address are told once', () => {
  const peers = (other: string, name: string) => [peer(other), peer('c'), peer('d', { name })]
  assert.equal(
    found(three({ a: { monitor: { peers: peers('b', '') } }, b: { monitor: { peers: peers('a', 'd') } } })),
    [
      'warning server "d": a and b have a route to it, and it answered at no address',
    ],
  )
  assert.equal(found(three({ a: { monitor: { peers: peers('b', '') } } })), [
    'warning server "ND": a has a route to it, and it answered at no address',
  ])
})

test('messages that were not heard, and members that would not let us try', () => {
  const members = ['NA', 'NB', 'NC']
  const probe = {
    subject: '_onehop.doctor.x',
    members,
    lost: [['NA', 'NB'], ['NA', 'NC'], ['NB', 'NB']],
    refused: [],
  } as const
  assert.equal(found(three({}, { probe })), [
    'error server "a": a message that is published there is not heard at b and c',
    'error server "b": a message that is published there is not heard there',
  ])
  const refused = [{ id: 'NC', why: 'Permissions Violation' }]
  assert.equal(found(three({}, { probe: { ...probe, lost: [], refused } })), [
    'note server "c": no message was tried there: Permissions Violation',
  ])
  assert.equal(found(three({}, { probe: { ...probe, lost: [] } })), [])
})

test('what has a reason that is told already is not told again', () => {
  const other = { said: { cluster: 'other', connect_urls: [] }, monitor: { peers: [] } }
  const alone = { monitor: { peers: [peer('b')] } }
  const probe = { subject: '_onehop.doctor.x', members: ['NA', 'NB', 'NC'], refused: [] }
  const names = three({ c: other, a: alone, b: { monitor: { peers: [peer('a')] } } }, {
    probe: { ...probe, lost: [['NA', 'NC']] },
  })
  assert.equal(found(names), ['error mesh: cluster names differ: c (a, b), other (c)'])
  assert.equal(found(three({ a: alone }, { probe: { ...probe, lost: [['NA', 'NC'], ['NC', 'NA']] } })), [
    'error server "a": it has no route to c, but c has one to it',
  ])
  const missing = [{ name: 'd', address: '10.0.0.4:6222', last_error: '' }]
  assert.equal(found(three({ a: { monitor: { missing, health: 'missing from the mesh: 10.0.0.4:6222' } } })), [
    'error server "a": it looks for d at 10.0.0.4:6222',
  ])
})

test.run()
