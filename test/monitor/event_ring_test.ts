import * as assert from 'uvu/assert'
import { EventRing } from '../../src/monitor/event_ring.ts'
import { suite } from '../harness.ts'

const test = suite('monitor/event_ring')

test('the newest are kept, oldest first', () => {
  let now = 0
  const ring = new EventRing(() => ++now, { capacity: 2 })
  for (const text of ['a', 'b', 'c']) ring.add('join', text)
  assert.equal(ring.list(), [{ at_ms: 2, kind: 'join', text: 'b' }, { at_ms: 3, kind: 'join', text: 'c' }])
  ring.list().pop()
  assert.is(ring.list().length, 2, 'a copy')
})

test.run()
