// A TLS connection as a transport: to the connection above it is like any other.
import type { TLSSocket } from 'node:tls'
import { read_by_events } from './socket.ts'
import { SocketTransport } from './socket_transport.ts'
import type { Transport } from './transport.ts'

/** Over a socket whose handshake is done (tls_handshake.ts). */
export function tls_transport(socket: TLSSocket): Transport {
  const transport: SocketTransport = new SocketTransport(socket)
  read_by_events(socket, (buffer, length) => transport.events!.bytes(buffer, length))
  // 'data' starts the flow by itself; start() says when.
  socket.pause()
  return transport
}
