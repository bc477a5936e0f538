// The door for other servers: its INFO is read, and nothing is said. Whoever does not say CONNECT is no peer.
import { DialError } from './channel.ts'
import { as_dial_error, type Channel } from './channel.ts'
import { type DialTools, first_line, new_sight, note_trouble, open_channel } from './dial.ts'
import type { DialFact } from './facts.ts'
import { read_info } from './server_said.ts'
import type { Target } from './target.ts'

export async function dial_route(target: Target, tools: DialTools): Promise<DialFact> {
  const sight = new_sight(target)
  let opened: Channel | null = null
  await note_trouble(sight, async () => {
    opened = await open_channel(sight, tools)
    let line: string
    try {
      line = await first_line(sight, opened, tools)
    } catch (error) {
      // With TLS it wants to see a certificate of ours before it says a word: that it was there is all that can be known.
      if (sight.tls !== null && ['closed', 'tls'].includes(as_dial_error(error).trouble)) return
      throw error
    }
    const info = read_info(line)
    if (info === null) throw new DialError('garbage', `it is no server of NATS: ${JSON.stringify(line.slice(0, 60))}`)
    if (info.fields.client_id !== undefined) throw new DialError('garbage', 'it is a port for clients')
    sight.server = info.server
  })
  end_of(opened)
  return sight
}

const end_of = (channel: Channel | null): void => channel?.end()
