import * as assert from 'uvu/assert'
import { basename } from 'node:path'
import { page_folder, worker_path, worker_url } from '../../src/thread/worker_url.ts'
import { suite } from '../harness.ts'

const test = suite('thread/worker_url')

test('each worker has a file of its own name, as URL and as path', () => {
  for (const name of ['client', 'route', 'matcher'] as const) {
    const url = worker_url(name)
    assert.is(url.protocol, 'file:')
    assert.match(basename(url.pathname), new RegExp(`^${name}\\.(ts|js)$`))
    assert.match(worker_path(name), new RegExp(`[/\\\\]${name}\\.(ts|js)$`))
  }
})

test('run from its sources they are those in workers/', () => {
  const from_source = worker_url('client').pathname.endsWith('.ts')
  if (from_source) assert.match(worker_url('client').pathname, /\/workers\/client\.ts$/)
  else assert.not.match(worker_url('client').pathname, /\/workers\/client/)
})

test('the page is what was built, wherever the program runs from', () => {
  const from_source = worker_url('client').pathname.endsWith('.ts')
  const beside = new URL('.', worker_url('client')).pathname
  const { protocol, pathname } = page_folder()
  assert.is(protocol, 'file:')
  if (from_source) assert.match(pathname, /\/dist\/page\/$/)
  else assert.is(pathname, `${beside}page/`)
})

test.run()
