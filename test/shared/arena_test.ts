import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { Arena } from '../../src/shared/arena.ts'
import { ARENA_TOP, COUNTS_WORDS } from '../../src/shared/index_layout.ts'
import { suite } from '../harness.ts'

const test = suite('shared/arena')

function make_arena(bytes: number): Arena {
  const counts = new Int32Array(COUNTS_WORDS)
  counts[ARENA_TOP] = 1
  return new Arena(new SharedArrayBuffer(bytes), counts)
}

function filled(length: number, value: number): Uint8Array {
  return new Uint8Array(length).fill(value)
}

test('blocks never overlap, whatever is stored and freed', () => {
  const lengths = fc.array(fc.tuple(fc.integer({ min: 1, max: 300 }), fc.nat()), { maxLength: 200 })
  fc.assert(fc.property(lengths, fc.boolean(), (steps, with_rebuild) => {
    const arena = make_arena(8192)
    const held: { unit: number; length: number; value: number }[] = []
    steps.forEach(([length, choice], i) => {
      const value = (i % 255) + 1
      const unit = choice % 3 === 0 ? 0 : arena.store(filled(length, value), 0, length)
      if (unit > 0) held.push({ unit, length, value })
      else if (held.length > 0) {
        const [gone] = held.splice(choice % held.length, 1)
        arena.free(gone.unit, gone.length)
      }
      if (with_rebuild && choice % 7 === 0) arena.rebuild(held.map(({ unit, length }) => [unit, length]))
    })
    for (const { unit, length, value } of held) {
      for (let i = 0; i < length; i++) assert.is(arena.bytes[unit * 8 + i], value)
    }
  }))
})

test('a block that was freed is used again', () => {
  const arena = make_arena(1024)
  const unit = arena.store(filled(20, 1), 0, 20)
  arena.free(unit, 20)
  assert.is(arena.store(filled(24, 2), 0, 24), unit)
})

test('a full arena says so, and cuts larger free blocks before it does', () => {
  const arena = make_arena(8 + 64)
  const unit = arena.store(filled(64, 1), 0, 64)
  assert.is(arena.store(filled(1, 1), 0, 1), 0)
  arena.free(unit, 64)
  for (let i = 0; i < 8; i++) assert.ok(arena.store(filled(8, 1), 0, 8) > 0)
  assert.is(arena.store(filled(1, 1), 0, 1), 0)
})

test.run()
