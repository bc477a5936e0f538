// The runner on pages of its own: a page that is not true has to be found out.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'

const test = suite('docs/run', 60_000)
const fence = '```'
const folder = mkdtempSync(join(tmpdir(), 'onehop-docs-test-'))
test.after(() => rmSync(folder, { recursive: true, force: true }))

const block = (language: string, ...lines: string[]) => [`${fence}${language}`, ...lines, fence, ''].join('\n')

/** What the runner says of a page of these parts, without what differs from run to run. */
function run_page(name: string, ...parts: string[]) {
  const page = join(folder, `${name}.md`)
  writeFileSync(page, parts.join('\n'))
  const script = join(globalThis.ONEHOP_ROOT!, 'scripts/docs_test.mjs')
  const { stdout, status } = spawnSync(process.execPath, [script, '--here', page], { encoding: 'utf8' })
  return { stdout, status }
}

test('a page that is true passes, with state that goes from block to block', () => {
  const { stdout, status } = run_page(
    'true',
    block('sh', 'mkdir inner && cd inner', 'export WORD=hello'),
    block('console', '$ basename "$PWD" && echo $WORD', 'inner', 'hello'),
    block('js', "console.log('from a module')"),
    block('text', 'from a module'),
    '`answer.mjs`:\n',
    block('js', 'console.log(process.argv[2])'),
    block('console', '$ node answer.mjs 42 && cd ..', '42'),
    '<!-- not run: needs the moon -->\n',
    block('sh', 'false'),
  )
  assert.match(stdout, /^6 passed, 0 failed$/m, stdout)
  assert.match(stdout, /^1 not run/m)
  assert.is(status, 0)
})

test('each untruth is a failure with its line', () => {
  const { stdout, status } = run_page(
    'untrue',
    block('sh', 'false'),
    block('console', '$ echo one', 'two'),
    block('js', "throw new Error('ends badly')"),
    block('', 'no language'),
    block('json', '{'),
    '`unused.txt`:\n',
    block('ini', 'a=b'),
    '<!-- not run: -->\n',
    block('sh', 'true'),
    'A [link](nowhere.md).',
  )
  for (const words of ['status 1', 'does not come: two', 'ends badly', 'no language', 'JSON', 'no command names']) {
    assert.match(stdout, words)
  }
  assert.match(stdout, '"not run" says nothing')
  assert.match(stdout, /there is no .*nowhere\.md/)
  assert.match(stdout, /FAIL .*untrue\.md:1 sh/)
  assert.is(status, 1)
})

test('a server goes on behind its block, and its log can be shown later', () => {
  const { stdout, status } = run_page(
    'server',
    block('sh', 'onehop -a 127.0.0.1 -p -1 -P server.pid', 'onehop --signal quit=server.pid'),
    '<!-- output of: onehop -a -->\n',
    block('text', '[INF] Server is ready', '[INF] Server Exiting..'),
    block('console', '$ onehop -a 127.0.0.1 -p -1', '...', '[1] 2026/01/01 00:00:00.0 [INF] Server is ready', '^C'),
  )
  assert.match(stdout, /^3 passed, 0 failed$/m, stdout)
  assert.is(status, 0)
})

test('configurations are judged by the server, good and bad ones', () => {
  const { stdout } = run_page(
    'conf',
    block('conf', 'port: 4222'),
    '<!-- wrong -->\n',
    block('conf', 'prot: 4222'),
    block('conf', 'prot: 4222'),
    '<!-- wrong -->\n',
    block('conf', 'port: 4222'),
  )
  assert.match(stdout, /^2 passed, 2 failed$/m, stdout)
  assert.match(stdout, 'unknown field "prot"')
  assert.match(stdout, 'is not refused')
})

test.run()
