// Where members stand, and that nothing covers anything.
import * as assert from 'uvu/assert'
import { between, flow_width, label_spots, layout_of, type Size } from '../../src/page/layout.ts'
import { suite } from '../harness.ts'

const test = suite('page/layout')

const WIDE: Size = { width: 840, height: 400 }
const NARROW: Size = { width: 300, height: 340 }
const LABEL: Size = { width: 84, height: 36 }

test('there is room for cards, then for small ones, then for dots, at last for points', () => {
  assert.equal([1, 3, 6, 12, 24, 60].map((count) => layout_of(count, WIDE).kind), [
    ...['card', 'card', 'card', 'dot', 'dot', 'point'],
  ])
  assert.equal([2, 3, 4, 5, 40].map((count) => layout_of(count, NARROW).kind), [
    ...['card', 'small_card', 'small_card', 'dot', 'point'],
  ])
})

test('everybody stands inside of the area and the same way each time', () => {
  for (const area of [WIDE, NARROW, { width: 1400, height: 500 }]) {
    for (let count = 1; count <= 40; count++) {
      const { spots, size } = layout_of(count, area)
      assert.is(spots.length, count)
      for (const { x, y } of spots) {
        assert.ok(x - size.width / 2 >= 0 && x + size.width / 2 <= area.width, `${count}: ${x}`)
        assert.ok(y - size.height / 2 >= 0 && y + size.height / 2 <= area.height, `${count}: ${y}`)
      }
      assert.equal(layout_of(count, area).spots, spots)
    }
  }
})

test('three are a triangle with one on top, two stand along the longer side', () => {
  const [top, right, left] = layout_of(3, WIDE).spots
  assert.ok(top.y < right.y && right.y === left.y && left.x < top.x && top.x < right.x)
  const wide = layout_of(2, WIDE).spots, narrow = layout_of(2, NARROW).spots
  assert.equal([wide[0].y === wide[1].y, narrow[0].x === narrow[1].x], [true, true])
})

test('words on links cover no member and no other words', () => {
  for (const count of [2, 3, 4, 5, 6]) {
    const layout = layout_of(count, WIDE)
    const links = layout.spots.flatMap((_, i) => layout.spots.slice(i + 1).map((_, j) => [i, i + 1 + j] as const))
    const spots = label_spots(links, layout, LABEL).filter((spot) => spot !== null)
    assert.ok(spots.length >= links.length - 2, `${count}: ${spots.length} of ${links.length}`)
    const apart = (a: { x: number; y: number }, b: { x: number; y: number }, size: Size) =>
      Math.abs(a.x - b.x) >= (LABEL.width + size.width) / 2 || Math.abs(a.y - b.y) >= (LABEL.height + size.height) / 2
    for (const [i, spot] of spots.entries()) {
      for (const other of layout.spots) assert.ok(apart(spot, other, layout.size))
      for (const other of spots.slice(i + 1)) assert.ok(apart(spot, other, LABEL))
    }
  }
})

test('where a link is too short for words there are none', () => {
  const layout = {
    kind: 'card' as const,
    size: { width: 100, height: 40 },
    spots: [{ x: 60, y: 50 }, { x: 180, y: 50 }],
  }
  assert.equal(label_spots([[0, 1]], layout, LABEL), [null])
})

test('tenfold traffic is a step more, and none is no line', () => {
  assert.equal([null, 0, 0.4].map(flow_width), [0, 0, 0])
  assert.equal([1, 10, 100, 1e9].map(flow_width), [1.5, 2.8, 4, 8])
  assert.equal(between({ x: 0, y: 10 }, { x: 100, y: 20 }, 0.25), { x: 25, y: 12.5 })
})

test.run()
