import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { judge_rival, Rivals } from '../../src/cluster/rivals.ts'
import { accepted_link, dialled_link, type Link } from '../../src/cluster/route_link.ts'
import { suite } from '../harness.ts'
import { url } from './membership_rig.ts'

const test = suite('cluster/rivals')

/** A connection to the server of that id, whoever dialled it. */
function link(rid: number, remote_id: string, dialled: boolean, more: Partial<Link> = {}): Link {
  const made = dialled ? dialled_link(rid, 'x', { url: url('a:1'), explicit: false }) : accepted_link(rid, 'x')
  return Object.assign(made, { remote_id, own_kind: true }, more)
}
const rival = (rid: number): Link => link(rid, 'A', false)

test('of two connections made at the same moment the lower id keeps the first, and the other one waits for it', () => {
  for (const [dialled_first, dialled_second] of [[true, false], [false, true], [true, true], [false, false]]) {
    const verdict = (id: string) => judge_rival('M', link(1, id, dialled_first), link(2, id, dialled_second))
    assert.equal([verdict('Z'), verdict('A')], ['keep_first', 'peer_decides'])
  }
})

test('of two servers one decides and one waits, whatever their ids', () => {
  const ids = fc.tuple(fc.string({ minLength: 1 }), fc.string({ minLength: 1 })).filter(([a, b]) => a !== b)
  fc.assert(fc.property(ids, fc.boolean(), ([a, b], dialled) => {
    const verdict = (own: string, other: string) => judge_rival(own, link(1, other, dialled), link(2, other, !dialled))
    assert.equal([verdict(a, b), verdict(b, a)].sort(), ['keep_first', 'peer_decides'])
  }))
})

test('the first stays when one of the two is not known to be of our own kind', () => {
  for (const [first, second] of [[false, true], [true, false], [false, false]]) {
    const verdict = judge_rival(
      'M',
      link(1, 'A', true, { own_kind: first }),
      link(2, 'A', false, { own_kind: second }),
    )
    assert.is(verdict, 'keep_first')
  }
})

test('an older first is probed, of whatever kind and whoever dialled', () => {
  for (const own_kind of [true, false]) {
    for (const dialled of [true, false]) {
      for (const id of ['A', 'Z']) {
        const first = link(1, id, dialled, { is_settled: true, own_kind })
        assert.is(judge_rival('M', first, link(2, id, !dialled, { own_kind })), 'probe_first')
      }
    }
  }
  assert.is(judge_rival('M', link(1, 'Z', true), link(2, 'Z', false, { is_settled: true })), 'keep_first')
})

test('a rival is there for its first until it is taken, once', () => {
  const rivals = new Rivals()
  const [first, other] = [link(1, 'A', true), link(2, 'B', true)]
  assert.equal([rivals.has(first), rivals.take(1)], [false, undefined])
  const waiting = rival(3)
  rivals.wait(first, waiting)
  assert.equal([rivals.has(first), rivals.has(other), rivals.has(waiting)], [true, false, false])
  assert.is(rivals.take(2), undefined)
  assert.is(rivals.take(1), waiting)
  assert.equal([rivals.has(first), rivals.take(1)], [false, undefined])
})

test('a rival that has gone is forgotten, the others are not', () => {
  const rivals = new Rivals()
  const [first, other] = [link(1, 'A', true), link(2, 'B', true)]
  const [gone, waiting] = [rival(3), rival(4)]
  rivals.wait(first, gone)
  rivals.wait(other, waiting)
  rivals.forget(first)
  rivals.forget(link(3, 'A', false))
  assert.equal([rivals.has(first), rivals.has(other)], [true, true], 'neither of them waits')
  rivals.forget(gone)
  assert.is(rivals.take(1), undefined)
  assert.is(rivals.take(2), waiting)
})

test.run()
