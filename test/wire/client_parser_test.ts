import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import { ClientParser } from '../../src/wire/client_parser.ts'
import { Op, Parsed } from '../../src/wire/op.ts'
import { cut, feed, refused_after, reports_of } from './parser_feed.ts'

const test = suite('wire/client_parser', 60_000)

const make = () => new ClientParser(256)
const of = (input: string) => reports_of(make, input)
const PING = ['ping']

// The numbers are those of the check list, reference client.md 9.

test('PING is taken in any case, with any line end, and with anything behind it (1 to 4)', () => {
  assert.equal(of('pInG\r\n'), PING)
  assert.equal(of('PING\n'), ['ping'])
  assert.equal(of('PING  \r  \n'), ['ping'])
  assert.equal(of('PINGPUB a 0\r\nPING\r\n'), ['ping', 'ping'])
  assert.equal(of('PINGabc\r\nPONG \t\r\n'), ['ping', 'pong'])
})

test('blanks and tabs may be repeated before, between and behind arguments (5, 6)', () => {
  assert.equal(of('SUB\tfoo \t 1\n'), ['sub subject=foo sid=1'])
  assert.equal(of('PUB   foo \t  2 \r\nok\r\n'), ['pub subject=foo sizes=0/2 size_text="2" body="ok"'])
  assert.equal(of('sUb foo q 1\r\n'), ['sub subject=foo queue=q sid=1 canonical'])
})

test('a session split at any byte gives the same operations (7)', () => {
  const session =
    'CONNECT {"verbose":false}\r\nPING\r\nSUB foo 1\r\nSUB bar q 2\r\nPUB foo 2\r\nok\r\nPUB foo r 0\r\n\r\n' +
    'HPUB foo 12 17\r\nname:derek\r\nHELLO\r\nUNSUB 1 5\r\nPONG\r\n'
  assert.equal(of(session), [
    'connect args={"verbose":false} canonical',
    'ping',
    'sub subject=foo sid=1 canonical',
    'sub subject=bar queue=q sid=2 canonical',
    'pub subject=foo sizes=0/2 size_text="2" canonical tail="2\\r\\n" body="ok"',
    'pub subject=foo reply=r sizes=0/0 size_text="0" canonical tail="r 0\\r\\n" body=""',
    'hpub subject=foo sizes=12/17 size_text="12 17" canonical tail="12 17\\r\\n" body="name:derek\\r\\nHELLO"',
    'unsub sid=1 max=5 canonical',
    'pong',
  ])
})

test('what is no operation is refused at the byte that shows it (8, 9, 12, 13, 22)', () => {
  const refused: [string, number][] = [
    ['ZZZ', 1],
    ['\r\n', 1],
    ['\n', 1],
    [' PING\r\n', 1],
    ['PUBS foo 2\r\n', 4],
    ['SUBZZZ foo 1\r\n', 4],
    ['PUB\r\n', 4],
    ['SUB\r\n', 4],
    ['UNSUB\n', 6],
    ['HPUB\r\n', 5],
    ['PIN\n', 4],
    ['MSG foo 1 2\r\nok\r\n', 1],
    ['HMSG foo 1 2 2\r\nok\r\n', 2],
    ['RS+ $G foo\r\n', 1],
    ['A+ x\r\n', 1],
    ['LS+ x y\r\n', 1],
    ['+OX', 3],
    ['-ERR\r\n', 5],
    ['-ERRx', 5],
    ['CONNECX', 7],
    ['\xD0UB foo 1\r\n', 1],
  ]
  for (const [input, bytes] of refused) {
    assert.equal(of(input), ['unknown_operation'], input)
    assert.is(refused_after(make, input), bytes, input)
    assert.equal(of('PING\r\n' + input), [...PING, 'unknown_operation'], input)
  }
})

test('a payload of another length than declared is seen at its end (10, 11)', () => {
  assert.equal(of('PUB foo 2\r\nok\nx'), ['bad end'])
  assert.equal(of('PUB foo 2\r\nokk\r\n'), ['bad end'])
})

