import * as assert from 'uvu/assert'
import fc from 'fast-check'
import { latin1_bytes } from '../../src/base/bytes.ts'
import { allocate_edges, edge_hash, EdgeTable } from '../../src/shared/edge_table.ts'
import { NODE_HASH, NODE_LENGTH, NODE_PARENT, NODE_SHIFT, NODE_TOKEN } from '../../src/shared/index_layout.ts'
import { suite } from '../harness.ts'

const test = suite('shared/edge_table')

test('it finds what is in it and nothing else, through inserts, removals and equal hashes', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 3 })), {
    minLength: 40,
    maxLength: 200,
    size: 'max',
  })
  fc.assert(fc.property(steps, (pairs) => {
    const counts = new Int32Array(1)
    const table = new EdgeTable(allocate_edges(64), counts, 0)
    const nodes = new Int32Array(128 << NODE_SHIFT)
    const arena = latin1_bytes('aaaaaaaabbbbbbbbccccccccdddddddd')
    const present = new Map<number, number>()
    for (const [parent, token] of pairs) {
      const child = parent * 4 + token
      // Two tokens share a hash, so that only their bytes tell them apart.
      const token_hash = token >> 1
      const hash = edge_hash(parent, token_hash)
      if (present.has(child)) {
        table.remove(hash, child)
        present.delete(child)
      } else {
        nodes.set([parent, token, 1], child << NODE_SHIFT)
        nodes[(child << NODE_SHIFT) + NODE_HASH] = token_hash
        table.insert(hash, child)
        present.set(child, hash)
      }
      assert.is(counts[0], present.size)
      for (let other = 4; other < 52; other++) {
        const found = table.find(nodes, arena, other >> 2, (other & 3) >> 1, arena, (other & 3) * 8, 1)
        assert.is(found, present.has(other) ? other : 0)
        assert.is(table.has(edge_hash(other >> 2, (other & 3) >> 1), other), present.has(other))
      }
    }
  }))
  assert.equal([NODE_PARENT, NODE_TOKEN, NODE_LENGTH], [0, 1, 2])
})

test('a lookup ends in a table without an empty slot', () => {
  const table = new EdgeTable(allocate_edges(4), new Int32Array(1), 0)
  table.words.fill(7)
  assert.is(table.find(new Int32Array(64 << NODE_SHIFT), new Uint8Array(8), 1, 1, new Uint8Array(1), 0, 1), 0)
  table.remove(1, 3)
})

test('a touch changes nothing', () => {
  const table = new EdgeTable(allocate_edges(16), new Int32Array(1), 0)
  table.insert(5, 9)
  const before = [...table.words]
  for (let hash = -20; hash < 20; hash++) table.touch(hash)
  assert.equal([...table.words], before)
})

test('it asks for growth before it is full', () => {
  const counts = new Int32Array(1)
  const table = new EdgeTable(allocate_edges(16), counts, 0)
  counts[0] = 14
  assert.not(table.has_room(1))
  counts[0] = 13
  assert.ok(table.has_room(1))
})

test.run()
