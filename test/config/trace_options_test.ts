import * as assert from 'uvu/assert'
import { load } from '../../src/config/load.ts'
import { suite } from '../harness.ts'

const test = suite('config/trace_options')

function read(text: string) {
  const loaded = load(['-c', 'f'], {}, {
    read: () => `accounts { A { msg_trace: ${text} } }`,
    help: () => '',
    help_tls: () => '',
  })
  if (loaded.kind === 'run') return loaded.options.accounts[0].trace ?? loaded.warnings.join()
  return loaded.kind === 'print' ? loaded.stderr : ''
}

test('a subject, or a subject and how many of a hundred', () => {
  assert.equal(read('a.b'), { dest: 'a.b', sampling: 100 })
  assert.equal(read('{ dest: a, sampling: 25 }'), { dest: 'a', sampling: 25 })
  assert.equal(read('{ dest: a, sampling: "25%" }'), { dest: 'a', sampling: 25 })
})

test('anything else is refused', () => {
  for (
    const [text, why] of [
      ['5', 'Expected account message trace "msg_trace" to be a string or a map/struct, got int64'],
      ['"a..b"', 'Trace destination "a..b" is not valid'],
      ['{ dest: 5 }', 'Field "dest" should be a string, got int64'],
      ['{ dest: a, sampling: 0 }', 'sampling value 0 is invalid'],
      ['{ dest: a, sampling: true }', 'should be an integer or a percentage, got bool'],
      ['{ dest: a, sampling: 101 }', 'sampling value 101 is invalid'],
      ['{ dest: a, sampling: x }', 'Invalid trace destination sampling value "x"'],
      ['{ dest: a, foo: 1 }', 'Unknown field "foo"'],
    ]
  ) assert.ok(String(read(text)).includes(why), `${text}: ${read(text)}`)
})

test('how many without a place to tell it is warned about', () => {
  assert.match(String(read('{ sampling: 5 }')), 'sampling ignored since no destination was set')
  assert.is(read('{}'), '')
})

test.run()
