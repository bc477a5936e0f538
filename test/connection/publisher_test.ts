// Messages of clients to clients, by the check list of reference client.md 9 (its numbers in brackets).
import * as assert from 'uvu/assert'
import { CloseReason } from '../../src/base/errors.ts'
import { Counter } from '../../src/shared/counters.ts'
import { suite } from '../harness.ts'
import { ActorRig, NOTHING, type RigOptions, type Wire } from './actor_rig.ts'

const test = suite('connection/publisher')

const UNKNOWN = "-ERR 'Unknown Protocol Operation'\r\n"
const QUIET = { verbose: false, pedantic: false }
const WITH_HEADERS = { ...QUIET, headers: true }
const REQUESTER = { ...WITH_HEADERS, no_responders: true }

/** What one client sends, which is subscribed to `>` with sid 1, and what it gets. */
interface Row {
  items: string
  says: string
  gets: string
  end?: CloseReason
  connect?: object
  /** Instead of `>`. */
  subscribes?: string
  rig?: RigOptions
}

const { protocol_violation, max_payload } = CloseReason

const rows: Row[] = [
  { items: '5 blanks', subscribes: '', says: 'SUB\tfoo \t 1\nPUB foo 2\r\nok\r\n', gets: 'MSG foo 1 2\r\nok\r\n' },
  { items: '6 blanks', says: 'PUB   foo \t  2 \r\nok\r\n', gets: 'MSG foo 1 2\r\nok\r\n' },
  ...['ok\nPING\r\n', 'okk\r\n'].map((body) => (
    { items: '10, 11 the end of the payload', says: `PUB foo 2\r\n${body}`, gets: UNKNOWN, end: protocol_violation }
  )),
  ...['PUB foo', 'PUB a b c 2', 'PUB foo 18446744073709551615123', 'PUB foo -1', 'PUB foo 0x2', 'PUB foo 1e1'].map((
    line,
  ) => (
    { items: '14 to 17 bad arguments', says: `${line}\r\nPING\r\n`, gets: '', end: protocol_violation }
  )),
  { items: '20 nothing', says: 'PUB foo 0\r\n\r\n', gets: 'MSG foo 1 0\r\n\r\n' },
  { items: '21 a reply', says: 'PUB foo bar 2\r\nok\r\n', gets: 'MSG foo 1 bar 2\r\nok\r\n' },
  { items: 'a size with zeros', says: 'PUB foo 002\r\nok\r\n', gets: 'MSG foo 1 002\r\nok\r\n' },
  { items: '54 verbose', connect: { pedantic: false }, says: 'PUB foo 0\r\n\r\n', gets: '+OK\r\nMSG foo 1 0\r\n\r\n' },
  {
    items: '57 verbose and denied',
    connect: { pedantic: false },
    says: 'PUB $NRG.x 0\r\n\r\n',
    gets: `-ERR 'Permissions Violation for Publish to "$NRG.x"'\r\n`,
  },
  ...['foo.*', 'foo.>'].map((subject) => (
    {
      items: '58, 59 pedantic',
      connect: { verbose: false },
      says: `PUB ${subject} 2\r\nok\r\n`,
      gets: `-ERR 'Invalid Publish Subject'\r\nMSG ${subject} 1 2\r\nok\r\n`,
    }
  )),
  ...['foo.', '.foo', 'foo..bar'].map((subject) => (
    {
      items: '58 pedantic, empty tokens',
      connect: { verbose: false },
      says: `PUB ${subject} 2\r\nok\r\n`,
      gets: "-ERR 'Invalid Publish Subject'\r\n",
    }
  )),
  ...['foo.', '.foo', 'foo..bar'].map((subject) => (
    { items: '60 not pedantic', says: `PUB ${subject} 2\r\nok\r\nPING\r\n`, gets: 'PONG\r\n' }
  )),
  {
    items: '61 wildcards are words when published',
    subscribes: 'foo.*',
    says: 'SUB foo.bar 2\r\nPUB foo.* 0\r\n\r\n',
    gets: 'MSG foo.* 1 0\r\n\r\n',
  },
  {
    items: '63 stars inside of words',
    subscribes: 'foo.bar,*,>,baz',
    says: 'SUB foo* 2\r\nPUB foo.bar,*,>,baz 0\r\n\r\nPUB foox 0\r\n\r\nPUB foo* 0\r\n\r\n',
    gets: 'MSG foo.bar,*,>,baz 1 0\r\n\r\nMSG foo* 2 0\r\n\r\n',
  },
  {
    items: '64 matching',
    subscribes: 'foo.>',
    says: 'SUB * 2\r\nPUB foo 0\r\n\r\nPUB foo.a 0\r\n\r\nPUB foo.a.b 0\r\n\r\n',
    gets: 'MSG foo 2 0\r\n\r\nMSG foo.a 1 0\r\n\r\nMSG foo.a.b 1 0\r\n\r\n',
  },
  { items: '86 no echo', connect: { ...QUIET, echo: false }, says: 'PUB foo 0\r\n\r\nPING\r\n', gets: 'PONG\r\n' },
  {
    items: '94 headers nobody agreed on',
    says: 'HPUB foo 12 17\r\nname:derek\r\nHELLO\r\n',
    gets: '',
    end: protocol_violation,
  },
  {
    items: '95 headers are not judged',
    connect: WITH_HEADERS,
    says: 'HPUB foo 12 17\r\nname:derek\r\nHELLO\r\n',
    gets: 'HMSG foo 1 12 17\r\nname:derek\r\nHELLO\r\n',
  },
  { items: '97 empty headers', connect: WITH_HEADERS, says: 'HPUB foo 0 2\r\nok\r\n', gets: 'MSG foo 1 2\r\nok\r\n' },
  ...['foo 10 5', 'foo 1', 'a b 1 2 3', 'foo x 5'].map((args) => (
    { items: '98 bad header sizes', connect: WITH_HEADERS, says: `HPUB ${args}\r\n`, gets: '', end: protocol_violation }
  )),
  {
    items: '99 reply and headers',
    connect: WITH_HEADERS,
    says: 'HPUB foo r 12 17\r\nname:derek\r\nHELLO\r\n',
    gets: 'HMSG foo 1 r 12 17\r\nname:derek\r\nHELLO\r\n',
  },
  {
    items: '100 a server without headers',
    connect: WITH_HEADERS,
    says: 'HPUB foo 0 0\r\n\r\n',
    gets: '',
    end: protocol_violation,
    rig: { options: (options) => void (options.no_header_support = true) },
  },
  {
    items: '101 one byte too many',
    says: 'PUB foo 9\r\n',
    gets: "-ERR 'Maximum Payload Violation'\r\n",
    end: max_payload,
    rig: small_payload(),
  },
  {
    items: '102 the most',
    says: 'PUB foo 8\r\n12345678\r\n',
    gets: 'MSG foo 1 8\r\n12345678\r\n',
    rig: small_payload(),
  },
  {
    items: '102 headers count',
    connect: WITH_HEADERS,
    says: 'HPUB foo 4 9\r\n',
    gets: "-ERR 'Maximum Payload Violation'\r\n",
    end: max_payload,
    rig: small_payload(),
  },
  ...['$NRG.x', '_GR_.x'].map((subject) => (
    {
      items: '141 subjects of servers',
      says: `PUB ${subject} 2\r\nok\r\n`,
      gets: `-ERR 'Permissions Violation for Publish to "${subject}"'\r\n`,
    }
  )),
  ...['_R_.x', '$JS.ACK.x', '_GR_.x'].map((reply) => (
    {
      items: '140 replies of servers',
      says: `PUB foo ${reply} 2\r\nok\r\n`,
      gets: `-ERR 'Permissions Violation for Publish with Reply of "${reply}"'\r\n`,
    }
  )),
  ...['_R_.x', '$JS.ACK.x', '_GR_.', '$SYS.x', '_INBOX.x'].map((subject) => (
    {
      items: '140 what may be published',
      says: `PUB ${subject} ${subject === '_GR_.' ? '' : '_R_. '}0\r\n\r\n`,
      gets: subject === '_GR_.' ? '' : `MSG ${subject} 1 _R_. 0\r\n\r\n`,
    }
  )),
]

