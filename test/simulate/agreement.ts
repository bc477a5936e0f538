import { client_url } from './simulated_info.ts'
import type { ClusterSimulation } from './cluster_simulation.ts'

/** Undefined if every two running servers have exactly one route that both know and clients know all; else why not. */
export function disagreement(simulation: ClusterSimulation): string | undefined {
  const running = simulation.servers.filter((server) => server.membership)
  for (const server of running) {
    for (const peer of running) {
      const rids = [...server.registered].filter(([, id]) => id === peer.id).map(([rid]) => rid)
      if (server === peer ? rids.length !== 0 : rids.length !== 1) {
        return `${server.id} has ${rids.length} to ${peer.id}`
      }
      if (server === peer) continue
      const there = server.ends.get(rids[0])?.other
      if (!there || peer.registered.get(there.rid) !== server.id) return `${server.id} and ${peer.id} differ`
    }
    if (server.registered.size !== running.length - 1) return `${server.id} has routes to the dead`
    const urls = running.filter((peer) => peer !== server).map(client_url).sort()
    const told = server.urls === null ? [] : server.urls.slice(1).sort()
    if (told.join() !== urls.join()) return `${server.id} tells clients ${told}, there are ${urls}`
    if (server.urls !== null && server.urls[0] !== client_url(server)) return `${server.id} is not first in its list`
    if (server.membership!.cluster.name !== running[0].membership!.cluster.name) return 'names differ'
  }
  return undefined
}
