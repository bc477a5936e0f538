// What the log of a whole server says: the lines of its start in their order, and a client's conversation with trace on.
import * as assert from 'uvu/assert'
import { suite } from '../harness.ts'
import { tls_settings } from '../net/tls_rig.ts'
import { start_server, stop_all, type TestOptions, type TestServer } from './embedded.ts'
import { RawClient } from './raw_client.ts'

const test = suite('server/25_log_lines', 20_000)
test.after.each(stop_all)

/** The lines of the start from the first listener on. */
async function start_lines(options: TestOptions): Promise<string[]> {
  const { log } = await start_server({ workers: 0, ...options })
  const first = log.findIndex((line) => line.includes('Listening'))
  return log.slice(first).map((line) => line.replace(/\d+$/, 'N'))
}

const CLIENTS = 'INF Listening for client connections on 127.0.0.1:N'
const READY = 'INF Server is ready'

test('what clients have to do is said after where they are served', async () => {
  assert.equal(await start_lines({}), [CLIENTS, READY])
  const tls = tls_settings({}, { verify: false })
  assert.equal(await start_lines({ tls }), [CLIENTS, 'INF TLS required for client connections', READY])
  assert.equal(await start_lines({ tls, allow_non_tls: true }), [
    ...[CLIENTS, 'INF TLS available for client connections', READY],
  ])
  const warning = 'WRN Clients that are not using "TLS Handshake First" option will fail to connect'
  assert.equal(await start_lines({ tls: { ...tls, handshake_first: true }, allow_non_tls: true }), [
    ...[CLIENTS, 'INF TLS required for client connections', warning, READY],
  ])
  assert.equal(await start_lines({ tls: { ...tls, handshake_first: 50 } }), [
    ...[CLIENTS, 'INF TLS required for client connections', READY],
  ])
  assert.equal(await start_lines({ tls, proxy_protocol: true }), [
    ...[CLIENTS, 'INF PROXY protocol enabled for client connections', 'INF TLS required for client connections', READY],
  ])
})

test('a listener for WebSocket comes before, and the cluster last', async () => {
  const lines = await start_lines({ websocket: { no_tls: true }, cluster: { name: 'c' } })
  assert.equal(lines.slice(0, 6), [
    'INF Listening for websocket clients on ws://127.0.0.1:N',
    'WRN Websocket not configured with TLS. DO NOT USE IN PRODUCTION!',
    CLIENTS,
    READY,
    'INF Cluster name is c',
    'INF Listening for route connections on 127.0.0.1:N',
  ])
})

test('addresses of the machine are said where every one of them is listened on, unless others are advertised', async () => {
  const said = 'DBG Get non local IPs for "0.0.0.0"'
  const any = { host: '0.0.0.0', debug: true }
  const lines = await start_lines(any)
  assert.is(lines.indexOf(said), 1)
  const ips = lines.slice(2, lines.indexOf(READY))
  assert.ok(ips.every((line) => line.startsWith('DBG   ip=')), ips.join('\n'))
  assert.not((await start_lines({ ...any, client_advertise: 'h:1' })).includes(said))
  assert.not((await start_lines({ debug: true })).some((line) => line.includes('non local')))
})

/** What is said of the client in the log, without who it is. */
const said_of = ({ log }: TestServer): string[] =>
  log.flatMap((line) => /^(TRC|DBG) \S+ - cid:\d+ - (?:".*?" - )?(.*)$/.exec(line)?.[2] ?? [])

const MESSAGE = 'NATS/1.0\r\nA: b\r\n\r\nhi'

