// The door for monitoring: /varz, /routez, /healthz with the mesh, and /meshz where there is one.
import { type Channel, DialError } from './channel.ts'
import { has_credentials } from './credentials.ts'
import { type DialTools, is_trusted, new_sight, note_trouble, open_channel, type Sight } from './dial.ts'
import type { DialFact } from './facts.ts'
import { monitor_said, server_of, told_targets } from './monitor_said.ts'
import { objects_of, read_object, text_of } from './server_said.ts'
import { address_of, type Target } from './target.ts'

type Fields = Record<string, unknown>

export interface MonitorSight {
  readonly fact: DialFact
  /** Addresses that it has told of. */
  readonly targets: readonly Target[]
}

export async function dial_monitor(target: Target, tools: DialTools): Promise<MonitorSight> {
  const sight = new_sight(target)
  const targets: Target[] = []
  await note_trouble(sight, async () => {
    const began_ms = tools.clock.now_ms()
    const varz = await ask(sight, '/varz', tools)
    const took_ms = tools.clock.now_ms() - began_ms
    const asked_ms = tools.clock.wall_ms() - took_ms / 2
    if (varz === null) return
    const is_own_kind = text_of(varz.go).startsWith('onehop/')
    const [routez, healthz, meshz] = await Promise.all([
      optional(ask(new_sight(target), '/routez', tools)),
      ask_health(target, tools),
      is_own_kind ? optional(ask(new_sight(target), '/meshz', tools)) : null,
    ])
    sight.server = server_of(varz)
    if (sight.server === null) throw new DialError('garbage', '/varz does not say which server it is')
    sight.monitor = monitor_said(varz, routez, {
      health: healthz || silent_workers(meshz),
      asked_ms,
      slack_ms: took_ms / 2,
    })
    targets.push(...told_targets(target.host, varz, routez))
  })
  return { fact: sight, targets }
}

const optional = <T>(answer: Promise<T>): Promise<T | null> => answer.catch(() => null)

interface HttpAnswer {
  readonly status: number
  readonly body: string
}

/** Null: it wants to know who asks. */
async function ask(sight: Sight, path: string, tools: DialTools): Promise<Fields | null> {
  const { status, body } = await request(sight, path, tools)
  if (status === 401 || status === 403) {
    sight.login = 'refused'
    sight.login_why = `status ${status}`
    return null
  }
  const fields = status === 200 ? read_object(body) : null
  if (fields === null) throw new DialError('garbage', `${path} is answered with status ${status}`)
  return fields
}

/** '' : all is well. */
async function ask_health(target: Target, tools: DialTools): Promise<string> {
  try {
    const { status, body } = await request(new_sight(target), '/healthz?mesh=1', tools)
    if (status === 200) return ''
    const fields = read_object(body)
    return text_of(fields?.error) || text_of(fields?.status) || `status ${status}`
  } catch (error) {
    return `no answer: ${(error as Error).message}`
  }
}

function silent_workers(meshz: Fields | null): string {
  const silent = objects_of(meshz?.workers).filter(({ answers }) => answers === false).map(({ thread }) =>
    String(thread)
  )
  return silent.length === 0 ? '' : `threads that do not answer: ${silent.join(', ')}`
}

/** HTTP/1.0: the answer ends with the connection, and nothing has to be put together. */
async function request(sight: Sight, path: string, tools: DialTools): Promise<HttpAnswer> {
  const channel = await open_channel(sight, tools)
  try {
    if (sight.target.tls) sight.tls = await channel.secure(sight.target.host, tools.trust)
    channel.write(
      `GET ${path} HTTP/1.0\r\nHost: ${address_of(sight.target)}\r\n${
        authorization(sight, tools)
      }Accept: application/json\r\n` +
        'Connection: close\r\n\r\n',
    )
    return await read_answer(channel)
  } finally {
    channel.end()
  }
}

function authorization({ tls }: Sight, { credentials }: DialTools): string {
  if (!has_credentials(credentials) || credentials.user === '' || !is_trusted(tls)) return ''
  const text = `${credentials.user}:${credentials.password}`
  return `Authorization: Basic ${Buffer.from(text).toString('base64')}\r\n`
}

const HEAD_LINES_MAX = 100

async function read_answer(channel: Channel): Promise<HttpAnswer> {
  const first = await channel.line()
  const status = Number(/^HTTP\/1\.[01] (\d{3})\b/.exec(first)?.[1] ?? NaN)
  if (Number.isNaN(status)) {
    throw new DialError('garbage', `it does not speak HTTP: ${JSON.stringify(first.slice(0, 60))}`)
  }
  let length = -1
  for (let i = 0;; i++) {
    const line = await channel.line()
    if (line === '') break
    if (i === HEAD_LINES_MAX) throw new DialError('garbage', 'a head without an end')
    const said = /^content-length:\s*(\d+)$/i.exec(line)
    if (said !== null) length = Number(said[1])
  }
  const body = length >= 0 ? await channel.bytes(length) : await channel.rest()
  return { status, body: Buffer.from(body).toString('utf8') }
}