function small_payload(): RigOptions {
  return { settings: ({ client }) => void (client.max_payload = 8) }
}

for (const { items, says, gets, end, connect, subscribes = '>', rig: options } of rows) {
  test(`(${items}) ${JSON.stringify(says.slice(0, 50))}, whole and byte by byte`, () => {
    for (const bytewise of [false, true]) {
      const rig = new ActorRig(options)
      const client = rig.client(connect)
      if (subscribes !== '') client.send(`SUB ${subscribes} 1\r\n`)
      client.take()
      client.bytewise = bytewise
      assert.is(client.talk(says), gets)
      assert.is(rig.ended[0]?.reason, end)
      client.cut()
      assert.equal(rig.left, NOTHING)
    }
  })
}

const count = (wire: Wire) => wire.take().match(/^H?MSG /gm)?.length ?? 0

test('(7) a session gives the same however its bytes are cut', () => {
  const session = 'SUB a.* 1\r\nPUB a.b r 5\r\nhello\r\nHPUB a.c 3 5\r\nh\r\nxy\r\nSUB b q 2\r\nPING\r\nUNSUB 1 4\r\n' +
    'PUB a.d 3000\r\n' + 'z'.repeat(3000) +
    '\r\nPUB b 2\r\n\r\n\r\nPUB nobody c 0\r\n\r\nSUB c 9\r\nPUB nobody c 1\r\n1\r\nPING\r\n'
  const results = [1, 2, 3, 7, 64, 1000, session.length].map((size) => {
    const client = new ActorRig().client(REQUESTER)
    for (let i = 0; i < session.length; i += size) client.send(session.slice(i, i + size))
    return client.take()
  })
  for (const result of results) assert.is(result, results[0])
  assert.match(results[0], /PONG\r\n$/)
})

