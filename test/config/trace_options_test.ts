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
  if (loaded.kind === 'run') return loaded.options.accounts[0].trace
  return loaded.kind === 'print' ? loaded.stderr : ''
}

test('a subject, or a subject and how many of a hundred', () => {
  assert.equal(read('a.b'), { dest: 'a.b', sampling: 100 })
  assert.equal(read('{ dest: a, sampling: 25 }'), { dest: 'a', sampling: 25 })
  assert.equal(read('{ dest: a, sampling: "25%" }'), { dest: 'a', sampling: 25 })
  assert.equal(read('{ dest: a, sampling: 0 }'), { dest: 'a', sampling: 100 })
})

test('anything else is refused', () => {
  for (
    const [text, why] of [
      ['5', 'Expected account message trace to be a subject or a map/struct'],
      ['"a..b"', 'Trace destination "a..b" is not valid'],
      ['{ sampling: 5 }', 'Trace destination "" is not valid'],
      ['{ dest: a, sampling: 101 }', 'sampling value 101 is invalid'],
      ['{ dest: a, sampling: x }', 'sampling value x is invalid'],
      ['{ dest: a, foo: 1 }', 'Unknown field "foo"'],
    ]
  ) assert.ok(String(read(text)).includes(why), `${text}: ${read(text)}`)
})

test.run()
