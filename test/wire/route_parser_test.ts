import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { latin1_bytes, latin1_text } from '../../src/base/bytes.ts'
import { RouteParser } from '../../src/wire/route_parser.ts'
import { cut, feed, refused_after, reports_of } from './parser_feed.ts'

const test = suite('wire/route_parser', 60_000)

const make = () => {
  const parser = new RouteParser(512)
  parser.leaf_remove_has_origin = true
  return parser
}
/** Of a connection of one account only. */
const make_alone = () => {
  const parser = make()
  parser.leave_account_out()
  return parser
}
const make_old = () => new RouteParser(512)
const of = (input: string) => reports_of(make, input)

test('RMSG has a plain form, one with reply, and two with queues', () => {
  assert.equal(of('RMSG $G foo 2\r\nok\r\n'), [
    'rmsg subject=foo account=$G sizes=0/2 size_text="2" canonical tail="2\\r\\n" body="ok"',
  ])
  assert.equal(of('RMSG $G foo r.x 2\r\nok\r\n'), [
    'rmsg subject=foo reply=r.x account=$G sizes=0/2 size_text="2" canonical tail="r.x 2\\r\\n" body="ok"',
  ])
  assert.equal(of('RMSG $G foo | q1 q2 2\r\nok\r\n'), [
    'rmsg subject=foo queues=q1 q2 account=$G sizes=0/2 size_text="2" queue_count=2 canonical body="ok"',
  ])
  assert.equal(of('RMSG $G foo + r q1 q2 q3 0\r\n\r\n'), [
    'rmsg subject=foo reply=r queues=q1 q2 q3 account=$G sizes=0/0 size_text="0" queue_count=3 canonical body=""',
  ])
  assert.equal(of('RMSG $G foo | q 0\r\n\r\n'), [
    'rmsg subject=foo queues=q account=$G sizes=0/0 size_text="0" queue_count=1 canonical body=""',
  ])
  assert.equal(of('RMSG $G foo + r 0\r\n\r\n'), [
    'rmsg subject=foo reply=r account=$G sizes=0/0 size_text="0" queue_count=0 canonical body=""',
  ])
})

test('with four arguments the third is a reply, also when it is a bar', () => {
  assert.equal(of('RMSG $G foo | 0\r\n\r\n'), [
    'rmsg subject=foo reply=| account=$G sizes=0/0 size_text="0" canonical tail="| 0\\r\\n" body=""',
  ])
})

test('HMSG has the same forms with two sizes', () => {
  assert.equal(of('HMSG $G foo 1 2\r\nok\r\n'), [
    'hmsg subject=foo account=$G sizes=1/2 size_text="1 2" canonical tail="1 2\\r\\n" body="ok"',
  ])
  assert.equal(of('HMSG $G foo r 0 2\r\nok\r\n'), [
    'hmsg subject=foo reply=r account=$G sizes=0/2 size_text="0 2" canonical tail="r 0 2\\r\\n" body="ok"',
  ])
  assert.equal(of('HMSG $G foo | q 2 2\r\nok\r\n'), [
    'hmsg subject=foo queues=q account=$G sizes=2/2 size_text="2 2" queue_count=1 canonical body="ok"',
  ])
  assert.equal(of('HMSG $G foo + r q p 2 2\r\nok\r\n'), [
    'hmsg subject=foo reply=r queues=q p account=$G sizes=2/2 size_text="2 2" queue_count=2 canonical body="ok"',
  ])
})

test('on a connection of one account no operation names it', () => {
  const alone = (input: string) => reports_of(make_alone, input)
  assert.equal(alone('RMSG foo 2\r\nok\r\nRMSG foo r 2\r\nok\r\nRMSG bar | q p 0\r\n\r\n'), [
    'rmsg subject=foo sizes=0/2 size_text="2" canonical tail="2\\r\\n" body="ok"',
    'rmsg subject=foo reply=r sizes=0/2 size_text="2" canonical tail="r 2\\r\\n" body="ok"',
    'rmsg subject=bar queues=q p sizes=0/0 size_text="0" queue_count=2 canonical body=""',
  ])
  assert.equal(alone('HMSG foo + r q 2 2\r\nok\r\nLMSG o foo 0 0\r\n\r\n'), [
    'hmsg subject=foo reply=r queues=q sizes=2/2 size_text="2 2" queue_count=1 canonical body="ok"',
    'lmsg subject=foo origin=o sizes=0/0 size_text="0 0" canonical tail="0 0\\r\\n" body=""',
  ])
  assert.equal(alone('RS+ a.*\r\nRS+ a q 3\r\nRS- a\r\nRS- a q\r\nLS+ o a q 1\r\nLS- o a\r\n'), [
    'interest_add subject=a.* canonical',
    'interest_add subject=a queue=q weight=3 canonical',
    'interest_remove subject=a canonical',
    'interest_remove subject=a queue=q canonical',
    'leaf_interest_add subject=a queue=q origin=o canonical',
    'leaf_interest_remove subject=a origin=o canonical',
  ])
  for (const input of ['RMSG 2\r\n', 'RS+ \r\n', 'RS+ a q\r\n', 'RS- a q 1\r\n', 'LS+ o\r\n']) {
    assert.equal(alone(input), ['bad_arguments'], input)
  }
})

