import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { type Entries, parse_file, SyntaxFailure, type Value } from '../../src/config/parser.ts'
import { suite } from '../harness.ts'

const test = suite('config/parser')

type Files = Record<string, string>

function parse(text: string, environment: Files = {}, files: Files = {}): Entries {
  const all: Files = { 'a.conf': text, ...files }
  const read = (path: string) => {
    if (!Object.hasOwn(all, path)) throw new Error(`open ${path}: no such file or directory`)
    return all[path]
  }
  return parse_file('a.conf', { read, environment })
}

/** The plain value, integers as numbers. */
function plain(value: Value): unknown {
  if (value.kind === 'map') return plain_map(value.value)
  if (value.kind === 'array') return value.value.map(plain)
  return value.kind === 'int' ? Number(value.value) : value.value
}
const plain_map = (entries: Entries) => Object.fromEntries([...entries].map(([key, value]) => [key, plain(value)]))
const plainly = (text: string, environment?: Files, files?: Files) => plain_map(parse(text, environment, files))

function failure(text: string, environment?: Files, files?: Files): string {
  try {
    parse(text, environment, files)
  } catch (error) {
    assert.instance(error, SyntaxFailure)
    return (error as Error).message
  }
  return 'no error'
}
const on_line = (line: number, text: string) => `Parse error on line ${line}: '${text}'`
const position = (value: Value | undefined) => value && [value.position.line, value.position.column]

test('key and value are separated by =, : or blanks', () => {
  for (const text of ['a = 1', 'a: 1', 'a 1', 'a=1', 'a:1', 'a\n1', '"a" 1', "'a': 1"]) {
    assert.equal(plainly(text), { a: 1 }, text)
  }
  for (const text of ['m {x: 1}', 'm = {x: 1}', 'm: {x: 1}', 'm\n{x: 1}', 'm {\nx:\n1\n}']) {
    assert.equal(plainly(text), { m: { x: 1 } }, text)
  }
})

test('newline, comma and semicolon end a pair, and trailing ones are fine', () => {
  const expected = { a: 1, b: { c: 2, d: 3 }, e: 4 }
  assert.equal(plainly('a: 1, b { c: 2; d: 3, }; e: 4;'), expected)
  assert.equal(plainly('a: 1\r\nb {\r\nc: 2\r\nd: 3\r\n}\r\ne: 4'), expected)
})

test('braces around the whole are JSON style', () => {
  assert.equal(plainly('{ "a": 1, "b": ["x", "y"] }'), { a: 1, b: ['x', 'y'] })
  assert.equal(plainly('{\n"a": 1\n}\n'), { a: 1 })
  assert.equal(plainly('{{\na: 1\n}\n}\n'), { a: 1 })
  assert.equal(plainly('a: 1\n}\n'), { a: 1 })
})

test('comments stand where a key, an end of value or an element may', () => {
  const text = '# Узел ☃\n// b\na: 1 # c\nb: 2 // d\nm { # e\n// f\nx: 3 // g\n}\nl: [ # h\n1 // i\n# j\n2, // k\n]'
  assert.equal(plainly(text), { a: 1, b: 2, m: { x: 3 }, l: [1, 2] })
  assert.equal(plainly('a = b#c\nr = nats://h:1 # x\n'), { a: 'b#c', r: 'nats://h:1' })
  assert.equal(plainly('a: 1 / \nb: 2'), { a: 1, b: 2 })
})

test('arrays take newlines or commas, not semicolons', () => {
  assert.equal(plainly('a: [\n1\n"b"\nc\n]'), { a: [1, 'b', 'c'] })
  assert.equal(plainly('a: [b, c, ]'), { a: ['b', 'c'] })
  assert.equal(plainly('a: [1, 2]'), { a: [1, 2] })
  assert.equal(plainly('a: [{x: 1}\n{x: 2}]'), { a: [{ x: 1 }, { x: 2 }] })
  assert.is(failure('a: [,1]'), on_line(1, "Unexpected array value terminator ','."))
  assert.is(failure('a: [b,,c]'), on_line(1, "Unexpected array value terminator ','."))
  assert.match(failure('a: [b;c]'), 'Expected an array value terminator "," or an array terminator "]", but got \';\'')
})

test('values have kinds by their first character', () => {
  assert.equal(plainly('a: -1\nb: -1.5\nc: 1.25\nd: 007\ne: 127.0.0.1:4222\nf: 10.0.0.1:-1'), {
    ...{ a: -1, b: -1.5, c: 1.25, d: 7 },
    ...{ e: '127.0.0.1:4222', f: '10.0.0.1:-1' },
  })
  assert.is(parse('a: 2020-01-02T03:04:05Z').get('a')?.kind, 'date')
  assert.equal(plainly('a: yes\nb: On\nc: TRUE\nd: no\ne: off\nf: False\ng: "true"'), {
    ...{ a: true, b: true, c: true, d: false, e: false, f: false, g: 'true' },
  })
})

