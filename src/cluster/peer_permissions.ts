// What a peer says later of its permissions (route.md 1.6, 4e): it has to be told of the interest that it lets in now.
import { newly_allowed } from '../auth/subject_filter.ts'
import type { RouteInfo } from '../wire/info.ts'
import type { MembershipAction } from './membership_events.ts'
import type { Link } from './route_link.ts'

/** Keeps the permissions of a later INFO; returns what follows if the peer's export has become another one. */
export function later_permissions(link: Pick<Link, 'rid' | 'info'>, later: RouteInfo): MembershipAction[] {
  if (link.info === null) return []
  const { import: _import, export: before, ...rest } = link.info
  link.info = {
    ...rest,
    ...(later.import && { import: later.import }),
    ...(later.export && { export: later.export }),
  }
  const now = later.export ?? {}
  if (before === undefined || newly_allowed(before, now) === null) return []
  return [{ kind: 'export_changed', rid: link.rid, before, now }]
}
