// What one client says and is answered, by the check list of reference client.md 9 (its numbers in brackets).
import * as assert from 'uvu/assert'
import { CloseReason } from '../../src/base/errors.ts'
import { Client } from '../../src/connection/client.ts'
import { suite } from '../harness.ts'
import { ActorRig, NOTHING, type RigOptions, type Wire } from './actor_rig.ts'

const test = suite('connection/client')

const UNKNOWN = "-ERR 'Unknown Protocol Operation'\r\n"
const CONTROL_LINE = "-ERR 'maximum control line exceeded'\r\n"

/** What a client sends, and all it is answered; `end`: why it was ended. */
interface Row {
  items: string
  says: string
  gets: string
  end?: CloseReason
  /** Of its CONNECT; null: it sends none. */
  connect?: object | null
  rig?: RigOptions
}

const { protocol_violation, max_control_line, bad_client_protocol, authentication_failure } = CloseReason

const rows: Row[] = [
  {
    items: '1 to 4, case, LF alone, blanks and anything behind PING',
    says: 'pInG\r\nPING\nPING  \r  \nPINGabc\r\n',
    gets: 'PONG\r\n'.repeat(4),
  },
  { items: '8 what begins like nothing', says: 'ZZZ', gets: UNKNOWN, end: protocol_violation },
  { items: '9 an empty line', says: 'PING\r\n\r\nPING\r\n', gets: `PONG\r\n${UNKNOWN}`, end: protocol_violation },
  { items: '12 longer names', says: 'PUBS foo 2\r\n', gets: UNKNOWN, end: protocol_violation },
  { items: '12 longer names', says: 'SUBZZZ foo 1\r\n', gets: UNKNOWN, end: protocol_violation },
  ...['PUB', 'SUB', 'UNSUB'].map((name) => (
    { items: '13 no arguments', says: `${name}\r\n`, gets: UNKNOWN, end: protocol_violation }
  )),
  ...['SUB foo', 'SUB a b c d', 'UNSUB 1 2 3', 'UNSUB ', 'INFO x', 'SUB  '].map((line) => (
    { items: '18, 19, 25 bad arguments', says: `${line}\r\nPING\r\n`, gets: '', end: protocol_violation }
  )),
  { items: '22 operations of servers', says: 'MSG foo 1 2\r\nok\r\n', gets: UNKNOWN, end: protocol_violation },
  ...['RS+ $G a', 'LS+ $G a', 'A+ $G'].map((line) => (
    { items: 'operations of servers', says: `${line}\r\n`, gets: UNKNOWN, end: protocol_violation }
  )),
  { items: '23, 25 +OK, PONG and INFO', says: '+OK\r\nPONG\r\nINFO {}\r\nPING\r\n', gets: 'PONG\r\n' },
  { items: '24 -ERR', says: '-ERR boom\r\nPING\r\n', gets: '', end: CloseReason.parse_error },
  {
    items: '29 what follows the end',
    says: 'ZZZ\r\nPING\r\nSUB a 1\r\nPING\r\n',
    gets: UNKNOWN,
    end: protocol_violation,
  },
  { items: '43 CONNECT with nothing', connect: null, says: 'CONNECT {}\r\n', gets: '+OK\r\n' },
  {
    items: '42, 54, 55, 56 verbose from the start',
    connect: null,
    says: 'SUB a 1\r\nSUB b 1\r\nUNSUB 9\r\nPING\r\n',
    gets: '+OK\r\n'.repeat(3) + 'PONG\r\n',
  },
  {
    items: '44, 45 no blank and any case',
    connect: null,
    says: 'CONNECT{"VERBOSE":false}\r\nSUB a 1\r\nPING\r\n',
    gets: 'PONG\r\n',
  },
  {
    items: '46 unknown keys and null',
    connect: null,
    says: 'CONNECT {"x":[1],"verbose":null,"pedantic":false}\r\n',
    gets: '+OK\r\n',
  },
  ...['{"verbose":"true"}', '{', '', '{} x', '[]'].map((json) => (
    { items: '47 bad JSON', connect: null, says: `CONNECT ${json}\r\nPING\r\n`, gets: '', end: protocol_violation }
  )),
  ...[2, 22, -1].map((protocol) => (
    {
      items: '48 protocol',
      connect: null,
      says: `CONNECT {"protocol":${protocol}}\r\n`,
      gets: "-ERR 'invalid client protocol'\r\n",
      end: bad_client_protocol,
    }
  )),
  {
    items: '49 no_responders',
    connect: null,
    says: 'CONNECT {"no_responders":true}\r\n',
    gets: "-ERR 'no responders requires headers support'\r\n",
    end: CloseReason.no_responders_requires_headers,
  },
  ...['"account":"X"', '"new_account":true'].map((field) => (
    {
      items: '50 accounts',
      connect: null,
      says: `CONNECT {${field}}\r\n`,
      gets: "-ERR 'Authorization Violation'\r\n",
      end: authentication_failure,
    }
  )),
  ...['foo.', '.foo', 'foo..bar', 'foo.>.bar'].map((subject) => (
    { items: '62 invalid subjects', says: `SUB ${subject} 1\r\nPING\r\n`, gets: "-ERR 'Invalid Subject'\r\nPONG\r\n" }
  )),
  {
    items: '74 max_subscriptions',
    says: 'SUB a 1\r\nSUB b 2\r\nUNSUB 1\r\nSUB b 2\r\nPING\r\n',
    gets: "-ERR 'maximum subscriptions exceeded'\r\nPONG\r\n",
    rig: { settings: ({ client }) => void (client.max_subscriptions = 1) },
  },
  {
    items: '75 max_sub_tokens',
    says: 'SUB a.b 1\r\nSUB a.b.c 1\r\nPING\r\n',
    gets: `-ERR 'Permissions Violation for Subscription to "a.b.c", too many tokens'\r\nPONG\r\n`,
    rig: { settings: ({ client }) => void (client.max_sub_tokens = 2) },
  },
  {
    items: '82 the queue _sys_',
    says: 'SUB foo _sys_ 1\r\nPING\r\n',
    gets: `-ERR 'Permissions Violation for Subscription to "foo" using queue "_sys_"'\r\nPONG\r\n`,
  },
  {
    items: '26 a line without an end',
    says: `PUB foo ${'1'.repeat(320)}`,
    gets: CONTROL_LINE,
    end: max_control_line,
    rig: small_lines(),
  },
  { items: '27 the longest line', says: `SUB ${'x'.repeat(254)} 1\r\nPING\r\n`, gets: 'PONG\r\n', rig: small_lines() },
  {
    items: '27 one byte more',
    says: `SUB ${'x'.repeat(255)} 1\r\nPING\r\n`,
    gets: CONTROL_LINE,
    end: max_control_line,
    rig: small_lines(),
  },
  {
    items: '28 a long CONNECT',
    connect: null,
    says: `CONNECT {"name":"${'x'.repeat(256)}"}\r\n`,
    gets: CONTROL_LINE,
    end: max_control_line,
    rig: small_lines(),
  },
]

