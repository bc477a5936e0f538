// Both themes can be read: text stands out from its ground by 4.5 to 1, signs and lines by 3 to 1 (WCAG 2, AA).
import * as assert from 'uvu/assert'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from '../harness.ts'

const test = suite('page/colors')

const css = readFileSync(join(globalThis.ONEHOP_ROOT ?? '.', 'src/page/colors.css'), 'utf8')

/** The colours of each block of rules, in their order: light, dark by the system, dark by choice. */
const themes = css.split(/(?=:root)/).slice(1).map((block) =>
  Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name, color]) => [name, color]))
)

const TEXT: [color: string, grounds: string[]][] = [
  ['ink', ['card', 'ground', 'sunk', 'accent-soft']],
  ['muted', ['card', 'ground', 'sunk']],
  ['accent', ['card', 'accent-soft', 'ground']],
  ['good', ['card', 'good-soft']],
  ['warn', ['card', 'warn-soft']],
  ['bad', ['card', 'bad-soft']],
  ['card', ['accent']],
]
const LINES: [color: string, grounds: string[]][] = [['in', ['card']], ['out', ['card']], ['sent', ['card']], ['flow', [
  'card',
]]]

function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

test('there are two themes, and the dark one is the same by choice and by the system', () => {
  assert.is(themes.length, 3)
  assert.equal(themes[1], themes[2])
  assert.equal(Object.keys(themes[0]).sort(), Object.keys(themes[1]).sort())
})

for (const [i, name] of ['light', 'dark'].entries()) {
  test(`in the ${name} theme everything stands out from its ground`, () => {
    for (const [least, pairs] of [[4.5, TEXT], [3, LINES]] as const) {
      for (const [color, grounds] of pairs) {
        for (const ground of grounds) {
          const found = contrast(themes[i][color], themes[i][ground])
          assert.ok(found >= least, `${color} on ${ground}: ${found.toFixed(2)}`)
        }
      }
    }
  })
}

test.run()
