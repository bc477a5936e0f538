import * as assert from 'uvu/assert'
import { Spinner } from '../../src/thread/spinner.ts'
import { suite } from '../harness.ts'

const test = suite('thread/spinner')

/** Inputs that nothing follows: each spin is for nothing. How many of them spun. */
function in_vain(spinner: Spinner, inputs: number): number {
  let spun = 0
  for (let i = 0; i < inputs; i++) {
    spinner.input(i * 10)
    if (spinner.goes_on(i * 10)) spun++
    spinner.goes_on(i * 10 + 5)
  }
  return spun
}

test('after an input it goes round for a moment, then sleeps', () => {
  const spinner = new Spinner(true)
  assert.not(spinner.goes_on(0))
  spinner.input(100)
  assert.equal([100, 100.02, 100.049, 100.06, 100.061].map((now) => spinner.goes_on(now)), [
    true,
    true,
    true,
    false,
    false,
  ])
})

test('switched off it never spins', () => {
  assert.is(in_vain(new Spinner(false), 300), 0)
})

test('if spinning finds nothing it stops, but for a try now and then', () => {
  const spinner = new Spinner(true)
  assert.ok(in_vain(spinner, 300) < 200)
  const later = in_vain(spinner, 640)
  assert.ok(later >= 5 && later <= 20, `${later}`)
})

test('while spinning finds work it goes on, and it begins again when tries pay', () => {
  const spinner = new Spinner(true)
  for (let i = 0; i < 500; i++) {
    spinner.input(i * 0.01)
    assert.ok(spinner.goes_on(i * 0.01))
  }
  in_vain(spinner, 500)
  let spun = 0
  for (let i = 0; i < 3000; i++) {
    spinner.input(1e6 + i * 0.01)
    if (spinner.goes_on(1e6 + i * 0.01)) spun++
  }
  assert.ok(spun > 1000, `${spun}`)
})

test('where answers take a little longer it goes round a little longer', () => {
  const spinner = new Spinner(true)
  let found = 0
  for (let i = 0, now = 0; i < 300; i++, now += 0.08) {
    spinner.input(now)
    if (spinner.goes_on(now + 0.06)) found++
  }
  assert.ok(found > 250, `${found}`)
  // Answers that come soon again bring the short window back.
  for (let i = 0, now = 1e3; i < 300; i++, now += 0.03) spinner.input(now)
  spinner.input(2e3)
  assert.not(spinner.goes_on(2e3 + 0.06))
})

test.run()