test('(65, 80) every subscription of a connection gets its own copy', () => {
  const client = new ActorRig().client()
  assert.is(
    client.talk('SUB a 1\r\nSUB * 2\r\nSUB a q 3\r\nPUB a 0\r\n\r\n').match(/MSG a [123] 0/g)!.sort().join(),
    'MSG a 1 0,MSG a 2 0,MSG a 3 0',
  )
})

test('(78, 79, 81) one member of each queue group gets a message, all about as often', () => {
  const rig = new ActorRig()
  const [a, b, c, publisher] = [rig.client(), rig.client(), rig.client(), rig.client()]
  a.send('SUB foo.* q 1\r\n')
  b.send('SUB foo.bar q 1\r\n')
  c.send('SUB foo.> other 1\r\n')
  publisher.send('PUB foo.bar 0\r\n\r\n'.repeat(200))
  const [of_a, of_b, of_c] = [a, b, c].map(count)
  assert.is(of_a + of_b, 200)
  assert.ok(of_a >= 60 && of_b >= 60, `${of_a} ${of_b}`)
  assert.is(of_c, 200)
})

test('(83, 84) members that can not take a message are passed over', () => {
  const rig = new ActorRig()
  const quiet = rig.client({ ...QUIET, echo: false }), other = rig.client()
  quiet.send('SUB a q 1\r\n')
  other.send('SUB a q 1\r\nSUB b q 2\r\nUNSUB 2 3\r\n')
  quiet.send('PUB a 0\r\n\r\n'.repeat(50))
  assert.equal([count(quiet), count(other)], [0, 50])
  quiet.send('SUB b q 2\r\n')
  other.send('PUB b 0\r\n\r\n'.repeat(50))
  assert.equal([count(quiet), count(other)], [47, 3])
})

test('(87, 88) a request that nobody took is answered, on the subscription of the requester', () => {
  const client = new ActorRig().client(REQUESTER)
  client.send('SUB r 1\r\nSUB _INBOX.x.* 9\r\n')
  const answer = 'NATS/1.0 503\r\nNats-Subject: nobody\r\n\r\n\r\n'
  assert.is(client.talk('PUB nobody r 2\r\nok\r\nPING\r\n'), `HMSG r 1 38 38\r\n${answer}PONG\r\n`)
  assert.is(client.talk('PUB nobody _INBOX.x.1 0\r\n\r\n'), `HMSG _INBOX.x.1 9 38 38\r\n${answer}`)
  assert.match(
    client.talk('PUB a..b r 0\r\n\r\n'),
    /^HMSG r 1 36 36\r\nNATS\/1\.0 503\r\nNats-Subject: a\.\.b\r\n\r\n\r\n$/,
  )
})

test('(89 to 91) there is no answer where none is due', () => {
  const rig = new ActorRig()
  const ask = (fields: object, first: string, says = 'PUB nobody r 0\r\n\r\n') => {
    const client = rig.client(fields)
    client.send(first)
    const answered = client.talk(says).includes('503')
    client.cut()
    return answered
  }
  rig.client().send('SUB taken 1\r\n')
  assert.not(ask(REQUESTER, ''))
  assert.not(ask(REQUESTER, 'SUB r q 1\r\n'))
  assert.not(ask(REQUESTER, 'SUB r 1\r\n', 'PUB nobody 0\r\n\r\n'))
  assert.not(ask(WITH_HEADERS, 'SUB r 1\r\n'))
  assert.not(ask(REQUESTER, 'SUB r 1\r\n', 'PUB taken r 0\r\n\r\n'))
  assert.ok(ask({ ...REQUESTER, echo: false }, 'SUB r 1\r\nSUB own 2\r\n', 'PUB own r 0\r\n\r\n'))
})

