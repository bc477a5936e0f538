// The doors for clients, plain and WebSocket: INFO, the handshake that it asks for, the login, and a round trip.
import { ONEHOP_VERSION } from '../base/version.ts'
import { type Channel, DialError, type LineChannel } from './channel.ts'
import { connect_fields, has_credentials } from './credentials.ts'
import { type DialTools, first_line, is_trusted, new_sight, note_trouble, open_channel, type Sight } from './dial.ts'
import type { DialFact } from './facts.ts'
import { read_info } from './server_said.ts'
import type { Target } from './target.ts'
import { open_websocket } from './ws_channel.ts'

export interface ClientSight {
  readonly fact: DialFact
  /** Logged in and still open, for who wants to say more; else null. */
  readonly channel: LineChannel | null
}

/** The lines that may come before an answer, such as further INFOs. */
const OTHER_LINES_MAX = 64

export async function dial_client(target: Target, tools: DialTools): Promise<ClientSight> {
  const sight = new_sight(target)
  let opened: Channel | null = null
  let lines: LineChannel | null = null
  await note_trouble(sight, async () => {
    opened = await open_channel(sight, tools)
    lines = target.door === 'websocket' ? await websocket_of(sight, opened, tools) : opened
    const first = target.door === 'websocket' ? await lines.line() : await first_line(sight, opened, tools)
    const info = read_info(first)
    if (info === null) throw new DialError('garbage', `it is no server of NATS: ${JSON.stringify(first.slice(0, 60))}`)
    if (info.fields.client_id === undefined) throw new DialError('garbage', 'it is a port for other servers')
    sight.server = info.server
    const wants_tls = info.server.needs_tls || target.tls && info.fields.tls_available === true
    if (target.door === 'client' && sight.tls === null && wants_tls) {
      sight.tls = await opened.secure(target.host, tools.trust)
    }
    await log_in(sight, lines, String(info.fields.nonce ?? ''), tools)
  })
  const channel = sight.login === 'accepted' && sight.trouble === null ? lines : null
  if (channel === null) end_of(opened)
  return { fact: sight, channel }
}

const end_of = (channel: Channel | null): void => channel?.end()

async function websocket_of(sight: Sight, channel: Channel, tools: DialTools): Promise<LineChannel> {
  if (sight.target.tls) sight.tls = await channel.secure(sight.target.host, tools.trust)
  return await open_websocket(channel, sight.target)
}

/** No secret goes to one whose certificate is not good, or in plain text where TLS was asked for. */
async function log_in(sight: Sight, lines: LineChannel, nonce: string, tools: DialTools): Promise<void> {
  const { credentials, clock } = tools
  const is_safe = is_trusted(sight.tls) && (sight.tls !== null || !sight.target.tls)
  if (has_credentials(credentials) && !is_safe) return void (sight.login = 'withheld')
  const fields = {
    ...{ verbose: false, pedantic: false, tls_required: sight.tls !== null, name: 'onehop doctor', lang: 'onehop' },
    ...{ version: ONEHOP_VERSION, protocol: 1, headers: true, no_responders: true },
    ...connect_fields(credentials, nonce),
  }
  lines.write(`CONNECT ${JSON.stringify(fields)}\r\nPING\r\n`)
  const refusal = await pong(sight, lines)
  sight.login = refusal === null ? 'accepted' : 'refused'
  sight.login_why = refusal ?? ''
  if (refusal !== null) return
  const began_ms = clock.now_ms()
  lines.write('PING\r\n')
  await pong(sight, lines)
  sight.rtt_ms = clock.now_ms() - began_ms
}

/** Reads up to PONG; returns what it says instead. */
async function pong(sight: Sight, lines: LineChannel): Promise<string | null> {
  for (let i = 0; i < OTHER_LINES_MAX; i++) {
    const line = await lines.line()
    if (line === 'PONG') return null
    if (line === 'PING') lines.write('PONG\r\n')
    const error = /^-ERR\s*'?([^']*)/.exec(line)
    if (error !== null) return error[1].slice(0, 200)
    const info = read_info(line)
    if (info !== null && sight.server !== null) {
      sight.server = { ...sight.server, is_lame_duck: info.server.is_lame_duck }
    }
  }
  throw new DialError('garbage', 'it does not answer a PING')
}
