import * as assert from 'uvu/assert'
import { subject_fault } from '../../src/page/subject_fault.ts'
import { suite } from '../harness.ts'

const test = suite('page/subject_fault')

test('what can be published to and watched has no fault', () => {
  for (const subject of ['a', 'a.b', '$SYS.x', 'a*b.c>d']) assert.is(subject_fault(subject, false), '', subject)
  for (const subject of ['>', '*', 'a.*.b', 'a.>']) assert.is(subject_fault(subject, true), '', subject)
})

test('what the server would refuse is said before', () => {
  for (const subject of ['', ' ', 'a b', 'a.', '.a', 'a..b', 'a.>', '*', 'a\tb']) {
    assert.is.not(subject_fault(subject, false), '', subject)
  }
  for (const subject of ['', 'a..b', '>.a', 'a.>.b']) assert.is.not(subject_fault(subject, true), '', subject)
})

test.run()