test('LMSG has an origin before the account', () => {
  assert.equal(of('LMSG leaf $G foo 0 2\r\nok\r\n'), [
    'lmsg subject=foo account=$G origin=leaf sizes=0/2 size_text="0 2" canonical tail="0 2\\r\\n" body="ok"',
  ])
  assert.equal(of('LMSG leaf $G foo r 1 2\r\nok\r\n'), [
    'lmsg subject=foo reply=r account=$G origin=leaf sizes=1/2 size_text="1 2" canonical tail="r 1 2\\r\\n" body="ok"',
  ])
  assert.equal(of('LMSG leaf $G foo | q 1 2\r\nok\r\n'), [
    'lmsg subject=foo queues=q account=$G origin=leaf sizes=1/2 size_text="1 2" queue_count=1 canonical body="ok"',
  ])
  assert.equal(of('LMSG leaf $G foo + r q p 1 2\r\nok\r\n'), [
    'lmsg subject=foo reply=r queues=q p account=$G origin=leaf sizes=1/2 size_text="1 2" queue_count=2 canonical body="ok"',
  ])
})

test('interest is added and removed, with weights for queues', () => {
  assert.equal(of('RS+ $G foo\r\nRS+ $G foo q 12\r\nRS- $G foo\r\nRS- $G foo q\r\n'), [
    'interest_add subject=foo account=$G canonical',
    'interest_add subject=foo queue=q account=$G weight=12 canonical',
    'interest_remove subject=foo account=$G canonical',
    'interest_remove subject=foo queue=q account=$G canonical',
  ])
  assert.equal(of('RS+ $G foo q x\r\nRS+ $G foo q 0\r\n'), [
    'interest_add subject=foo queue=q account=$G weight=-1 canonical',
    'interest_add subject=foo queue=q account=$G weight=0 canonical',
  ])
  assert.equal(of('LS+ leaf $G foo\r\nLS+ leaf $G foo q 3\r\nLS- leaf $G foo\r\nLS- leaf $G foo q\r\n'), [
    'leaf_interest_add subject=foo account=$G origin=leaf canonical',
    'leaf_interest_add subject=foo queue=q account=$G origin=leaf weight=3 canonical',
    'leaf_interest_remove subject=foo account=$G origin=leaf canonical',
    'leaf_interest_remove subject=foo queue=q account=$G origin=leaf canonical',
  ])
})

test('whether LS- has an origin is decided by the peer, not by the line', () => {
  assert.equal(reports_of(make_old, 'LS- $G foo\r\nLS- $G foo q\r\n'), [
    'leaf_interest_remove subject=foo account=$G canonical',
    'leaf_interest_remove subject=foo queue=q account=$G canonical',
  ])
  assert.equal(reports_of(make_old, 'LS- leaf $G foo q\r\n'), ['bad_arguments'])
  assert.equal(of('LS- $G foo\r\n'), ['bad_arguments'])
})

test('wrong counts, sizes and indicators are bad arguments', () => {
  const lines = [
    'RMSG $G foo\r\n',
    'RMSG \r\n',
    'RMSG $G foo 99999999999\r\n',
    'RMSG $G foo x 1 2\r\n',
    'RMSG $G foo || q 2\r\n',
    'RMSG $G foo | q x\r\n',
    'HMSG $G foo 2\r\n',
    'HMSG $G foo 3 2\r\n',
    'HMSG $G foo x y 1 2\r\n',
    'LMSG leaf $G foo 2\r\n',
    'LMSG leaf $G foo 3 2\r\n',
    'RS+ $G\r\n',
    'RS+ $G foo q\r\n',
    'RS+ $G foo q 1 x\r\n',
    'RS- $G\r\n',
    'RS- $G foo q 1\r\n',
    'LS+ leaf $G\r\n',
    'LS+ leaf $G foo q\r\n',
    'LS- leaf $G foo q 1\r\n',
  ]
  for (const line of lines) assert.equal(of(line), ['bad_arguments'], line)
})

test('what is no route operation is refused at once', () => {
  const refused: [string, number][] = [
    ['SUB foo 1\r\n', 1],
    ['PUB foo 1\r\n', 2],
    ['UNSUB 1\r\n', 1],
    ['MSG foo 1 0\r\n\r\n', 1],
    ['RX', 2],
    ['RS*', 3],
    ['RS+\r\n', 4],
    ['RMSGX', 5],
    ['LX', 2],
    ['A*', 2],
    ['\x16\x03\x01', 1],
  ]
  for (const [input, bytes] of refused) {
    assert.equal(of(input), ['unknown_operation'], input)
    assert.is(refused_after(make, input), bytes, input)
  }
})

