import * as assert from 'uvu/assert'
import { Slots } from '../../src/thread/slots.ts'
import { suite } from '../harness.ts'

const test = suite('thread/slots')

test('an actor knows its slot when it is made, and is found there until the slot is freed', () => {
  const slots = new Slots<{ slot: number }>()
  const [a, b] = [slots.place((slot) => ({ slot })), slots.place((slot) => ({ slot }))]
  assert.is.not(a.slot, b.slot)
  assert.ok(slots.at(a.slot) === a && slots.at(b.slot) === b)
  slots.free(a.slot)
  assert.is(slots.at(a.slot), undefined)
  assert.equal([...slots], [b])
})

test('free slots are used again before new ones', () => {
  const slots = new Slots<{ slot: number }>()
  const made = Array.from({ length: 10 }, () => slots.place((slot) => ({ slot })))
  for (const { slot } of made.slice(2, 5)) slots.free(slot)
  const again = [0, 1, 2].map(() => slots.place((slot) => ({ slot })).slot)
  assert.equal(again.sort(), made.slice(2, 5).map(({ slot }) => slot))
  assert.is(slots.place((slot) => ({ slot })).slot, 10)
})

test('a slot is freed once', () => {
  const slots = new Slots<object>()
  slots.place(() => ({}))
  slots.free(0)
  assert.throws(() => slots.free(0), 'freed once')
  assert.throws(() => slots.free(7), 'freed once')
})

test('an actor that can not be made takes no slot', () => {
  const slots = new Slots<object>()
  assert.throws(() =>
    slots.place(() => {
      throw new Error('no')
    })
  )
  assert.equal([...slots], [])
})

test('actors may go while all are visited', () => {
  const slots = new Slots<{ slot: number }>()
  for (let i = 0; i < 5; i++) slots.place((slot) => ({ slot }))
  let visited = 0
  for (const { slot } of slots) {
    visited++
    slots.free(slot)
  }
  assert.is(visited, 5)
})

test.run()
