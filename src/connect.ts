// Connections to a server in the same process, without a socket: `onehop/connect`.
import type { ConnectionOptions, NatsConnection } from '@nats-io/nats-core'
import { InProcessTransport } from './embedding/in_process_transport.ts'
import { stream_pair, type StreamPair } from './embedding/streams.ts'
import type { EmbeddedServer } from './embedding/embedded_server.ts'

export type { StreamPair } from './embedding/streams.ts'

/** A new connection to a server in this process, as a pair of streams: NATS protocol goes both ways, INFO comes first. */
export function openStreams(server: Pick<EmbeddedServer, 'openPort'>): StreamPair {
  return stream_pair(server.openPort())
}

/**
 * Connects the official client for JavaScript to a server in this process, without a socket. `options` are the client's own; those
 * that are about addresses and TLS have no meaning here. Needs the package @nats-io/nats-core, from 3.0 on. If the server ends the
 * connection the client comes again, as ever. Rejects as the client's own `connect` does.
 */
export async function connect(
  server: Pick<EmbeddedServer, 'openPort'>,
  options: Omit<ConnectionOptions, 'servers' | 'port' | 'tls'> = {},
): Promise<NatsConnection> {
  const { checkOptions, NatsConnectionImpl, ProtocolHandler, setTransportFactory } = await load_client()
  const connection = new NatsConnectionImpl({ ...options, ignoreClusterUpdates: true })
  const protocol = new ProtocolHandler(connection.options, connection)
  const make = () => new InProcessTransport(() => server.openPort(), (info) => checkOptions(info, connection.options))
  own_transports(protocol, make, () => setTransportFactory({ factory: NO_TRANSPORT }))
  await protocol.dialLoop()
  connection.protocol = protocol
  return connection as unknown as NatsConnection
}

/** Of the client's inside what is used here: the parts that its other transports are made of. */
interface ClientParts {
  NatsConnectionImpl: new (options: object) => { options: object; protocol?: ClientProtocol }
  ProtocolHandler: new (options: object, publisher: object) => ClientProtocol
  checkOptions(info: unknown, options: object): void
  setTransportFactory(maker: { factory: () => unknown }): void
}

interface ClientProtocol {
  dialLoop(): Promise<void>
  prepare(): unknown
}

async function load_client(): Promise<ClientParts> {
  try {
    return await import('@nats-io/nats-core/internal') as unknown as ClientParts
  } catch (error) {
    throw new Error('onehop/connect needs the client: npm install @nats-io/nats-core', { cause: error })
  }
}

const NO_TRANSPORT = () =>
  new InProcessTransport(() => {
    throw new Error('this client has been given no transport')
  }, () => {})

/**
 * Has a client take its transports from us. By itself it takes them from a maker that all clients of the process share, and which
 * others have set, or nobody: theirs are left alone.
 */
function own_transports(protocol: ClientProtocol, make: () => InProcessTransport, set_maker: () => void): void {
  let own: InProcessTransport | undefined
  Object.defineProperty(protocol, 'transport', {
    get: () => own,
    // What the maker has made is not connected, and let go.
    set: () => own = make(),
  })
  const prepare = protocol.prepare.bind(protocol)
  protocol.prepare = () => {
    try {
      return prepare()
    } catch {
      set_maker()
      return prepare()
    }
  }
}
