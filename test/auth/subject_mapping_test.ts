// Mappings of an account: which one counts, and how often which destination (reference client.md 5.10).
import * as assert from 'uvu/assert'
import { latin1_text } from '../../src/base/bytes.ts'
import { seeded_random } from '../../src/base/prng.ts'
import { check_mapping, type MappingSettings, SubjectMappings } from '../../src/auth/subject_mapping.ts'
import { suite } from '../harness.ts'

const test = suite('auth/subject_mapping')

const to = (subject: string, weight = 100, cluster = '') => ({ subject, weight, ...(cluster && { cluster }) })
const ROUNDS = 2000

function next(mappings: MappingSettings[], subject: string, cluster = 'C') {
  const random = seeded_random(7), found = new SubjectMappings(mappings).find(subject, cluster)
  return () => {
    const target = found!.next(random)
    return target === null ? '' : latin1_text(target)
  }
}

/** How many of ROUNDS messages go where. */
function shares(mappings: MappingSettings[], subject: string, cluster?: string): Record<string, number> {
  const draw = next(mappings, subject, cluster), counts: Record<string, number> = {}
  for (let i = 0; i < ROUNDS; i++) {
    const target = draw()
    counts[target] = (counts[target] ?? 0) + 1
  }
  return counts
}

const is_near = (count: number | undefined, percent: number) =>
  assert.ok(Math.abs((count ?? 0) / ROUNDS - percent / 100) < 0.04, `${count} of ${ROUNDS} are not ${percent} %`)

test('the first one that matches counts', () => {
  const mappings = [
    { source: 'a.*', destinations: [to('x.$1')] },
    { source: 'a.b', destinations: [to('never')] },
    { source: 'c.>', destinations: [to('y.>')] },
  ]
  assert.is(next(mappings, 'a.b')(), 'x.b')
  assert.is(next(mappings, 'c.d.e')(), 'y.d.e')
  for (const subject of ['a', 'a.b.c', 'c', 'b']) assert.is(new SubjectMappings(mappings).find(subject, 'C'), null)
})

test('a subject with one destination is mapped to the same bytes each time', () => {
  const found = new SubjectMappings([{ source: 'a', destinations: [to('b')] }]).find('a', '')!
  assert.is(found.next(seeded_random(1)), found.next(seeded_random(2)))
})

test('weights share messages out', () => {
  const counts = shares([{ source: 'a', destinations: [to('b', 90), to('c', 10)] }], 'a')
  is_near(counts.b, 90)
  is_near(counts.c, 10)
})

test('what the weights leave stays where it was, unless the source is named', () => {
  const left = shares([{ source: 'a.*', destinations: [to('b.$1', 30)] }], 'a.x')
  is_near(left['b.x'], 30)
  is_near(left['a.x'], 70)
  const lost = shares([{ source: 'a', destinations: [to('a', 50), to('b', 10)] }], 'a')
  is_near(lost.a, 50)
  is_near(lost.b, 10)
  is_near(lost[''], 40)
})

test('no weight at all is everything lost where the source is named', () => {
  assert.equal(shares([{ source: 'a', destinations: [to('a', 0)] }], 'a'), { '': ROUNDS })
})

test('a cluster has its own destinations, the others share the rest', () => {
  const mappings = [{ source: 'a', destinations: [to('b'), to('c', 100, 'EAST')] }]
  assert.equal([next(mappings, 'a')(), next(mappings, 'a', 'EAST')()], ['b', 'c'])
  assert.is(next([{ source: 'a', destinations: [to('c', 100, 'EAST')] }], 'a')(), 'a')
})

test('a random destination is another one each time', () => {
  const counts = shares([{ source: 'a', destinations: [to('b.{{random(2)}}')] }], 'a')
  is_near(counts['b.0'], 50)
})

test('a subject that is no ASCII is the bytes of the wire', () => {
  const wire = latin1_text(new TextEncoder().encode('ä.ö'))
  assert.is(next([{ source: 'ä.*', destinations: [to('ü.$1')] }], wire)(), latin1_text(new TextEncoder().encode('ü.ö')))
})

test('destinations that can not be used together are refused', () => {
  const check = (...destinations: ReturnType<typeof to>[]) => () => check_mapping({ source: 'a', destinations })
  assert.throws(check(to('b', 90), to('c', 20)), 'total weight needs to be <= 100')
  assert.throws(check(to('b', 10), to('b', 20)), 'duplicate entry for "b"')
  assert.throws(check(to('b.>')), 'invalid subject')
  check(to('b', 90), to('c', 90, 'EAST'))()
})

test.run()
