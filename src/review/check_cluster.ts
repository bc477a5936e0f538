// Whether the cluster will come about: its name, and whom its routes lead to.
import { credentials_warning } from '../cluster/own_credentials.ts'
import { parse_route, type RouteAddress, same_route } from '../config/url.ts'
import { is_any_host } from '../net/address.ts'
import { look_up_seeds } from '../net/seed_lookup.ts'
import type { Finding } from './finding.ts'
import { file_place, type Judged } from './judged.ts'
import { entries_under, flag_place, items_of, place_in } from './place.ts'

export async function check_cluster(judged: Judged): Promise<Finding[]> {
  const { options: { cluster }, sources } = judged
  const block = flag_place(sources, 'cluster')?.text ?? file_place(judged, 'cluster')
  if (cluster.port === 0) {
    if (cluster.routes.length === 0) return []
    const what = 'routes are dialled by nobody: there is no port for other servers'
    return [{
      severity: 'warning',
      place: file_place(judged, 'cluster', 'routes'),
      what,
      advice: 'give the cluster a port',
    }]
  }
  const found: Finding[] = []
  if (cluster.name === '') {
    const what = 'the cluster has no name, so it gets a random one with each start'
    found.push({
      severity: 'warning',
      place: block,
      what,
      advice: 'give all servers of it the same one: cluster { name }',
    })
  }
  const warning = credentials_warning(cluster.authorization, cluster.routes)
  if (warning !== null) {
    const place = file_place(judged, 'cluster', 'authorization')
    found.push({ severity: 'warning', place, what: warning, advice: 'put user and password into one of the routes' })
  }
  const routes = await Promise.all(cluster.routes.map((route) => check_route(route, judged)))
  return [...found, ...routes.filter((finding) => finding !== null)]
}

async function check_route(route: RouteAddress, judged: Judged): Promise<Finding | null> {
  const { machine } = judged
  const place = route_place(route, judged)
  try {
    const names = { addresses: machine.resolve, services: machine.services }
    const targets = await look_up_seeds(route.host, names)
    const all = targets.map(({ address, port }) => ({ address, port: port || route.port }))
    const is_self = await Promise.all(all.map((target) => leads_to_us(target, judged)))
    if (all.length === 0 || is_self.includes(false)) return null
    const what = `the route to ${route.host}:${all[0].port} leads to this server itself`
    const advice = 'it may stay, so that all servers have the same list'
    return { severity: 'note', place, what, advice }
  } catch (error) {
    const what = `the host of the route to ${JSON.stringify(route.host)} is not known: ${(error as Error).message}`
    return {
      severity: 'warning',
      place,
      what,
      advice: 'correct the name; until it is known the route is tried again and again',
    }
  }
}

async function leads_to_us({ address, port }: { address: string; port: number }, judged: Judged): Promise<boolean> {
  const { options: { cluster }, machine } = judged
  if (port !== cluster.port) return false
  if (is_any_host(cluster.host)) return machine.addresses.includes(address) || address.startsWith('127.')
  return await machine.resolve(cluster.host).then((own) => own[0] === address, () => false)
}

function route_place(route: RouteAddress, { sources }: Judged): string {
  const flag = flag_place(sources, 'routes')
  if (flag !== null) return flag.text
  const lists = entries_under(entries_under(sources.file, 'cluster'), 'routes')
  const items = items_of(lists).filter(({ value }) =>
    value.kind === 'string' && same_route(parse_route(value.value), route)
  )
  return place_in(items).text
}
