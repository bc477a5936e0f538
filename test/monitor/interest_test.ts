import * as assert from 'uvu/assert'
import { has_interest } from '../../src/monitor/interest.ts'
import { small_index } from '../connection/connection_rig.ts'
import { latin1_bytes } from '../../src/base/bytes.ts'
import { SubscriberKind } from '../../src/shared/index_layout.ts'
import { make_index_entry } from '../../src/shared/subject_index.ts'
import { suite } from '../harness.ts'

const test = suite('monitor/interest')

test('whoever subscribes to it, in that account, with wildcards or without', () => {
  const index = small_index()
  const add = (account: number, subject: string) => {
    const bytes = latin1_bytes(subject), entry = make_index_entry()
    Object.assign(entry, { account, bytes, sid_bytes: latin1_bytes('1'), subject_end: bytes.length, sid_end: 1 })
    Object.assign(entry, { queue_start: bytes.length, queue_end: bytes.length, kind: SubscriberKind.client, weight: 1 })
    return index.insert(entry)
  }
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

test.run()
