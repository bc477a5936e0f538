// Proxies that clients come by: one signs the nonce that its client was told, and CONNECT carries the signature as `proxy_sig`.
import type { ConnectFields } from '../wire/connect.ts'
import { is_signed_by_anybody } from './nkey.ts'

/** The key of the proxy that a client has come by; '': of none that would matter, null: of one that is not trusted. */
export function proxy_of(trusted: readonly string[], { proxy_sig = '' }: ConnectFields, nonce: string): string | null {
  if (proxy_sig === '' || trusted.length === 0) return ''
  return trusted.find((key) => is_signed_by_anybody(key, nonce, proxy_sig)) ?? null
}
