// How a client is presented in events, and to the services of other accounts (reference client.md 7.1).
import type { Requester } from './requester.ts'

const NANOS_PER_US = 1000

/** Its members but the server's name. `user`: as it came in, or wanted to. */
export function client_object(requester: Requester, account: string, user: string): object {
  const { connection, session: { identity, name, lang, version }, keepalive: { rtt_us }, door } = requester
  const claims = identity?.claims
  return {
    start: new Date(connection.start_ms).toISOString(),
    host: connection.ip,
    id: connection.cid,
    acc: account,
    ...(user !== '' && { user }),
    ...(name !== '' && { name }),
    ...(lang !== '' && { lang }),
    ...(version !== '' && { ver: version }),
    ...(rtt_us !== undefined && { rtt: rtt_us * NANOS_PER_US }),
    ...(claims && {
      jwt: claims.jwt,
      issuer_key: claims.issuer_key,
      ...(claims.account_name && { name_tag: claims.account_name }),
      ...(claims.tags.length > 0 && { tags: claims.tags }),
    }),
    kind: 'Client',
    client_type: door === 'websockets' ? 'websocket' : 'nats',
  }
}