test('a wrong count of arguments is a bad argument list (14, 15, 18, 19)', () => {
  const lines = [
    'PUB foo\r\n',
    'PUB a b c 2\r\n',
    'PUB \r\n',
    'PUB \n',
    'HPUB foo 2\r\n',
    'HPUB foo a b 1 2\r\n',
    'SUB foo\r\n',
    'SUB a b c d\r\n',
    'SUB \r\n',
    'UNSUB 1 2 3\r\n',
    'UNSUB \r\n',
    'UNSUB  \t \n',
    'UNSUB \r\r\n',
  ]
  for (const line of lines) {
    assert.equal(of(line), ['bad_arguments'], line)
    assert.is(refused_after(make, line), line.length, line)
  }
})

test('sizes are one to nine digits (16, 17)', () => {
  const sizes = ['18446744073709551615123', '-1', '+1', '0x2', '1e1', '1000000000', '2.', '\r2', '2\r']
  for (const size of sizes) assert.equal(of(`PUB foo ${size}\r\n`), ['bad_arguments'], size)
  assert.equal(of('HPUB foo x 2\r\n'), ['bad_arguments'])
  assert.equal(of('HPUB foo 2 x\r\n'), ['bad_arguments'])
  assert.equal(of('HPUB foo 10 5\r\n'), ['bad_arguments'])
  assert.equal(of('HPUB foo r 10 5\r\n'), ['bad_arguments'])
  const parser = make()
  const line = latin1_bytes('PUB foo 999999999\r\n')
  assert.is(parser.next(line, 0, line.length), Op.pub)
  assert.is(parser.op.total_size, 999999999)
  assert.equal(of('PUB foo 005\r\nhello\r\n'), [
    'pub subject=foo sizes=0/5 size_text="005" canonical tail="005\\r\\n" body="hello"',
  ])
  assert.equal(of('HPUB foo r 0 2\r\nok\r\n'), [
    'hpub subject=foo reply=r sizes=0/2 size_text="0 2" canonical tail="r 0 2\\r\\n" body="ok"',
  ])
})

test('empty messages and replies are reported (20, 21)', () => {
  assert.equal(of('PUB foo 0\r\n\r\n'), ['pub subject=foo sizes=0/0 size_text="0" canonical tail="0\\r\\n" body=""'])
  assert.equal(of('PUB foo bar 2\r\nok\r\n'), [
    'pub subject=foo reply=bar sizes=0/2 size_text="2" canonical tail="bar 2\\r\\n" body="ok"',
  ])
})

test('+OK, -ERR and INFO from a client are operations (23 to 25)', () => {
  assert.equal(of('+OK\r\n+ok what ever\nPING\r\n'), ['ok', 'ok', 'ping'])
  assert.equal(of('-ERR boom  bang \r\n'), ['err args=boom  bang'])
  assert.equal(of('-ERR \r\n'), ['err args= canonical'])
  assert.equal(of('INFO {}\r\nPING\r\n'), ['info args={} canonical', 'ping'])
  assert.equal(of('INFO x\r\n'), ['info args=x canonical'])
})

test('the blank behind CONNECT and INFO may be missing', () => {
  assert.equal(of('CONNECT{"a":1}\r\n'), ['connect args={"a":1}'])
  assert.equal(of('connect \t {"a": 1} \t\n'), ['connect args={"a": 1}'])
  assert.equal(of('CONNECT\r\nINFO\n'), ['connect args=', 'info args='])
  assert.equal(of('info{}\n'), ['info args={}'])
})

test('an argument area longer than the limit is refused before LF comes (26 to 28)', () => {
  const digits = 'PUB foo ' + '1'.repeat(320)
  assert.equal(of(digits), ['control_line'])
  assert.is(refused_after(make, digits), 4 + 257)
  for (const head of ['PUB foo ', 'SUB foo ', 'UNSUB ', 'CONNECT', 'CONNECT \t', 'INFO ', '-ERR ', 'HPUB a ']) {
    const word_length = /^\S+?(?=[ \tx]|$)[ \t]*/.exec(head)![0].length
    const fill = 'x'.repeat(256 - (head.length - word_length))
    for (const line_end of ['\r\n', '\n', ' \n']) {
      const fits = of(head + fill.slice(line_end === ' \n' ? 1 : 0) + line_end).at(-1)
      assert.is.not(fits, 'control_line', head)
      assert.equal(of(head + fill + 'x' + line_end), ['control_line'], head)
    }
    assert.is(refused_after(make, head + fill + 'x'), head.length + fill.length + 1)
    assert.equal(of(head + fill + '\rx'), ['control_line'])
  }
  // The fast path keeps the limit too.
  assert.is(of(`PUB ${'s'.repeat(254)} 0\r\n\r\n`).length, 1)
  assert.is.not(of(`PUB ${'s'.repeat(254)} 0\r\n\r\n`)[0], 'control_line')
  assert.equal(of(`PUB ${'s'.repeat(255)} 0\r\n\r\n`), ['control_line'])
  // Blanks behind the word are not counted, those at the end are.
  assert.equal(of('SUB' + ' '.repeat(300) + 'a 1\r\n'), ['sub subject=a sid=1'])
  assert.equal(of('SUB a 1' + ' '.repeat(300) + '\r\n'), ['control_line'])
})

