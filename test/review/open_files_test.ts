import * as assert from 'uvu/assert'
import { MAX_CONNECTIONS } from '../../src/base/limits.ts'
import { open_files_limit, open_files_shortage } from '../../src/review/open_files.ts'
import { suite } from '../harness.ts'

const test = suite('review/open_files')

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max cpu time              unlimited            unlimited            seconds
Max open files            1024                 524288               files
`

test('the soft limit is read where the system tells it', () => {
  assert.is(open_files_limit(() => LIMITS), 1024)
  const read = () => {
    throw new Error('no such file')
  }
  assert.is(open_files_limit(read), null)
  assert.is(open_files_limit(() => LIMITS.replace('1024', 'unlimited')), null)
  assert.is(open_files_limit(() => ''), null)
})

test('this process has a limit on Linux', () => {
  assert.is(typeof open_files_limit(), process.platform === 'linux' ? 'number' : 'object')
})

test('it is said when connections and a few other files do not fit', () => {
  assert.is(open_files_shortage(null, 65536), null)
  assert.is(open_files_shortage(1064, 1000), null)
  const { level, text } = open_files_shortage(1063, 1000)!
  assert.is(level, 'WRN')
  assert.match(text, /limit of open files is 1063, too low for max_connections 1000:/)
})

test('who has said nothing of connections is not warned', () => {
  const { level, text } = open_files_shortage(1024, MAX_CONNECTIONS)!
  assert.is(level, 'INF')
  assert.match(text, /ulimit -n/)
})

test.run()
