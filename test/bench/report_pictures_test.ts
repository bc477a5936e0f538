import * as assert from 'uvu/assert'
import { report_pictures } from '../../src/bench/report_pictures.ts'
import { text_width } from '../../src/bench/svg.ts'
import { suite } from '../harness.ts'
import { made_report } from './made_report.ts'
import { open_elements, type PlacedText, texts_of } from './well_formed.ts'

const test = suite('bench/report_pictures')
const OTHERS = ['nats-server 2.9.10', 'nats-server 2.15.2']
const reports = {
  'two cores': made_report(),
  'one number, nobody else': made_report({ workers: [2], others: [] }),
  'many cores, two others': made_report({ workers: [0, 1, 2, 4, 8, 16], others: OTHERS, generator: 1 }),
  'all failed': made_report({ failures: ['no'] }),
}

/** Where words are, by an estimate that is rather too wide. */
function extent({ x, y, size, anchor, words }: PlacedText) {
  const width = text_width(words, size)
  const left = anchor === 'end' ? x - width : anchor === 'middle' ? x - width / 2 : x
  return { left, right: left + width, top: y - size * 0.75, bottom: y + size * 0.2 }
}

test('there are three pictures, and none of what was not measured', () => {
  assert.equal(report_pictures(made_report()).map(([name]) => name), ['throughput.svg', 'latency.svg', 'cpu.svg'])
  const failed = report_pictures(made_report({ failures: ['no'] })).map(([name]) => name)
  assert.equal(failed, ['throughput.svg'])
})

for (const [name, report] of Object.entries(reports)) {
  test(`well-formed, nothing cut off, no words over each other, legible: ${name}`, () => {
    for (const [file, svg] of report_pictures(report)) {
      assert.equal(open_elements(svg), [], file)
      assert.not.match(svg, /NaN|undefined|Infinity/, file)
      const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg)!.map(Number)
      const texts = texts_of(svg)
      assert.ok(texts.length > 5, file)
      const all = texts.map((text) => ({ ...extent(text), words: text.words }))
      for (const one of all) {
        assert.ok(one.left >= 0 && one.right <= width && one.top >= 0 && one.bottom <= height, `${file}: ${one.words}`)
      }
      assert.ok(texts.every(({ size }) => size >= 11), `${file}: too small`)
      all.forEach((a, i) =>
        all.slice(i + 1).forEach((b) => {
          const apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top
          assert.ok(apart, `${file}: "${a.words}" over "${b.words}"`)
        })
      )
    }
  })
}

test.run()
