// With what we log in at peers that only gossip told us of (route.md 1.8): as the one cluster user that all members have.
import { is_bcrypt } from '../auth/bcrypt.ts'
import type { RouteUrl } from './route_url.ts'

export interface Credentials {
  readonly user: string
  readonly password: string
}

/**
 * Undefined: there are none to give. A hash tells no password, and saying the hash itself, as nats-server does, is of no use;
 * but whoever was given a hash mostly has a route with the password of the same user.
 */
export function own_credentials(
  { user = '', password = '' }: { readonly user?: string; readonly password?: string },
  routes: readonly Pick<RouteUrl, 'user' | 'password'>[],
): Credentials | undefined {
  if (user === '') return undefined
  if (!is_bcrypt(password)) return { user, password }
  const known = routes.find((route) => route.user === user && route.password !== undefined)?.password
  return known === undefined ? undefined : { user, password: known }
}

/** What is wrong with it, for the log at start; null: nothing. */
export function credentials_warning(
  authorization: { readonly user?: string; readonly password?: string },
  routes: readonly Pick<RouteUrl, 'user' | 'password'>[],
): string | null {
  if (!authorization.user || own_credentials(authorization, routes) !== undefined) return null
  return 'The cluster password is a bcrypt hash and no route in the configuration has the password of the same user: ' +
    'servers known by gossip only can not be dialled'
}