test('endless blanks before arguments and endless rests of PING are consumed, not kept', () => {
  const parser = make()
  const junk = latin1_bytes('PING' + 'x'.repeat(1000))
  assert.is(parser.next(junk, 0, junk.length), Parsed.need_more)
  assert.is(parser.position, junk.length)
  const end = latin1_bytes('PUB a 1\nSUB' + ' '.repeat(1000))
  assert.is(parser.next(end, 0, end.length), Op.ping)
  assert.is(parser.position, 8)
  assert.is(parser.next(end, 8, end.length), Parsed.need_more)
  assert.is(parser.position, end.length)
  const line = latin1_bytes('a 1\r\n')
  assert.is(parser.next(line, 0, line.length), Op.sub)
  assert.is(latin1_text(line, parser.op.subject_start, parser.op.subject_end), 'a')
  // The line may also end at the very first byte of the next read.
  assert.is(parser.next(end, 8, end.length), Parsed.need_more)
  assert.is(parser.next(latin1_bytes('\n'), 0, 1), Parsed.bad_arguments)
  const connect = latin1_bytes('CONNECT' + ' '.repeat(1000))
  assert.is(parser.next(connect, 0, connect.length), Parsed.need_more)
  assert.is(parser.next(latin1_bytes('\r\n'), 1, 2), Op.connect)
  assert.is(parser.op.args_start, parser.op.args_end)
})

test('operations before an error are reported, nothing behind it (29)', () => {
  assert.equal(of('PING\r\nZZZ\r\nPING\r\n'), [...PING, 'unknown_operation'])
  assert.equal(of('PING\r\nPUB foo\r\nPING\r\n'), [...PING, 'bad_arguments'])
})

test('bytes above 127 and control bytes are kept (30)', () => {
  assert.equal(of('SUB f\xF6\x01\xFF \x80\xC3\r\n'), ['sub subject=f\xF6\x01\xFF sid=\x80\xC3 canonical'])
  assert.equal(of('PUB f\xF6\x01 \xFFr 2\r\n\x00\xFF\r\n'), [
    'pub subject=f\xF6\x01 reply=\xFFr sizes=0/2 size_text="2" canonical tail="\xFFr 2\\r\\n" body="\\u0000\xFF"',
  ])
})

test('only the CR before LF is dropped; in SUB and UNSUB others separate', () => {
  assert.equal(of('SUB foo\r1\r\n'), ['sub subject=foo sid=1'])
  assert.equal(of('SUB foo 1\r\r\n'), ['sub subject=foo sid=1'])
  assert.equal(of('UNSUB 1\r2\n'), ['unsub sid=1 max=2'])
  assert.equal(of('PUB f\ro 1\r\nx\r\n'), [
    'pub subject=f\ro sizes=0/1 size_text="1" canonical tail="1\\r\\n" body="x"',
  ])
})

test('UNSUB tells an absent from an unusable max', () => {
  assert.equal(of('UNSUB 1\r\nUNSUB 1 0\r\nUNSUB 1 x\r\nUNSUB 1 1000000000\r\n'), [
    'unsub sid=1 max=-1 canonical',
    'unsub sid=1 max=0 canonical',
    'unsub sid=1 max=-2 canonical',
    'unsub sid=1 max=-2 canonical',
  ])
})

// Properties

