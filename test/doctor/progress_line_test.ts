import * as assert from 'uvu/assert'
import { ProgressLine } from '../../src/doctor/progress_line.ts'
import { suite } from '../harness.ts'
import { ManualClock } from '../manual_clock.ts'

const test = suite('doctor/progress_line')
const state = (dialled: number) => ({ dialled, known: 9, members: 2, doing: 'client 127.0.0.1:4222' })

test('one line, drawn again not too often, cut to the width, and gone in the end', () => {
  const clock = new ManualClock()
  const written: string[] = []
  const line = new ProgressLine({ columns: 40, write: (text) => void written.push(text) }, clock)
  line.show(state(1))
  line.show(state(2))
  line.show(state(3))
  assert.equal(written, ['\r\x1b[K1 of 9 addresses, 2 servers: client 127'])
  clock.pass(50)
  assert.match(written[1], /3 of 9 addresses/)
  clock.pass(500)
  assert.is(written.length, 2, 'nothing has changed')
  line.show(state(4))
  line.show(state(5))
  line.clear()
  line.clear()
  clock.pass(50)
  assert.equal(written.slice(3), ['\r\x1b[K'])
})

test('a terminal that does not say how wide it is', () => {
  const written: string[] = []
  const clock = new ManualClock()
  new ProgressLine({ columns: 0, write: (text) => void written.push(text) }, clock).show({ ...state(1), members: 1 })
  assert.equal(written, ['\r\x1b[K1 of 9 addresses, 1 server: client 127.0.0.1:4222'])
})

test('where nothing was drawn nothing is wiped', () => {
  const written: string[] = []
  new ProgressLine({ columns: 80, write: (text) => void written.push(text) }, new ManualClock()).clear()
  assert.equal(written, [])
})

test.run()
