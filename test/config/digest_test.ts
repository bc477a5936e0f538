import * as assert from 'uvu/assert'
import { config_digest } from '../../src/config/digest.ts'
import { parse_file } from '../../src/config/parser.ts'
import { suite } from '../harness.ts'

const test = suite('config/digest')
const digest = (text: string) => config_digest(parse_file('f', { read: () => text, environment: {} }))

test('the digest of foo = bar is that of nats-server', () => {
  assert.is(digest('foo = bar'), 'sha256:226e49e13d16e5e8aa0d62e58cd63361bf097d3e2b2444aa3044334628a2e8de')
})

test('comments and spelling do not matter, values do', () => {
  const expected = digest('a: 1\nb { c: "x" }')
  assert.is(digest("# c\nb = {'c' x};a 1 // d"), expected)
  assert.is.not(digest('a: 2\nb { c: "x" }'), expected)
})

test.run()
