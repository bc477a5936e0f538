// One address is dialled, and what was seen there becomes a fact. Nothing that the other side does can keep it longer than its time.
import type { Clock } from '../base/clock.ts'
import { addresses_of, as_dial_error, Channel, DialError, in_time, TlsDialError, type TlsTrust } from './channel.ts'
import type { Credentials } from './credentials.ts'
import type { DialFact, TlsFact } from './facts.ts'
import type { Target } from './target.ts'

/** What every dial has at hand. */
export interface DialTools {
  readonly clock: Clock
  readonly timeout_ms: number
  readonly trust: TlsTrust
  readonly credentials: Credentials
}

/** What is found out while one address is dialled; what it has at the end, or when something goes wrong, is the fact. */
export type Sight = { -readonly [Key in keyof DialFact]: DialFact[Key] }

export function new_sight(target: Target): Sight {
  return {
    ...{ target, told_by: [target.told_by], trouble: null, why: '', ips: [], server: null, tls: null },
    ...{ login: 'none', login_why: '', rtt_ms: null, monitor: null },
  }
}

/** Runs `look` and notes in the sight what keeps it from its end. */
export async function note_trouble(sight: Sight, look: () => Promise<void>): Promise<void> {
  try {
    await look()
  } catch (error) {
    const { trouble, message } = as_dial_error(error)
    sight.trouble = trouble
    sight.why = message
    if (error instanceof TlsDialError) sight.tls = error.fact
  }
}

/** A connection to the first of the target's addresses that takes one. */
export async function open_channel(sight: Sight, { clock, timeout_ms }: DialTools): Promise<Channel> {
  const { host, port } = sight.target
  const ends_ms = clock.now_ms() + timeout_ms
  sight.ips = await addresses_of(host, (answer) => in_time(answer, clock, timeout_ms))
  let last: unknown = new DialError('unknown_host', 'no such host')
  for (const [index, ip] of sight.ips.entries()) {
    const share_ms = (ends_ms - clock.now_ms()) / (sight.ips.length - index)
    try {
      const channel = await Channel.open(ip, port, clock, clock.now_ms() + share_ms)
      channel.extend(ends_ms)
      return channel
    } catch (error) {
      last = error
    }
  }
  throw last
}

/** Servers close what has not begun with a handshake after two seconds. */
const SILENCE_MS_MAX = 1_000

/** The first line of one that speaks first. One that is silent may wait for a handshake, for which half of the time is left. */
export async function first_line(sight: Sight, channel: Channel, tools: DialTools): Promise<string> {
  // To clients INFO comes before the handshake, unless the server is told otherwise.
  if (!sight.target.tls || sight.target.door === 'client') {
    const now_ms = tools.clock.now_ms(), left_ms = channel.time_left_ms
    channel.extend(now_ms + Math.min(SILENCE_MS_MAX, left_ms / 2))
    try {
      return await channel.line()
    } catch (error) {
      if (as_dial_error(error).trouble !== 'silent') throw error
    } finally {
      channel.extend(now_ms + left_ms)
    }
    try {
      sight.tls = await channel.secure(sight.target.host, tools.trust)
    } catch {
      throw new DialError('silent', 'it takes the connection and says nothing')
    }
  } else sight.tls = await channel.secure(sight.target.host, tools.trust)
  return await channel.line()
}

/** Whether the other side is who it should be, so that it may be told a secret. */
export const is_trusted = (tls: TlsFact | null): boolean => tls === null || tls.fault === null
