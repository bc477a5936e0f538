import * as assert from 'uvu/assert'
import { looks_of, page_svg, panel_width } from '../../src/bench/picture_page.ts'
import { suite } from '../harness.ts'
import { made_report } from './made_report.ts'
import { open_elements, texts_of } from './well_formed.ts'

const test = suite('bench/picture_page')

test('everybody looks different, and ours say whose they are', () => {
  const looks = [...looks_of(made_report({ others: ['nats-server 2.9.10', 'nats-server 2.15.2'] }).contenders).values()]
  assert.equal(looks.map(({ name }) => name), [
    ...['onehop, 0 workers', 'onehop, 1 worker', 'onehop, 2 workers', 'nats-server 2.9.10', 'nats-server 2.15.2'],
  ])
  assert.is(new Set(looks.map(({ colour }) => colour.light)).size, 5)
  assert.is(new Set(looks.map(({ ink }) => ink)).size, 5)
})

test('panels stand side by side and in rows, below them how it was measured', () => {
  const places: number[][] = []
  const panel = (height: number) => ({
    height,
    draw: (_: unknown, x: number, y: number, width: number) => void places.push([x, y, width]),
  })
  const svg = page_svg({
    title: 'A',
    legend: 'b',
    columns: 2,
    panels: [panel(50), panel(80), panel(10)],
    report: made_report(),
  })
  assert.equal(open_elements(svg), [])
  const width = panel_width(2)
  assert.equal(places.map(([x, , w]) => [x, w]), [[20, width], [20 + width + 24, width], [20, width]])
  assert.is(places[0][1], places[1][1])
  assert.is(places[2][1], places[0][1] + 80 + 24)
  const texts = texts_of(svg)
  assert.is(texts[0].words, 'A')
  assert.match(texts.at(-1)!.words, /^median of 3 rounds/)
  const height = Number(/ height="(\d+)"/.exec(svg)![1])
  assert.ok(texts.every(({ y }) => y < height))
})

test.run()
