// A connection read by 'data' events as a transport: over TLS, and where somebody had to look at the first bytes.
import type { Socket } from 'node:net'
import { read_by_events } from './socket.ts'
import { SocketTransport } from './socket_transport.ts'
import type { Transport } from './transport.ts'

/** Over a socket that is not read yet; over TLS its handshake is done (tls_handshake.ts). */
export function event_transport(socket: Socket): Transport {
  const transport: SocketTransport = new SocketTransport(socket)
  read_by_events(socket, (buffer, length) => transport.events!.bytes(buffer, length))
  // 'data' starts the flow by itself; start() says when.
  socket.pause()
  return transport
}
