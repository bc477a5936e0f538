// The answer to `$SYS.REQ.USER.INFO`: who the one that asks is, and what it may do (reference client.md 7.3).
import type { Identity } from '../auth/identity.ts'

const NANOS_PER_MS = 1e6

/** `data` of the answer. */
export function user_info(identity: Identity | null, account: string, wall_ms: number): object {
  const { user = '', permissions, expires_ms, claims } = identity ?? {}
  return {
    user,
    account,
    account_name: claims?.account_name || account,
    ...(claims?.name && { user_name: claims.name }),
    ...(permissions && {
      permissions: {
        publish: permissions.publish ?? {},
        subscribe: permissions.subscribe ?? {},
        ...(permissions.responses &&
          { responses: { max: permissions.responses.max, ttl: permissions.responses.expires_ms * NANOS_PER_MS } }),
      },
    }),
    ...(expires_ms !== undefined && { expires: Math.round((expires_ms - wall_ms) * NANOS_PER_MS) }),
  }
}
