// The routes of the configuration: dialled at the start, and again for ever; and what a change of them means.
import { CloseReason } from '../base/errors.ts'
import type { DialPlan } from './dial_plan.ts'
import type { Link } from './route_link.ts'
import { is_service_name, type RouteUrl, same_route_url } from './route_url.ts'

/** What this needs of the membership. */
export interface ConfiguredRoutesContext {
  readonly dials: DialPlan
  links(): Iterable<Link>
  close(link: Link, reason: CloseReason): void
}

export class ConfiguredRoutes {
  #routes: readonly RouteUrl[]
  readonly #context: ConfiguredRoutesContext

  constructor(routes: readonly RouteUrl[], context: ConfiguredRoutesContext) {
    this.#routes = routes
    this.#context = context
  }

  get list(): readonly RouteUrl[] {
    return this.#routes
  }

  start(): void {
    for (const url of this.#routes) this.#dial(url)
  }

  /** The configuration was loaded again. */
  change(routes: readonly RouteUrl[]): void {
    const { dials, links, close } = this.#context
    const before = this.#routes
    const is_listed = (url: RouteUrl, list: readonly RouteUrl[]) => list.some((entry) => same_route_url(entry, url))
    this.#routes = routes
    dials.prune((job) => !job.explicit || is_listed(job.url, routes))
    for (const link of links()) {
      if (!link.explicit) continue
      const listed = link.urls.filter((url) => is_listed(url, routes))
      if (listed.length > 0) {
        link.urls = listed
        continue
      }
      link.redial = false
      if (link.state !== 'closing') close(link, CloseReason.route_removed)
    }
    for (const url of routes) if (!is_listed(url, before)) this.#dial(url)
  }

  /** A service stands for servers, and is none itself: seed_names.ts finds them. */
  #dial(url: RouteUrl): void {
    if (is_service_name(url.host)) return
    this.#context.dials.start({ url, explicit: true, first: true, expected_id: undefined }, 0)
  }
}
