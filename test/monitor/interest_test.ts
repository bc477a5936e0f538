import * as assert from 'uvu/assert'
import { has_interest, takers_of } from '../../src/monitor/interest.ts'
import { small_index } from '../connection/connection_rig.ts'
import { latin1_bytes } from '../../src/base/bytes.ts'
import { SubscriberKind } from '../../src/shared/index_layout.ts'
import { make_index_entry, type SubjectIndex } from '../../src/shared/subject_index.ts'
import type { ThreadApi } from '../../src/thread/worker_api.ts'
import { suite } from '../harness.ts'

const test = suite('monitor/interest')

function insert(index: SubjectIndex, fields: object, subject: string): number {
  const bytes = latin1_bytes(subject), entry = make_index_entry()
  Object.assign(entry, { bytes, sid_bytes: latin1_bytes('1'), subject_end: bytes.length, sid_end: 1 })
  Object.assign(entry, { queue_start: bytes.length, queue_end: bytes.length, kind: SubscriberKind.client, weight: 1 })
  return index.insert(Object.assign(entry, fields))
}

test('whoever subscribes to it, in that account, with wildcards or without', () => {
  const index = small_index()
  const add = (account: number, subject: string) => insert(index, { account }, subject)
  assert.is(has_interest(index, 1, 'a.b'), false)
  for (const subject of ['a.*', 'a.b', '>']) {
    const id = add(1, subject)
    assert.equal([has_interest(index, 1, 'a.b'), has_interest(index, 2, 'a.b')], [true, false])
    index.remove(id)
    assert.is(has_interest(index, 1, 'a.b'), false)
  }
  for (const subject of ['a.*', 'a.b', '>']) add(1, subject)
  assert.is(has_interest(index, 1, 'a.b'), true, 'also of more than one')
})

test('who takes a message: so many clients, and these peers by name', async () => {
  const index = small_index()
  const routes = [{ slot: 7, report: { remote_name: 'b' } }, { slot: 8, report: { remote_name: 'c' } }]
  const each = async <Answer>(ask: (api: ThreadApi, thread: number) => Promise<Answer>) => [
    await ask({ routes: () => Promise.resolve(routes) } as unknown as ThreadApi, 0),
  ]
  const takers = (account: number, subject: string) => takers_of({ index, each }, account, subject)
  assert.equal(await takers(1, 'x.y'), { clients: 0, peers: [] })
  for (let i = 0; i < 100; i++) insert(index, { account: 1, slot: i, sid_bytes: latin1_bytes(`${i % 10}`) }, 'x.*')
  insert(index, { account: 1, slot: 8, kind: SubscriberKind.route }, 'x.>')
  insert(index, { account: 2, slot: 7, kind: SubscriberKind.route }, 'x.>')
  assert.equal(await takers(1, 'x.y'), { clients: 100, peers: ['c'] })
  assert.equal(await takers(2, 'x.y'), { clients: 0, peers: ['b'] })
  assert.equal(await takers(-1, 'x.y'), { clients: 0, peers: [] })
})

test.run()
