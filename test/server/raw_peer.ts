// A peer that is nothing but a socket: it dials the cluster port and speaks as a 2.9 server does (reference route.md 2).
import type { TestServer } from './embedded.ts'
import { RawClient } from './raw_client.ts'

export interface RawPeer {
  raw: RawClient
  expect(pattern: RegExp, ms?: number): Promise<RegExpExecArray>
}

export interface PeerOptions {
  cluster?: string
  /** How the handshake is written. */
  write?(raw: RawClient, text: string): Promise<void>
}

/** Dials a server as a peer named `id`, and waits until the server has taken it. */
export async function open_peer(
  { cluster_port }: Pick<TestServer, 'cluster_port'>,
  id: string,
  options: PeerOptions = {},
): Promise<RawPeer> {
  const { cluster = 'test', write = (raw, text) => raw.send(text) } = options
  const raw = await RawClient.open(cluster_port)
  const connect = { verbose: false, pedantic: false, echo: true, tls_required: false, name: id, cluster, headers: true }
  const info = {
    server_id: id,
    server_name: id,
    version: '2.9.10',
    proto: 1,
    go: 'go1.19',
    host: '127.0.0.1',
    port: 1,
    headers: true,
    max_payload: 1048576,
    cluster,
    lnoc: true,
  }
  await write(raw, `CONNECT ${JSON.stringify({ ...connect, lnoc: true })}\r\nINFO ${JSON.stringify(info)}\r\n`)
  await raw.flush()
  return { raw, expect: (pattern, ms) => raw.expect(pattern, ms) }
}
