import * as assert from 'uvu/assert'
import { find_blocks } from '../../scripts/docs/markdown_blocks.mjs'
import { suite } from '../harness.ts'

const test = suite('docs/markdown_blocks')
const fence = '```'
const page = (...lines: string[]) => `${lines.join('\n')}\n`

test('a block has its line, its language and its text', () => {
  const [block, ...others] = find_blocks(page('# A page', '', `${fence}sh`, 'ls', '', 'pwd', fence, 'Text.'))
  assert.equal(others, [])
  assert.equal([block.line, block.language, block.text], [3, 'sh', 'ls\n\npwd\n'])
  assert.equal(block.faults, [])
})

test('other names of a language mean the same', () => {
  const blocks = find_blocks(page(`${fence}bash`, 'ls', fence, `${fence}typescript`, 'let a', fence))
  assert.equal(blocks.map(({ language }) => language), ['sh', 'ts'])
})

test('a block without a language is a fault, and so is one without an end', () => {
  assert.equal(find_blocks(page(fence, 'ls', fence))[0].faults, ['the block has no language'])
  assert.equal(find_blocks(page(`${fence}sh`, 'ls'))[0].faults, ['the block has no end'])
})

test('a block in a list loses the indentation of the list', () => {
  const [block] = find_blocks(page('1. First', '', `   ${fence}sh`, '   ls \\', '     -l', `   ${fence}`))
  assert.is(block.text, 'ls \\\n  -l\n')
})

test('a longer fence may contain a shorter one', () => {
  const blocks = find_blocks(page('````text', `${fence}sh`, 'ls', fence, '````'))
  assert.equal(blocks.map(({ text }) => text), [`${fence}sh\nls\n${fence}\n`])
})

test('comments in front of it say how it is run', () => {
  const [block] = find_blocks(page('<!-- runs on -->', '', '<!-- seconds: 60 -->', `${fence}sh`, 'ls', fence))
  assert.equal(block.marks, { 'runs on': true, seconds: '60' })
  assert.equal(block.faults, [])
})

test('a comment in front of a text does not belong to the block behind the text', () => {
  const [block] = find_blocks(page('<!-- runs on -->', 'Text.', `${fence}sh`, 'ls', fence))
  assert.equal(block.marks, {})
})

test('a reason that says nothing is a fault', () => {
  for (const comment of ['<!-- not run -->', '<!-- not run: -->', '<!-- needs:  -->']) {
    const [{ faults }] = find_blocks(page(comment, `${fence}sh`, 'ls', fence))
    assert.is(faults.length, 1, comment)
    assert.match(faults[0], 'says nothing')
  }
})

test('seconds that are no number are a fault', () => {
  assert.equal(find_blocks(page('<!-- seconds: long -->', `${fence}sh`, 'ls', fence))[0].faults, [
    '"seconds" is a number, not long',
  ])
})

test('comments of other meanings are passed over', () => {
  const [{ marks, faults }] = find_blocks(page('<!-- help: made by a script -->', `${fence}sh`, 'ls', fence))
  assert.equal([marks, faults], [{}, []])
})

test('the line before it names its file, if it names one and ends with a colon', () => {
  const file = (lead: string) => find_blocks(page(lead, '', `${fence}conf`, 'port: 1', fence))[0].file
  assert.is(file('`seed.conf`:'), 'seed.conf')
  assert.is(file('Put this into `etc/one.conf`:'), 'etc/one.conf')
  assert.is(file('`seed.conf` has this.'), undefined)
  assert.is(file('`a.conf` and `b.conf`:'), undefined)
  assert.is(file('With `port`:'), undefined)
})

test('a comment names the file as well, and what is not run has none', () => {
  const [named] = find_blocks(page('`a.conf`:', '<!-- file: b.conf -->', `${fence}conf`, 'port: 1', fence))
  assert.is(named.file, 'b.conf')
  const [not_run] = find_blocks(page('`a.conf`:', '<!-- not run: elsewhere -->', `${fence}conf`, 'port: 1', fence))
  assert.is(not_run.file, undefined)
})

test.run()