test('a message in queue form leaves nothing behind for the next one', () => {
  assert.equal(of('RMSG $G foo + r q1 q2 0\r\n\r\nRMSG $G foo 0\r\n\r\n').at(-1), of('RMSG $G foo 0\r\n\r\n')[0])
  assert.equal(of('PINGRMSG $G a 0\r\nPING\r\n'), ['ping', 'ping'])
})

test('any case, tabs, repeated blanks and LF alone are taken', () => {
  assert.equal(of('rmsg\t$G  foo \t|  q1 \t q2  2 \nok\r\n'), [
    'rmsg subject=foo queues=q1 \t q2 account=$G sizes=0/2 size_text="2" queue_count=2 body="ok"',
  ])
  assert.equal(of('rs+ \t$G\tfoo\nInfo {"a":1} \r\nPiNg\n+ok\n-err \'x y\'\r\na+ x\r\nA- x y\r\n'), [
    'interest_add subject=foo account=$G',
    'info args={"a":1}',
    'ping',
    'ok',
    "err args='x y' canonical",
    'account_sign canonical',
    'account_sign canonical',
  ])
})

test("a client's CONNECT on the route port parses", () => {
  assert.equal(of('CONNECT {"lang":"go"}\r\nPING\r\n'), ['connect args={"lang":"go"} canonical', 'ping'])
})

test('a line longer than the limit is refused before LF comes', () => {
  const long = 'RS+ $G ' + 'x'.repeat(509)
  assert.equal(of(long + '\r\n').length, 1)
  assert.equal(of(long + 'x\r\n'), ['control_line'])
  assert.is(refused_after(make, long + 'xx'), 4 + 513)
})

test('same_subject compares account and subject', () => {
  const parser = make()
  const same = (line: string) => {
    const bytes = latin1_bytes(line)
    assert.ok(parser.next(bytes, 0, bytes.length) > 0, line)
    return parser.op.same_subject
  }
  assert.is(same('RMSG A foo 1\r\n'), false)
  assert.is(same('RMSG A foo r 1\r\n'), true)
  assert.is(same('HMSG A foo 1 1\r\n'), true)
  assert.is(same('rmsg A\tfoo | q 1\n'), true)
  assert.is(same('LMSG leaf A foo 0 1\r\n'), true)
  assert.is(same('RMSG B foo 1\r\n'), false)
  assert.is(same('RMSG A foo 1\r\n'), false)
  assert.is(same('RMSG Af oo 1\r\n'), false)
  assert.is(same('RMSG Af o 1\r\n'), false)
  parser.forget_subject()
  assert.is(same('RMSG Af o 1\r\n'), false)
})

const NAME = fc.stringMatching(/^[a-z\x80-\xFF.*>$|+]{1,8}$/)
const MESSAGE = fc.tuple(
  fc.constantFrom('RMSG', 'HMSG', 'LMSG', 'rmsg', 'Hmsg'),
  NAME,
  fc.oneof(
    NAME.map((name) => [name]),
    fc.constant([]),
    fc.array(NAME, { minLength: 1, maxLength: 4 }).map((q) => ['|', ...q]),
  ),
  fc.nat(9),
  fc.constantFrom(' ', ' ', '\t', '  '),
  fc.constantFrom('\r\n', '\r\n', '\n'),
).map(([word, subject, middle, size, blank, end]) => {
  const origin = word === 'LMSG' ? ['leaf'] : []
  const sizes = word.toUpperCase() === 'RMSG' ? [size] : [0, size]
  return [word, ...origin, '$G', subject, ...middle, ...sizes].join(blank) + end + '\n'.repeat(size) + '\r\n'
})
const OPERATION = fc.oneof(
  MESSAGE,
  NAME.map((name) => `RS+ $G ${name}\r\n`),
  NAME.map((name) => `ls+ leaf\t$G ${name} q 3\n`),
  fc.constantFrom('PING\r\n', 'PONG junk\n', 'INFO{"a":"b"}\r\n', 'A+ x\r\n'),
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
  fc.assert(
    fc.property(
      fc.array(NAME, { minLength: 2, maxLength: 4 }),
      fc.boolean(),
      fc.nat(5),
      fc.nat(5),
      (names, h, a, b) => {
        const input = `${h ? 'HMSG' : 'RMSG'} ${names.join(' ')} ${h ? a + ' ' : ''}${b}\r\n${'x'.repeat(b)}\r\n`
        const fast = feed(make(), [latin1_bytes(input)])
        assert.equal(feed(make(), [latin1_bytes(input.replace('MSG', 'msg'))]), fast)
      },
    ),
  )
})

test('random bytes never throw, never loop, and are refused alike in any split', () => {
  const fragment = fc.constantFrom(
    'RMSG',
    'HM',
    'SG',
    'RS+',
    'RS-',
    'LS',
    '-',
    'A+',
    ' ',
    ' ',
    '\t',
    '\r',
    '\n',
    '\r\n',
    '| ',
    '+ ',
    'a',
    '1',
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