const BLANKS = fc.constantFrom(' ', '  ', '\t', ' \t ', '   ')
const LINE_END = fc.constantFrom('\r\n', '\n', ' \r\n', '\t\n')
const NAME = fc.stringMatching(/^[a-z\x80-\xFF.*>$]{1,12}$/)
const cased = (word: string) => fc.constantFrom(word, word.toLowerCase(), word[0] + word.slice(1).toLowerCase())
const line = (word: string, args: fc.Arbitrary<string[]>) =>
  fc.tuple(cased(word), BLANKS, args, BLANKS, LINE_END, fc.boolean()).map(([w, gap, list, between, end, plain]) =>
    plain ? `${word} ${list.join(' ')}\r\n` : w + gap + list.join(between) + end
  )
const OPERATION = fc.oneof(
  fc.tuple(fc.boolean(), NAME, NAME, fc.string({ maxLength: 9 })).chain(([with_reply, subject, reply, text]) => {
    const body = text.replace(/[^\0-\xFF]/g, '?')
    const args = [subject, ...(with_reply ? [reply] : []), String(body.length)]
    return line('PUB', fc.constant(args)).map((control) => control + body + '\r\n')
  }),
  fc.tuple(fc.boolean(), NAME, fc.nat(9), fc.nat(9)).chain(([with_reply, subject, header, payload]) => {
    const args = [subject, ...(with_reply ? ['re.ply'] : []), String(header), String(header + payload)]
    return line('HPUB', fc.constant(args)).map((control) => control + '\n'.repeat(header + payload) + '\r\n')
  }),
  line('SUB', fc.array(NAME, { minLength: 2, maxLength: 3 })),
  line('UNSUB', fc.tuple(fc.stringMatching(/^[0-9]{1,4}$/), fc.constantFrom('1', 'x')).map((list) => [...list])),
  fc.constantFrom(
    'PING\r\n',
    'pong\n',
    '+OK\r\n',
    'pingpong \r\n',
    'CONNECT {"a":"b c"}\r\n',
    'CONNECT{}\n',
    'INFO {}\r\n',
  ),
)

test('any mix of operations gives the same reports in any split', () => {
  fc.assert(
    fc.property(
      fc.array(OPERATION, { maxLength: 8 }),
      fc.array(fc.nat(200), { maxLength: 8 }),
      (operations, places) => {
        const bytes = latin1_bytes(operations.join(''))
        const whole = feed(make(), [bytes])
        assert.is(whole.length, operations.length)
        assert.equal(feed(make(), cut(bytes, places.filter((place) => place < bytes.length))), whole)
        assert.equal(feed(make(), cut(bytes, Array.from(bytes, (_, i) => i))), whole)
      },
    ),
    { numRuns: 500 },
  )
})

test('the fast and the general path report the same', () => {
  const names = fc.array(NAME, { minLength: 0, maxLength: 3 })
  const blank = fc.constantFrom(' ', ' ', ' ', '  ', '\t')
  fc.assert(
    fc.property(names, fc.boolean(), fc.nat(5), fc.nat(5), blank, blank, (list, h, a, b, gap, last_gap) => {
      const args = list.join(gap) + (h ? gap + a : '') + last_gap + b
      const input = `${h ? 'HPUB' : 'PUB'} ${args}\r\n${'x'.repeat(b)}\r\n`
      const fast = feed(make(), [latin1_bytes(input)])
      assert.equal(feed(make(), [latin1_bytes(input.replace('PUB', 'pub'))]), fast)
    }),
    { numRuns: 1000 },
  )
})

test('random bytes never throw, never loop, and are refused alike in any split', () => {
  const fragment = fc.constantFrom(
    'PUB',
    'HPUB',
    'SUB',
    'UN',
    'P',
    ' ',
    ' ',
    '\t',
    '\r',
    '\n',
    '\r\n',
    'a',
    '1',
    '{}',
    'PING',
    '+OK',
    '-ERR',
    '\0',
    '\xFF',
  )
  const soup = fc.array(fragment, { maxLength: 30 }).map((list) => list.join(''))
  const noise = fc.uint8Array({ maxLength: 60 }).map((bytes) => latin1_text(bytes))
  fc.assert(
    fc.property(fc.oneof(soup, noise), fc.array(fc.nat(60), { maxLength: 4 }), (input, places) => {
      const bytes = latin1_bytes(input)
      const whole = feed(make(), [bytes])
      assert.equal(feed(make(), cut(bytes, places.filter((place) => place < bytes.length))), whole)
      assert.equal(feed(make(), cut(bytes, Array.from(bytes, (_, i) => i))), whole)
    }),
    { numRuns: 3000 },
  )
})

test.run()
