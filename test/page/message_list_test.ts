import * as assert from 'uvu/assert'
import { MessageList, MESSAGES_MAX } from '../../src/page/message_list.ts'
import { suite } from '../harness.ts'

const test = suite('page/message_list')

const message = (payload: Uint8Array) => ({ subject: 's', reply: '', headers: [], payload })
const text = (value: string) => message(new TextEncoder().encode(value))

test('the last ones are kept, the newest first, and all are counted', () => {
  const list = new MessageList()
  for (let i = 1; i <= MESSAGES_MAX + 5; i++) list.add(text(`${i}`), i)
  assert.equal([list.messages.length, list.received, list.messages[0].text], [
    ...[MESSAGES_MAX, MESSAGES_MAX + 5, `${MESSAGES_MAX + 5}`],
  ])
  assert.is(list.messages[MESSAGES_MAX - 1].number, 6)
  list.clear()
  assert.equal([list.messages.length, list.received], [0, 0])
})

test('text is text, bytes are shown as such, and both are cut', () => {
  const list = new MessageList()
  const shown = (payload: Uint8Array) => {
    list.add(message(payload), 0)
    const { text, is_binary, bytes, is_cut } = list.messages[0]
    return [text, is_binary, bytes, is_cut]
  }
  assert.equal(shown(new Uint8Array(0)), ['', false, 0, false])
  assert.equal(shown(new TextEncoder().encode('h\u00e9\n\ttab')), ['h\u00e9\n\ttab', false, 8, false])
  assert.equal(shown(new Uint8Array([0, 255])), ['00 ff', true, 2, false])
  assert.equal(shown(new Uint8Array([0x1b])), ['1b', true, 1, false])
  assert.equal(shown(new Uint8Array(65).fill(1)), [new Array(64).fill('01').join(' '), true, 65, true])
  // The cut is in the middle of a character, which is left out.
  const long = new TextEncoder().encode('a' + '\u00e9'.repeat(1500))
  assert.equal(shown(long), ['a' + '\u00e9'.repeat(1023), false, 3001, true])
  assert.equal(shown(new Uint8Array([0x61, 0xc3]))[1], true, 'half a character at the true end is no text')
})

test.run()
