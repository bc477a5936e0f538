import * as assert from 'uvu/assert'
import { shown_commands } from '../../scripts/docs/shown_commands.mjs'
import { suite } from '../harness.ts'

const test = suite('docs/shown_commands')
const script = (text: string) => shown_commands({ language: 'sh', text })
const console_block = (text: string) => shown_commands({ language: 'console', text })
const words = (found: { command: string }[]) => found.map(({ command }) => command)

test('each line of a script is a command, blank lines and comments are none', () => {
  assert.equal(words(script('ls\n\n# more\npwd   # where\n')), ['ls', 'pwd   # where'])
})

test('a backslash continues a command', () => {
  assert.equal(words(script('ls \\\n  -l \\\n  -a\npwd\n')), ['ls \\\n  -l \\\n  -a', 'pwd'])
})

test('a here-document belongs to its command', () => {
  assert.equal(words(script("cat > a <<'EOF'\nport: 1\n\nEOF\nls\n")), ["cat > a <<'EOF'\nport: 1\n\nEOF", 'ls'])
})

test('an ampersand lets a command go on, two join commands', () => {
  const [one, two, three] = script('onehop -p 1 &\nls && pwd\nls\n')
  assert.equal([one.command, one.goes_on], ['onehop -p 1', true])
  assert.equal([two.command, two.goes_on, three.goes_on], ['ls && pwd', false, false])
})

test('of a console block the lines behind a command are its output', () => {
  const found = console_block('$ ls\na\n\n  b\n$ pwd\n')
  assert.equal(words(found), ['ls', 'pwd'])
  assert.equal(found.map(({ expected }) => expected), [['a', '  b'], []])
})

test('a command of a console block goes on behind "> "', () => {
  const [{ command, expected }] = console_block('$ ls \\\n> -l\na line of output\n')
  assert.equal([command, expected], ['ls \\\n-l', ['a line of output']])
})

test('a line of output may begin with "> " when output has begun', () => {
  assert.equal(console_block('$ ls\na\n> b\n')[0].expected, ['a', '> b'])
})

test('^C stands where the command is interrupted', () => {
  const [{ expected, interrupted }] = console_block('$ onehop\nready\n^C\nbye\n')
  assert.equal([expected, interrupted], [['ready', 'bye'], 1])
  assert.is(console_block('$ ls\na\n')[0].interrupted, undefined)
})

test('output without a command is a fault', () => {
  assert.throws(() => console_block('a\n$ ls\n'), 'before the first command')
})

test.run()
