import * as assert from 'uvu/assert'
import { system_clock } from '../../src/base/clock.ts'
import { open_page, opener } from '../../src/local_mesh/open_page.ts'
import { suite } from '../harness.ts'

const test = suite('local_mesh/open_page')

test('each system has its word for it', () => {
  assert.equal(opener('linux', 'http://x'), ['xdg-open', 'http://x'])
  assert.equal(opener('darwin', 'http://x'), ['open', 'http://x'])
  assert.equal(opener('win32', 'http://x'), ['cmd', '/c', 'start', '', 'http://x'])
})

test('a failure is told', async () => {
  const clock = system_clock()
  assert.match(await open_page(['/nowhere/opener'], clock), /^\/nowhere\/opener: /)
  assert.match(await open_page(['node', '-e', 'process.exit(3)'], clock), 'node ended with status 3')
  assert.is(await open_page(['node', '-e', ''], clock), '')
})

test.run()
