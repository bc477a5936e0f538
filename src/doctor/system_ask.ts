// Monitoring as messages: who is in the system account asks all servers at once, those too that can not be dialled from here.
import type { Clock } from '../base/clock.ts'
import { as_dial_error, type LineChannel } from './channel.ts'
import { new_sight } from './dial.ts'
import type { DialFact } from './facts.ts'
import { monitor_said, server_of, told_targets } from './monitor_said.ts'
import { object_of, read_object, text_of } from './server_said.ts'
import type { Target } from './target.ts'

type Fields = Record<string, unknown>

/** Behind the last answer: how many there are nobody knows. */
const QUIET_MS = 300
const PAYLOAD_BYTES_MAX = 512 * 1024
const QUESTIONS = ['VARZ', 'ROUTEZ', 'HEALTHZ'] as const

interface Answer {
  varz?: Fields
  routez?: Fields
  healthz?: Fields
  /** Of VARZ, by our clock. */
  took_ms: number
}

export interface SystemSight {
  readonly facts: readonly DialFact[]
  readonly targets: readonly Target[]
}

/** Empty if this connection is in another account, which the server says at once. */
export async function ask_system(
  channel: LineChannel,
  word: string,
  clock: Clock,
  timeout_ms: number,
): Promise<SystemSight> {
  const began_ms = clock.now_ms()
  const wall_ms = clock.wall_ms()
  const answers = new Map<string, Answer>()
  const inbox = `_INBOX.${word}`
  const ends_ms = began_ms + timeout_ms
  channel.extend(ends_ms)
  channel.write(`SUB ${inbox}.* 2\r\n`)
  for (const name of QUESTIONS) channel.write(`PUB $SYS.REQ.SERVER.PING.${name} ${inbox}.${name} 0\r\n\r\n`)
  try {
    while (await take(channel, inbox, answers, () => clock.now_ms() - began_ms)) {
      if (answers.size > 0) channel.extend(Math.min(ends_ms, clock.now_ms() + QUIET_MS))
    }
  } catch (error) {
    if (as_dial_error(error).trouble !== 'silent') return { facts: [], targets: [] }
  }
  channel.extend(clock.now_ms() + timeout_ms)
  channel.write('UNSUB 2\r\n')
  return system_sight(answers, wall_ms)
}

/** False: nobody is there to answer, or it may not be asked. */
async function take(
  channel: LineChannel,
  inbox: string,
  answers: Map<string, Answer>,
  passed_ms: () => number,
): Promise<boolean> {
  const line = await channel.line()
  if (line === 'PING') channel.write('PONG\r\n')
  if (line.startsWith('-ERR') || line.startsWith('HMSG')) return false
  const head = /^MSG (\S+) 2 +(?:\S+ +)?(\d{1,7})$/.exec(line)
  if (head === null || !head[1].startsWith(`${inbox}.`)) return true
  if (Number(head[2]) > PAYLOAD_BYTES_MAX) return false
  const body = read_object(Buffer.from(await channel.bytes(Number(head[2]))).toString('utf8'))
  const id = text_of(object_of(body?.server)?.id), data = object_of(body?.data)
  if (id === '' || data === null) return true
  const answer: Answer = answers.get(id) ?? { took_ms: 0 }
  const name = head[1].slice(inbox.length + 1)
  if (name === 'VARZ') {
    answer.varz = data
    answer.took_ms = passed_ms()
  } else if (name === 'ROUTEZ') answer.routez = data
  else answer.healthz = data
  answers.set(id, answer)
  return true
}

function system_sight(answers: ReadonlyMap<string, Answer>, wall_ms: number): SystemSight {
  const facts: DialFact[] = []
  const targets: Target[] = []
  for (const { varz, routez = null, healthz, took_ms } of answers.values()) {
    const server = varz === undefined ? null : server_of(varz)
    if (varz === undefined || server === null) continue
    const health = text_of(healthz?.status) === 'ok' ? '' : text_of(healthz?.error) || text_of(healthz?.status)
    const target: Target = {
      ...{ door: 'system', host: server.name, port: 0, tls: false, told_by: 'the system account', is_guess: false },
    }
    const asked = { health, asked_ms: wall_ms + took_ms / 2, slack_ms: took_ms / 2 }
    // It listens where it listens: nothing is said of who can come to its monitoring.
    const monitor = { ...monitor_said(varz, routez, asked), listens_on: '' }
    facts.push({ ...new_sight(target), server, monitor })
    targets.push(...told_targets(null, varz, routez))
  }
  return { facts, targets }
}
