import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { parse_connect } from '../../src/wire/connect.ts'

const test = suite('wire/connect')

test('known fields are read, unknown ones ignored', () => {
  assert.equal(parse_connect('{"verbose":false,"user":"a\\u00e9","protocol":1,"color":{"x":[1,"}"]},"echo":true}'), {
    verbose: false,
    user: 'a\u00e9',
    protocol: 1,
    echo: true,
  })
  assert.equal(parse_connect(' \t{ }\r\n'), {})
  assert.equal(
    parse_connect('{"name":"N1","cluster":"c","cluster_dynamic":true,"lnoc":true,"lnocu":false,"gateway":"g"}'),
    { name: 'N1', cluster: 'c', cluster_dynamic: true, lnoc: true, lnocu: false, gateway: 'g' },
  )
})

test('names are taken in any case, and the later of two wins', () => {
  assert.equal(parse_connect('{"VERBOSE":false}'), { verbose: false })
  assert.equal(parse_connect('{"verbose":true,"Verbose":false}'), { verbose: false })
  assert.equal(parse_connect('{"verbose":true,"VERBOSE":false,"verbose":true}'), { verbose: true })
})

test('null leaves a field unchanged, also behind another value', () => {
  assert.equal(parse_connect('{"verbose":null,"user":null}'), {})
  assert.equal(parse_connect('{"verbose":false,"verbose":null}'), { verbose: false })
})

test('a wrong type anywhere makes the whole unusable', () => {
  const texts = [
    '{"verbose":"true"}',
    '{"verbose":0}',
    '{"verbose":[]}',
    '{"user":1}',
    '{"user":{}}',
    '{"user":false}',
    '{"protocol":"1"}',
    '{"protocol":1.0}',
    '{"protocol":1e0}',
    '{"protocol":9223372036854775808}',
    '{"protocol":true}',
    '{"verbose":"x","verbose":true}',
    '{"import":"x"}',
    '{"import":{"allow":"x"}}',
    '{"export":{"deny":[1]}}',
  ]
  for (const text of texts) assert.is(parse_connect(text), null, text)
})

test('integers may be negative or large', () => {
  assert.equal(parse_connect('{"protocol":-1}'), { protocol: -1 })
  assert.equal(parse_connect('{"protocol": 22 }'), { protocol: 22 })
  assert.equal(parse_connect('{"protocol":-0}'), { protocol: 0 })
  assert.ok(parse_connect('{"protocol":9223372036854775807}'))
})

test('anything but exactly one JSON object is unusable', () => {
  const texts = [
    '',
    '{',
    '{}x',
    '{} {}',
    '[]',
    'null',
    '"x"',
    '1',
    '{"a":1,}',
    "{'a':1}",
    '{"a":01}',
    '{"a" 1}',
    '{"a":"\n"}',
    'true',
  ]
  for (const text of texts) assert.is(parse_connect(text), null, text)
})

test('brackets, commas and quotes inside strings do not confuse', () => {
  assert.equal(parse_connect('{"user":"},\\"{[\\\\","x":{"verbose":"y","z":["]",{}]},"pass":":"}'), {
    user: '},"{[\\',
    pass: ':',
  })
  assert.equal(parse_connect('{"__proto__":{"verbose":true},"constructor":1,"toString":"x"}'), {})
  assert.equal(parse_connect('{"\\u0076erbose" : true}'), { verbose: true })
})

test('permissions are lists of subjects', () => {
  assert.equal(parse_connect('{"import":{"Allow":["a","b"],"x":1},"export":{"deny":null}}'), {
    import: { allow: ['a', 'b'] },
    export: {},
  })
})

test('a deeply nested or long text is no trouble', () => {
  const deep = '['.repeat(20000) + ']'.repeat(20000)
  assert.equal(parse_connect(`{"x":${deep},"verbose":true}`), { verbose: true })
  const jwt = 'a'.repeat(100_000)
  assert.equal(parse_connect(`{"jwt":"${jwt}"}`), { jwt })
})

test.run()
