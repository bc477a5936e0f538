import * as assert from 'uvu/assert'
import { Drawing, our_ink, text_width, wrapped } from '../../src/bench/svg.ts'
import { suite } from '../harness.ts'
import { open_elements } from './well_formed.ts'

const test = suite('bench/svg')

test('the drawing is well-formed, whatever words are in it', () => {
  const drawing = new Drawing({ mine: { light: '#123456', dark: '#abcdef' } })
  drawing.text(1, 2, 'a < b & "c" > d', { anchor: 'end', bold: true, halo: true })
  drawing.line([[0, 0], [1.25, 2]], 'mine', 2, '3 4')
  drawing.box(0, 0, 3, 4, 'grid')
  for (const marker of ['circle', 'square', 'triangle', 'diamond'] as const) drawing.marker(5, 5, marker, 'mine', true)
  const svg = drawing.svg(100.2, 50, 'title <1>')
  assert.equal(open_elements(svg), [])
  assert.match(svg, /^<svg [^>]*width="101" height="50" viewBox="0 0 101 50"/)
  assert.match(svg, />a &lt; b &amp; &quot;c&quot; &gt; d<\/text>/)
  assert.match(svg, /points="0,0 1\.3,2"/)
})

test('every colour has a light and a dark one, and the picture a paper of its own', () => {
  const svg = new Drawing({ mine: { light: '#123456', dark: '#abcdef' } }).svg(10, 10, 't')
  const [, light, dark] = /<style>(.*)@media\(prefers-color-scheme:dark\)\{(.*)\}<\/style>/.exec(svg)!
  assert.match(light, /\.f-mine\{fill:#123456\}\.s-mine\{stroke:#123456\}/)
  assert.match(dark, /\.f-mine\{fill:#abcdef\}\.s-mine\{stroke:#abcdef\}/)
  assert.match(svg, /<rect [^>]*class="f-paper s-frame"\/>/)
})

test('our colours go from one end to the other', () => {
  assert.is(our_ink(0, 1).light, our_ink(3, 4).light)
  const lights = [0, 1, 2, 3].map((at) => our_ink(at, 4).light)
  assert.is(new Set(lights).size, 4)
  assert.ok(lights.every((colour) => /^#[0-9a-f]{6}$/.test(colour)))
})

test('words are wrapped so that no line is too wide', () => {
  const words = 'with 2 cores none can be kept for the load, so servers and load share them'
  const lines = wrapped(words, 11, 200)
  assert.is(lines.join(' '), words)
  assert.ok(lines.length > 1 && lines.every((line) => text_width(line, 11) <= 200))
  assert.equal(wrapped('indivisible', 11, 5), ['indivisible'])
  assert.ok(text_width('mmm', 10) > text_width('iii', 10))
})

test.run()