for (const workers of [0, 1]) {
  test(`a conversation is traced as nats-server traces it (workers ${workers})`, async () => {
    const server = await start_server({ workers, debug: true, trace: true })
    const client = await RawClient.connect(server.port, { connect: { verbose: true, headers: true, pass: 'secret' } })
    const at = server.log.length
    await client.send('SUB foo 1\r\nSUB foo q 2\r\nUNSUB 2 1\r\nPUB foo 5\r\nhello\r\n')
    await client.expect(/hello\r\n[^]*hello\r\n/)
    await client.send(`PUB foo re 0\r\n\r\nHPUB foo 18 20\r\n${MESSAGE}\r\nUNSUB 1\r\nSUB bad..one 3\r\nBOGUS\r\n`)
    await server.wait_log(/Client connection closed/)
    assert.match(said_of(server)[1], '"pass":"[REDACTED]"')
    const payload = 'MSG_PAYLOAD: ["NATS/1.0\\r\\nA: b\\r\\n\\r\\nhi"]'
    assert.equal(said_of({ ...server, log: server.log.slice(at) }).filter((line) => !/P[IO]NG/.test(line)), [
      ...['<<- [SUB foo 1]', '->> [OK]', '<<- [SUB foo q 2]', '->> [OK]', '<<- [UNSUB 2 1]', '->> [OK]'],
      ...['<<- [PUB foo 5]', '<<- MSG_PAYLOAD: ["hello"]', '->> [OK]'],
      ...['->> [MSG foo 1 5]', '->> MSG_PAYLOAD: ["hello"]', '->> [MSG foo 2 5]', '->> MSG_PAYLOAD: ["hello"]'],
      ...["Auto-unsubscribe limit of 1 reached for sid '2'", '<-> [DELSUB 2]'],
      ...['<<- [PUB foo re 0]', '->> [OK]', '->> [MSG foo 1 re 0]'],
      ...['<<- [HPUB foo 18 20]', `<<- ${payload}`, '->> [OK]', '->> [HMSG foo 1 18 20]', `->> ${payload}`],
      ...['<<- [UNSUB 1]', '->> [OK]', '<-> [DELSUB 1]', '<<- [SUB bad..one 3]', '->> [-ERR Invalid Subject]'],
      ...['->> [-ERR Unknown Protocol Operation]', 'Client connection closed: Protocol Violation'],
    ])
  })
}

test('where a message is mapped to stands between its line and its payload', async () => {
  const mappings = [{ source: 'a', destinations: [{ subject: 'b', weight: 100, cluster: '' }] }]
  const server = await start_server({ workers: 0, trace: true, mappings })
  const client = await RawClient.connect(server.port)
  await client.send('SUB b 1\r\nPUB a 2\r\nhi\r\n')
  await client.expect(/MSG b 1 2\r\nhi\r\n/)
  const lines = said_of(server)
  const at = lines.indexOf('<<- [PUB a 2]')
  assert.equal(lines.slice(at, at + 4), [
    ...['<<- [PUB a 2]', '<<- [MAPPING a -> b]', '<<- MSG_PAYLOAD: ["hi"]', '->> [MSG b 1 2]'],
  ])
})

test('the server in its system account is traced with trace_verbose, from a reload on too', async () => {
  const of_system = (log: string[]) => log.filter((line) => line.startsWith('TRC SYSTEM - '))
  const verbose = await start_server({ workers: 1, trace: true, trace_verbose: true })
  await verbose.wait_log(/^TRC SYSTEM - <<- \[SUB \$SYS\.REQ\.SERVER\.PING {2}1\]$/)
  const plain = await start_server({ workers: 1, trace: true })
  const client = await RawClient.connect(plain.port)
  await client.flush()
  assert.equal(of_system(plain.log), [])
})

test('a client sees what is asked for after a reload: headers only', async () => {
  const server = await start_server({ workers: 1 })
  const client = await RawClient.connect(server.port, { connect: { headers: true } })
  const options = { ...server.server.options, trace: true, trace_headers: true }
  await server.server.reload_with({ options, digest: '' })
  await server.wait_log(/^INF Reloaded: trace_headers = true$/)
  await client.flush()
  await client.send(`HPUB foo 18 20\r\n${MESSAGE}\r\nPUB foo 2\r\nhi\r\n`)
  await server.wait_log(/<<- \[PUB foo 2\]/)
  const contents = said_of(server).filter((line) => line.includes('PAYLOAD'))
  assert.equal(contents, ['<<- MSG_PAYLOAD: ["NATS/1.0\\r\\nA: b"]'])
})

test.run()
