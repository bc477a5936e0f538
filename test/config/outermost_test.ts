// The outermost level: which braces and ends pass. What the pairs are read into: parser_test.ts.
import * as assert from 'uvu/assert'
import { parse_file } from '../../src/config/parser.ts'
import { suite } from '../harness.ts'

const test = suite('config/outermost')

/** The keys that are read, or what is said. */
function read(text: string): string {
  try {
    return [...parse_file('f', { environment: {}, read: () => text }).keys()].join()
  } catch (error) {
    return (error as Error).message.replace(/^Parse error on line \d+: /, '')
  }
}

test('braces may be around everything, several times', () => {
  for (
    const text of [
      '{ a: 1, b: 2 }',
      '{\na: 1\nb: 2\n}\n',
      '{{ a: 1 ; b: 2 }}',
      '{ { a: 1 }\n; b: 2 }',
      '# c\n{ a: 1\n// d\nb: 2 }',
    ]
  ) {
    assert.is(read(text), 'a,b', text)
  }
})

test('a brace that is left over at the end passes, one that is not closed where a pair could begin, too', () => {
  assert.is(read('a: 1\n}\n'), 'a')
  assert.is(read('{ a: 1\n'), 'a')
})

test('inside braces a pair ends at a newline, a separator or the brace', () => {
  assert.match(read('{ a: 1'), "'Expected a block-level value to end with a new line, comment or EOF, but got 'EOF'")
  assert.match(read('{ a: "x" y }'), "but got 'y' instead")
  assert.match(read('{ { a: 1 } x }'), "'Expected a block-level to end with a '}', but got 'x' instead.'")
  assert.match(read('{{ a: 1 }\n'), "'Expected a block-level to end with a '}', but got 'EOF' instead.'")
})

test('a single slash passes behind a value, and nowhere else', () => {
  assert.is(read('a: 1 /\nb: 2'), 'a,b')
  assert.is(read('{ a: 1 /\nb: 2 / }'), 'a,b')
  for (const text of ['/ a: 1', '{ / a: 1 }']) assert.is(read(text), "'Unexpected EOF.'")
})

test('a NUL byte is no end where a pair could begin', () => {
  assert.is(read('a: 1\n\0b: 2'), "'Unexpected EOF.'")
  assert.is(read('a: x\0b: 2'), 'a,b')
})

test.run()
