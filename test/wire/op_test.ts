import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { Op, OpRecord, Parsed } from '../../src/wire/op.ts'

const test = suite('wire/op')

test('kinds are distinct numbers above zero, the other answers are not', () => {
  const kinds = Object.values(Op)
  assert.is(new Set(kinds).size, kinds.length)
  assert.ok(kinds.every((kind) => kind > 0))
  assert.ok(Object.values(Parsed).every((answer) => answer <= 0))
})

test('clear leaves no span and no number of the operation before', () => {
  const op = new OpRecord()
  const fresh = { ...op }
  const used: Record<string, unknown> = op as unknown as Record<string, unknown>
  for (const name of Object.keys(fresh)) used[name] = typeof used[name] === 'boolean' ? true : 77
  op.clear()
  // These are set for every operation.
  const always = ['kind', 'op_start', 'args_start', 'args_end', 'canonical', 'body_start']
  for (const [name, value] of Object.entries(fresh)) if (!always.includes(name)) assert.is(used[name], value, name)
})

test.run()