test('sizes multiply by thousands or, with a b or i, by 1024', () => {
  const sizes: [string, number][] = [
    ...[['1k', 1000], ['1kb', 1024], ['1KiB', 1024], ['1Ki', 1024], ['-1m', -1e6], ['1MB', 2 ** 20]] as [
      string,
      number,
    ][],
    ...[['2g', 2e9], ['1Gi', 2 ** 30], ['1tb', 2 ** 40], ['1p', 1e15], ['1e', 1e18]] as [string, number][],
  ]
  for (const [text, value] of sizes) assert.equal(plainly(`a: ${text}`), { a: value }, text)
  assert.is(failure('a: 99999999999999999999'), "integer '99999999999999999999' is out of the range")
})

test('numbers and dates that are none are refused', () => {
  assert.is(failure('a: .5'), on_line(1, 'Floats must start with a digit'))
  assert.is(failure('a: -x'), on_line(1, "Expected a digit but got 'x'."))
  assert.is(failure('a: 12-34'), on_line(1, 'All ISO8601 dates must be in full Zulu form.'))
  assert.match(failure('a: 2020-01-01\n'), "Expected 'T' in ISO8601 datetime, but found '\\n' instead.")
  assert.match(failure('a: 2020-x'), "Expected digit in ISO8601 datetime, but found 'x' instead.")
  assert.match(failure('a: 2020-13-01T00:00:00Z'), "expected Zulu formatted DateTime, but got '2020-13-01T00:00:00Z'")
  assert.match(failure('a: 1.5h'), "but got 'h' instead.")
  assert.match(failure('a: 10.0.0.0/8'), "but got '8' instead.")
})

test('strings have escapes in double quotes and in bare words only', () => {
  assert.equal(plainly('a: "\\x41\\t\\n\\r\\"\\\\"'), { a: 'A\t\n\r"\\' })
  assert.equal(plainly("a: 'x\\q\"'\nb: '\\x41'"), { a: 'x\\q"', b: '\\x41' })
  assert.equal(plainly('a: x\\x42c'), { a: 'xBc' })
  assert.equal(plainly('a: "one\n  two # x, {y}"'), { a: 'one\n  two # x, {y}' })
  assert.equal(plainly('a: "\\xc3\\xa9"\nb: Узел'), { a: 'é', b: 'Узел' })
  assert.match(
    failure('a: "a\\qb"'),
    "Invalid escape character 'q'. Only the following escape characters are allowed: \\xXX",
  )
})

test('a block string ends at a parenthesis alone on its line', () => {
  assert.equal(plainly('a: (\nfoo (bar)\nbaz\n)\nb: 1'), { a: '\nfoo (bar)\nbaz\n', b: 1 })
  assert.is(failure('a: (\nabc\n'), on_line(3, 'Unexpected EOF processing block.'))
})

test('what does not end says so', () => {
  assert.is(failure('a: "abc\n'), on_line(2, 'Unexpected EOF.'))
  assert.is(failure('c {\n  port: 1\n'), on_line(3, 'Unexpected EOF processing map.'))
  assert.is(failure('a'), 'config is invalid (a.conf:1:1)')
  assert.is(failure('b: 1\na\n'), 'config is invalid (a.conf:3:1)')
  assert.is(failure('a = \n'), on_line(2, 'Expected value but found new line'))
  assert.is(failure('= 5'), on_line(1, "Unexpected key separator '='"))
  assert.is(failure('c { : }'), on_line(1, "Unexpected key separator ':'."))
  assert.is(
    failure('a: 1 foo'),
    on_line(1, "Expected a top-level value to end with a new line, comment or EOF, but got 'f' instead."),
  )
  assert.is(
    failure('c { a: 1 foo }'),
    on_line(1, 'Expected a map value terminator "," or a map terminator "}", but got \'f\' instead.'),
  )
})

test('the later of repeated keys wins and stands where it was said', () => {
  assert.equal([...parse('a: 1\nb: 2\na: 3').keys()], ['b', 'a'])
  assert.equal(plainly('a: 1\nb: 2\na: 3'), { a: 3, b: 2 })
})

test('the position of a value is that of its key, of an element its own', () => {
  const entries = parse('a: 1\n  "b": 2\nl: [ x, "y", {z: 1} ]\n')
  assert.equal(position(entries.get('a')), [1, 0])
  assert.equal(position(entries.get('b')), [2, 4])
  const list = entries.get('l')
  assert.ok(list?.kind === 'array')
  assert.equal((list.value as Value[]).map(position), [[3, 6], [3, 10], [3, 20]])
})

test('a variable is the nearest earlier key outward, and is marked as used', () => {
  assert.equal(plainly('x = 1\nm { x = 2, y: $x, n { z: $x } }\nv: $x'), {
    ...{ x: 1, m: { x: 2, y: 2, n: { z: 2 } }, v: 1 },
  })
  const entries = parse('x = 1\ny = 2\nz: $x')
  assert.equal([...entries.values()].map((value) => value.used), [true, false, false])
  assert.equal(plainly('x = [1, {a: b}]\ny: $x\nz: "$x"').y, [1, { a: 'b' }])
  assert.is(plainly('x = 1\nz: "$x"').z, '$x')
  assert.is(failure('m { w = 4 }\nx: $w'), "variable reference for 'w' on line 2 can not be found")
  assert.is(failure('\n\nx: $x'), "variable reference for 'x' on line 3 can not be found")
  assert.is(plainly('p: $2a$11$abc').p, '$2a$11$abc')
  assert.match(failure('p: $2b$11$abc'), "variable reference for '2b$11$abc' on line 1")
})