function small_lines(): RigOptions {
  return { settings: ({ client }) => void (client.max_control_line = 256) }
}

for (const { items, says, gets, end, connect, rig: options } of rows) {
  test(`(${items}) ${JSON.stringify(says.slice(0, 40))}, whole and byte by byte`, () => {
    for (const bytewise of [false, true]) {
      const rig = new ActorRig(options)
      const client = rig.client(connect)
      client.bytewise = bytewise
      assert.is(client.talk(says), gets)
      assert.is(rig.ended[0]?.reason, end)
      assert.is(client.closed, end !== undefined)
      client.cut()
      assert.equal(rig.left, NOTHING)
    }
  })
}

const info_of = (text: string) => JSON.parse(/^INFO (\{.*\}) \r\n$/.exec(text)![1])

function first_info(rig: ActorRig): Record<string, unknown> {
  const wire = rig.client(null)
  return info_of(wire.writes[0])
}

test('(31 to 33, 40) INFO comes first, with what every client has to know and nothing more', () => {
  const rig = new ActorRig()
  const info = first_info(rig)
  assert.equal([info.server_id, info.server_name, info.proto, info.headers, info.max_payload], [
    'NOWN',
    'own',
    1,
    true,
    1048576,
  ])
  assert.equal([info.client_id, info.client_ip], [1, '127.0.0.1'])
  assert.match(String(info.version), /^\d+\.\d+\.\d+/)
  for (const key of ['auth_required', 'tls_required', 'nonce', 'connect_info']) assert.not(key in info, key)
  assert.is(first_info(rig).client_id, 2)
})

