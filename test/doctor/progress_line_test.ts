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
  assert.equal(written, ['\r\x1b[K1 of 9 addresses, 2 servers: client 127'])
  clock.pass(50)
  line.show(state(3))
  assert.match(written[1], /3 of 9 addresses/)
  line.clear()
  line.clear()
  assert.equal(written.slice(2), ['\r\x1b[K'])
})

test('where nothing was drawn nothing is wiped', () => {
  const written: string[] = []
  new ProgressLine({ columns: 80, write: (text) => void written.push(text) }, new ManualClock()).clear()
  assert.equal(written, [])
})

test.run()