test('the environment is asked last, and its text is a value', () => {
  const environment = {
    I: '22',
    S: "'22'",
    B: 'true',
    L: '[a, "b"]',
    N: '2KB',
    O: '$I',
    C: '$D',
    D: '$C',
    E: '',
    X: '$x',
  }
  assert.equal(plainly('i: $I\ns: $S\nb: $B\nl: $L\nn: $N\no: $O\ne: $E', environment), {
    ...{ i: 22, s: '22', b: true, l: ['a', 'b'], n: 2048, o: 22, e: '' },
  })
  assert.equal(plainly('I: 5\ni: $I', environment), { I: 5, i: 5 })
  const named = [...parse('o: $O\nx: $o\ny: 1', environment).values()].map((value) => value.environment)
  assert.equal(named, ['O', 'O', undefined])
  assert.match(
    failure('c: $C', environment),
    /variable reference for 'C' on line 1 could not be parsed: .*variable reference cycle for 'C'/,
  )
  assert.match(failure('x = 1\ny: $X', environment), "variable reference for 'x' on line 1 can not be found")
})

test('include merges the entries of another file, with its variables', () => {
  const files = { 'x.conf': 'size: 5\n', 'sub/x.conf': "include 'y.conf'", 'sub/y.conf': 'b: 1', '/abs.conf': 'a: 9' }
  for (const path of ['x.conf', "'x.conf'", '"x.conf";']) {
    assert.equal(plainly(`INCLUDE ${path}\na: $size`, {}, files), { size: 5, a: 5 })
  }
  assert.equal(plainly("m { include 'x.conf' }", {}, files), { m: { size: 5 } })
  assert.equal(plainly('include sub/x.conf', {}, files), { b: 1 })
  assert.equal(plainly('include /abs.conf', {}, files), { a: 9 })
  assert.is(parse('include x.conf', {}, files).get('size')?.position.file, 'x.conf')
})

test('a broken include names the file', () => {
  const files = { 'x.conf': 'a: "b', 'y.conf': 'a: $size', 'self.conf': 'include self.conf' }
  assert.is(
    failure('include x.conf', {}, files),
    `error parsing include file 'x.conf', ${on_line(1, 'Unexpected EOF.')}`,
  )
  assert.match(failure('size: 1\ninclude y.conf', {}, files), "'y.conf', variable reference for 'size' on line 1")
  assert.is(failure('include no', {}), "error parsing include file 'no', open no: no such file or directory")
  assert.match(failure('include self.conf', {}, files), 'it includes itself')
  for (const [text, found] of [['[a]', 'start of an array'], ['{', 'start of a map'], ['5', 'start of a number']]) {
    assert.is(failure(`include ${text}`), on_line(1, `Expected include value but found ${found}`))
  }
})

test('any text is a map or a SyntaxFailure', () => {
  const piece = fc.constantFrom(
    ...[
      '{',
      '}',
      '[',
      ']',
      '(',
      ')',
      '"',
      "'",
      '\\',
      '$',
      '#',
      '//',
      '/',
      ',',
      ';',
      ':',
      '=',
      ' ',
      '\n',
      '\r',
      '\t',
      '\0',
    ],
    ...['a', 'include', '1', '2k', '-', '.', '2020-', 'yes', '$a', '\\x4', 'é', '__proto__'],
  )
  const text = fc.oneof(fc.array(piece).map((pieces) => pieces.join('')), fc.string({ unit: 'binary' }))
  fc.assert(fc.property(text, (source) => void failure(source, { a: '[', b: '$b' }, { a: 'a: 1' })), { numRuns: 5000 })
})

test('a nesting without end is refused', () => {
  assert.match(failure('a: ' + '['.repeat(100_000)), 'Nested too deep')
})

test('a printed value parses back', () => {
  const key = fc.string({ minLength: 1 }).filter((text) => !/["\0]/.test(text))
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
      fc.array(tie('tree')),
      fc.dictionary(key, tie('tree')),
    ),
  }))
  const print = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(print).join('\n')}]`
    if (typeof value === 'object') {
      return `{${Object.entries(value!).map(([name, entry]) => `"${name}": ${print(entry)}`).join(', ')}}`
    }
    if (typeof value !== 'string') return String(value)
    return `"${value.replace(/[\\"]/g, '\\$&')}"`
  }
  fc.assert(fc.property(tree, (value) => {
    assert.equal(JSON.stringify(plainly(`v: ${print(value)}`).v), JSON.stringify(value))
  }))
})

test.run()