test('(39) headers are false where the server takes none', () => {
  assert.is(first_info(new ActorRig({ options: (options) => void (options.no_header_support = true) })).headers, false)
})

test('(34 to 36) the first PONG behind CONNECT brings another INFO, from protocol 1 on', () => {
  const rig = new ActorRig()
  const client = rig.client({ verbose: false, protocol: 1 })
  const text = client.talk('PING\r\n')
  assert.ok(text.startsWith('PONG\r\nINFO '))
  const info = info_of(text.slice(6))
  assert.equal([info.connect_info, info.remote_account, 'nonce' in info], [true, '$G', false])
  assert.is(client.talk('PING\r\n'), 'PONG\r\n')
  assert.is(rig.client({ verbose: false }).talk('PING\r\nPING\r\n'), 'PONG\r\nPONG\r\n')
  const early = rig.client(null)
  assert.is(early.talk('PING\r\n'), 'PONG\r\n')
  assert.match(early.talk('CONNECT {"verbose":false,"protocol":1}\r\nPING\r\n'), /^PONG\r\nINFO /)
})

test('later INFOs go to who asked with a PING and takes them', () => {
  const rig = new ActorRig()
  const told = (fields: object, says: string) => {
    const wire = rig.client(fields)
    wire.send(says)
    wire.take()
    rig.newest(Client).send_info()
    rig.thread.finish_turn()
    return wire.take().startsWith('INFO ')
  }
  assert.equal([told({ protocol: 1 }, 'PING\r\n'), told({ protocol: 1 }, ''), told({}, 'PING\r\n')], [
    true,
    false,
    false,
  ])
})

test('the INFO of lame duck mode goes to the same ones, and only it has the flag', () => {
  const rig = new ActorRig()
  const wire = rig.client({ protocol: 1 }), old = rig.client({})
  for (const each of [wire, old]) each.talk('PING\r\n')
  for (const actor of rig.thread.slots) (actor as Client).send_info(true)
  rig.thread.finish_turn()
  assert.match(wire.take(), /^INFO \{[^\r]*"ldm":true\} \r\n$/)
  assert.is(old.take(), '')
  for (const actor of rig.thread.slots) (actor as Client).send_info()
  rig.thread.finish_turn()
  assert.not.match(wire.take(), /ldm/)
})

test('(76, 77) beyond max_connections there is an INFO, the refusal and the end', () => {
  const rig = new ActorRig({ settings: ({ client }) => void (client.max_connections = 1) })
  const first = rig.client()
  const refused = rig.client(null)
  assert.match(refused.writes.join(''), /^INFO \{.*\} \r\n-ERR 'maximum connections exceeded'\r\n$/)
  assert.is(rig.ended[0].reason, CloseReason.max_connections)
  first.cut()
  assert.is(rig.client().talk('PING\r\n'), 'PONG\r\n')
  const nobody = new ActorRig({ settings: ({ client }) => void (client.max_connections = 0) })
  assert.match(nobody.client(null).writes.join(''), /exceeded/)
  assert.equal(nobody.left, NOTHING)
})

const received = (wire: Wire) => wire.take().match(/^MSG \S+ \S+/gm) ?? []

test('(51, 52) a second CONNECT drops the subscriptions and keeps what it does not name', () => {
  const rig = new ActorRig()
  const client = rig.client({ verbose: false, pedantic: false })
  client.send('SUB a 1\r\nCONNECT {"name":"n"}\r\nPUB a 0\r\n\r\nSUB a 2\r\nPUB a 0\r\n\r\n')
  assert.equal(received(client), ['MSG a 2'])
  assert.is(rig.thread.index.subscription_count, 1)
})

test('(66, 67) the first of two subscriptions with one sid stays, and a sid may be any word', () => {
  const client = new ActorRig().client()
  client.send(
    'SUB a abc-1\r\nSUB b abc-1\r\nSUB c 007\r\nSUB d 7\r\nPUB a 0\r\n\r\nPUB b 0\r\n\r\nPUB c 0\r\n\r\nPUB d 0\r\n\r\n',
  )
  assert.equal(received(client), ['MSG a abc-1', 'MSG c 007', 'MSG d 7'])
})

