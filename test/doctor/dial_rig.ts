// Servers that do what no server should, and what dials take.
import { createServer, type Server, type Socket } from 'node:net'
import { system_clock } from '../../src/base/clock.ts'
import { type Credentials, NO_CREDENTIALS } from '../../src/doctor/credentials.ts'
import type { DialTools } from '../../src/doctor/dial.ts'
import { authority } from '../net/tls_rig.ts'

const listening = new Set<Server>()
const sockets = new Set<Socket>()

/** Listens on a port of loopback and does that with whoever comes. Resolves to the port. */
export async function listen(behave: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    behave(socket)
  })
  listening.add(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as { port: number }).port
}

/** For the end of each test. */
export async function close_listeners(): Promise<void> {
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  const servers = [...listening]
  listening.clear()
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
}

/** A port of loopback where nobody listens. */
export async function free_port(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Says that again and again, as fast as it is taken. */
export function endless(text: string): (socket: Socket) => void {
  return (socket) => {
    const go_on = () => {
      while (!socket.destroyed && socket.write(text)) { /* until it is full */ }
    }
    socket.on('drain', go_on)
    go_on()
  }
}

export function tools(timeout_ms = 5_000, credentials: Partial<Credentials> = {}): DialTools {
  return {
    clock: system_clock(),
    timeout_ms,
    trust: { ca: authority.cert },
    credentials: { ...NO_CREDENTIALS, ...credentials },
  }
}

export const info_line = (more: Record<string, unknown> = {}): string =>
  `INFO ${
    JSON.stringify({ server_id: 'NX', server_name: 'x', version: '2', go: 'go', max_payload: 1, client_id: 1, ...more })
  } \r\n`
