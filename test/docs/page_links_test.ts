import { posix } from 'node:path'
import * as assert from 'uvu/assert'
import { anchors_of, dead_links, links_of } from '../../scripts/docs/page_links.mjs'
import { suite } from '../harness.ts'

const test = suite('docs/page_links')
const fence = '```'

test('links and pictures have their line', () => {
  assert.equal(links_of('# A\n\n[b](b.md) and [c](c.md#d)\n\n![e](e.png)\n'), [
    { line: 3, target: 'b.md' },
    { line: 3, target: 'c.md#d' },
    { line: 5, target: 'e.png' },
  ])
})

test('what stands in code is no link', () => {
  assert.equal(links_of(`${fence}js\na[b](c)\n${fence}\n\nwith \`x[y](z)\`\n`), [])
})

test('links to elsewhere are not looked at', () => {
  assert.equal(links_of('[a](https://example.org/) [b](mailto:b@example.org)\n'), [])
})

test('anchors are made of headings', () => {
  assert.equal([...anchors_of('# A page\n\n## The `RS+`, first\n\n## exports [ ]\n\n### A [link](b.md)\n')], [
    'a-page',
    'the-rs-first',
    'exports--',
    'a-link',
  ])
})

test('two equal headings have two anchors, and a comment in code is no heading', () => {
  assert.equal([...anchors_of(`## A\n\n${fence}sh\n# not one\n${fence}\n\n## A\n`)], ['a', 'a-1'])
})

test('a link leads to a file, and to a heading of it', () => {
  const files: Record<string, string> = {
    'README.md': '[a](docs/a.md) [b](docs/b.md) [c](#none)\n',
    'docs/a.md': '# One\n[up](../README.md) [two](#two) [one](#one)\n',
  }
  const by = { read: (path: string) => files[path] ?? null, join: posix.join }
  assert.equal(dead_links('README.md', by), [
    'README.md:1: there is no docs/b.md',
    'README.md:1: README.md has no heading #none',
  ])
  assert.equal(dead_links('docs/a.md', by), ['docs/a.md:2: docs/a.md has no heading #two'])
})

test.run()