test('(96) who takes no headers gets the payload alone', () => {
  const rig = new ActorRig()
  const plain = rig.client()
  plain.send('SUB foo 1\r\n')
  rig.client(WITH_HEADERS).send('HPUB foo 12 17\r\nname:derek\r\nHELLO\r\nHPUB foo r 12 12\r\nname:derek\r\n\r\n')
  assert.is(plain.take(), 'MSG foo 1 5\r\nHELLO\r\nMSG foo 1 r 0\r\n\r\n')
})

test('(109) a PONG comes behind the messages before it', () => {
  const client = new ActorRig().client()
  assert.is(
    client.talk('SUB a 1\r\nPUB a 0\r\n\r\nPING\r\nPUB a 0\r\n\r\n'),
    'MSG a 1 0\r\n\r\nPONG\r\nMSG a 1 0\r\n\r\n',
  )
})

test('(165) what is not complete is not delivered', () => {
  const rig = new ActorRig()
  const subscriber = rig.client(), publisher = rig.client()
  subscriber.send('SUB a 1\r\n')
  publisher.send('PUB a 1\r\n1\r\nPUB a 5\r\nhell')
  publisher.finish()
  assert.is(subscriber.take(), 'MSG a 1 1\r\n1\r\n')
})

test('(192) many messages keep their order, large ones too', () => {
  const rig = new ActorRig()
  const subscriber = rig.client(), publisher = rig.client()
  subscriber.send('SUB a.> 1\r\n')
  const message = (i: number) => `${i} ${'x'.repeat(i % 7 === 0 ? 20_000 : i % 50)}`
  for (let i = 0; i < 300; i++) publisher.send(`PUB a.${i % 3} ${message(i).length}\r\n${message(i)}\r\n`)
  const expected = Array.from({ length: 300 }, (_, i) => `MSG a.${i % 3} 1 ${message(i).length}\r\n${message(i)}\r\n`)
    .join('')
  assert.ok(subscriber.take() === expected)
})

test('messages that nobody took and refused ones are counted too', () => {
  const rig = new ActorRig()
  const client = rig.client()
  client.send('PUB a 3\r\nabc\r\nPUB $NRG.x 1\r\nx\r\nPUB a 0\r\n\r\n')
  assert.equal([rig.thread.counters[Counter.in_client_messages], rig.thread.counters[Counter.in_client_bytes]], [3, 4])
})

test('a message that waits for room in a ring is delivered once, and acknowledged once', () => {
  const rig = new ActorRig({ threads: 2, ring_bytes: 4096 })
  const far = rig.client(QUIET, 1), near = rig.client()
  far.send('SUB a 1\r\n')
  near.send('SUB a 1\r\n')
  const publisher = rig.client({ pedantic: false })
  assert.is(publisher.talk(`PUB a 500\r\n${'x'.repeat(500)}\r\n`.repeat(100)), '+OK\r\n'.repeat(100))
  assert.equal([count(near), count(far)], [100, 100])
  assert.ok(rig.thread.counters[Counter.ring_full] > 0)
  for (const wire of [far, near, publisher]) wire.cut()
  assert.equal(rig.left, NOTHING)
})

test('a message that waits for the index is delivered once', () => {
  const rig = new ActorRig({ threads: 2 })
  const client = rig.client()
  client.send('SUB a 1\r\n')
  const { lock } = rig.threads[1].index
  lock.acquire()
  lock.begin_write()
  assert.is(client.talk('PUB a 2\r\nok\r\nPING\r\n'), '')
  rig.pass(10)
  assert.is(client.take(), '')
  lock.end_write()
  lock.release()
  rig.pass(10)
  assert.is(client.take(), 'MSG a 1 2\r\nok\r\nPONG\r\n')
})

test('who asks for JetStream is told at once, and the supervisor hears of it once', () => {
  const rig = new ActorRig()
  for (let i = 0; i < 2; i++) {
    const client = rig.client(REQUESTER)
    client.send('SUB r 1\r\nPUB $JS.API.INFO r 0\r\n\r\nPUB other r 0\r\n\r\n')
    assert.match(client.take(), 'NATS/1.0 503\r\nNats-Subject: $JS.API.INFO\r\n')
  }
  assert.is(rig.jetstream_asked, 1)
})

test.run()
