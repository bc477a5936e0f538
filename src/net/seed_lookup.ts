// What name servers say of a seed: the addresses of a host, or the hosts and ports of a service (SRV) with theirs.
import { resolveSrv } from 'node:dns/promises'
import { resolve_host } from './address.ts'

/** One server that a name may stand for. */
export interface SeedTarget {
  /** Whom its certificate is for. */
  readonly name: string
  readonly address: string
  /** 0: the name server says nothing of it. */
  readonly port: number
}

/** The two questions, as node:dns/promises has them. */
export interface NameServer {
  addresses(host: string): Promise<string[]>
  services(name: string): Promise<{ name: string; port: number }[]>
}

export const system_names: NameServer = { addresses: resolve_host, services: resolveSrv }

/**
 * All servers that a name stands for; that of a service begins with `_`. All of a service are wanted, so neither priorities nor
 * weights matter. Rejects as node:dns does; hosts of a service without an address are left out, unless there are no others.
 */
export async function look_up_seeds(name: string, names: NameServer): Promise<SeedTarget[]> {
  if (!name.startsWith('_')) return await targets_of({ name, port: 0 }, names)
  const hosts = await names.services(name)
  const found = await Promise.allSettled(hosts.map((host) => targets_of(host, names)))
  const targets = found.flatMap((result) => result.status === 'fulfilled' ? result.value : [])
  const [failure] = found.filter((result) => result.status === 'rejected')
  if (targets.length === 0 && failure !== undefined) throw failure.reason
  return targets
}

async function targets_of({ name, port }: { name: string; port: number }, names: NameServer): Promise<SeedTarget[]> {
  const addresses = await names.addresses(name)
  return addresses.map((address) => ({ name, address, port }))
}