test('(68 to 73) UNSUB counts from the SUB, and a sid that is free is used again', () => {
  const count = (...parts: string[]) => {
    const client = new ActorRig().client()
    for (const part of parts) client.send(part)
    return received(client).length
  }
  const publish = (times: number) => 'PUB a 0\r\n\r\n'.repeat(times)
  assert.is(count('SUB a 1\r\nUNSUB 1 2\r\n' + publish(100)), 2)
  assert.is(count('SUB a 1\r\n' + publish(3) + 'UNSUB 1 5\r\n' + publish(9)), 5)
  for (const max of ['3', '2', '0', 'x']) {
    assert.is(count('SUB a 1\r\n' + publish(3) + `UNSUB 1 ${max}\r\n` + publish(9)), 3, max)
  }
  assert.is(count('SUB a 1\r\nUNSUB 1 5\r\nUNSUB 1\r\n' + publish(9)), 0)
  assert.is(count('SUB a 1\r\nUNSUB 1 2\r\nUNSUB 1 4\r\n' + publish(9)), 4)
  assert.is(count('SUB a 1\r\nUNSUB 1 1\r\n' + publish(3), 'SUB a 1\r\n' + publish(3)), 4)
})

test('(30) bytes that are no text come back unchanged', () => {
  const client = new ActorRig().client()
  assert.is(client.talk('SUB \xff\x80 \xfe\r\nPUB \xff\x80 2\r\n\x00\xff\r\n'), 'MSG \xff\x80 \xfe 2\r\n\x00\xff\r\n')
})

test('(104) the first PING comes 2 to 2.4 s after CONNECT', () => {
  const rig = new ActorRig()
  const client = rig.client()
  rig.pass(1_999)
  assert.is(client.take(), '')
  rig.pass(401)
  assert.is(client.take(), 'PING\r\n')
  assert.is(client.talk('PONG\r\n'), '')
  rig.pass(119_000)
  assert.is(client.take(), '')
  const silent = new ActorRig()
  const nobody = silent.client(null)
  silent.pass(119_999)
  assert.is(nobody.take(), '')
  silent.pass(1)
  assert.is(nobody.take(), 'PING\r\n')
})

test('(105, 106, 108) as many unanswered PINGs as may be, then the end', () => {
  const often: RigOptions = { settings: ({ client }) => void (client.ping_interval_ms = 50) }
  const rig = new ActorRig(often)
  const client = rig.client()
  client.send('PONG\r\n'.repeat(100))
  rig.pass(300)
  assert.is(client.take(), "PING\r\nPING\r\n-ERR 'Stale Connection'\r\n")
  assert.is(rig.ended[0].reason, CloseReason.stale_connection)
  const good = rig.client()
  for (let i = 0; i < 20; i++) {
    rig.pass(50)
    if (good.take() !== '') good.send('PONG\r\n')
  }
  assert.not(good.closed)
})

test('(107) who speaks is spared the next PING, once one was answered', () => {
  const rig = new ActorRig({ settings: ({ client }) => void (client.ping_interval_ms = 1000) })
  const client = rig.client()
  rig.pass(1200)
  assert.is(client.take(), 'PING\r\n')
  client.send('PONG\r\n')
  for (const says of ['PING\r\n', 'SUB a 1\r\n', 'UNSUB 1\r\n', 'PUB a 0\r\n\r\n']) {
    rig.pass(900)
    client.send(says)
  }
  assert.is(client.take(), 'PONG\r\n')
  rig.pass(2000)
  assert.match(client.take(), /PING/)
})

test('its report tells who it is and what it did', () => {
  const rig = new ActorRig()
  const client = rig.client({ verbose: false, name: 'app', lang: 'ts', version: '1' })
  client.send('SUB a.* q 7\r\nUNSUB 7 5\r\nPUB a.b 2\r\nok\r\n')
  const report = rig.newest(Client).report()
  assert.equal([report.name, report.lang, report.version, report.account, report.cid], ['app', 'ts', '1', '$G', 1])
  assert.equal([report.in_messages, report.in_bytes, report.out_messages, report.out_bytes, report.subscriptions], [
    1,
    2,
    1,
    2,
    1,
  ])
  client.finish()
  assert.equal([rig.ended[0].reason, rig.ended[0].stop_ms], [CloseReason.client_closed, rig.clock.wall_ms()])
  assert.equal(rig.left, NOTHING)
})

test.run()
