// What a connection's first bytes tell about the configuration of its other end.
import * as assert from 'uvu/assert'
import { watch_beginning } from '../../src/net/first_words.ts'
import type { TransportEvents } from '../../src/net/transport.ts'
import { suite } from '../harness.ts'

const test = suite('net/first_words')

function watched(takes_refusal = true) {
  const seen: string[] = []
  const events: TransportEvents = watch_beginning({
    bytes(buffer, length) {
      seen.push(`bytes ${Buffer.from(buffer.subarray(0, length)).toString('latin1')}`)
      return false
    },
    written: () => void seen.push('written'),
    ended: () => void seen.push('ended'),
    closed: (error) => void seen.push(`closed ${error?.message}`),
  }, {
    tls: () => void seen.push('TLS'),
    nothing: (error) => void seen.push(`nothing ${error?.message}`),
    refusal: (text) => {
      seen.push(`refusal ${text}`)
      return takes_refusal
    },
    words: () => void seen.push('words'),
  })
  const say = (text: string, spare = 0) => {
    const bytes = Buffer.from(text, 'latin1')
    return events.bytes(Buffer.concat([bytes, Buffer.alloc(spare, 45)]), bytes.length)
  }
  return { seen, events, say }
}

test('words are passed on, the first ones and all others', () => {
  const { seen, say, events } = watched()
  assert.not(say('INFO {}\r\n'))
  say('\x16\x03\x01')
  say("-ERR 'x'\r\n")
  events.ended()
  events.closed(new Error('e'))
  assert.equal(seen, ['words', 'bytes INFO {}\r\n', 'bytes \x16\x03\x01', "bytes -ERR 'x'\r\n", 'ended', 'closed e'])
})

test('a handshake or an alert of TLS is told of and kept away', () => {
  for (const first of ['\x16\x03\x01\x00\xff', '\x15\x03\x03\x00\x02']) {
    const { seen, say } = watched()
    assert.ok(say(first))
    assert.equal(seen, ['TLS'])
  }
  const { seen, say } = watched()
  say('\x16', 5)
  say('\x03')
  assert.equal(seen, ['words', 'bytes \x16', 'bytes \x03'])
})

test('a refusal is kept away if somebody takes it, and must be whole', () => {
  const taken = watched()
  assert.ok(taken.say("-ERR 'no'\r\nPING\r\n"))
  assert.equal(taken.seen, ["refusal 'no'"])
  const left = watched(false)
  left.say("-ERR 'no'\r\n")
  assert.equal(left.seen, ["refusal 'no'", 'words', "bytes -ERR 'no'\r\n"])
  const part = watched()
  part.say("-ERR 'no'")
  assert.equal(part.seen, ['words', "bytes -ERR 'no'"])
})

test('an end without a word is told of once, with what ended it', () => {
  const ended = watched()
  ended.events.ended()
  ended.events.closed(null)
  assert.equal(ended.seen, ['nothing undefined', 'ended', 'closed undefined'])
  const cut = watched()
  cut.events.closed(new Error('reset'))
  assert.equal(cut.seen, ['nothing reset', 'closed reset'])
})

test.run()
