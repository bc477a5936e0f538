// Which servers a local mesh has: names, ports, and the arguments that each is started with.

/** Nine names of a letter, and nine thousands of ports. */
export const MEMBERS_MAX = 9
export const DEFAULT_PORT_BASE = 4222
const NAMES = 'abcdefghi'
const LOOPBACK = '127.0.0.1'
/** From one member's ports to the next one's. */
const STEP = 1000
const OFFSETS = Object.freeze({ client: 0, websocket: 1, monitor: 2, cluster: 26 })

/** What a port is for, in the order of the numbers. */
export type PortName = keyof typeof OFFSETS
export const PORT_NAMES = Object.freeze(Object.keys(OFFSETS) as PortName[])

export interface MemberPlan {
  readonly name: string
  readonly ports: Readonly<Record<PortName, number>>
}

/** The highest base whose ports all exist. */
export const port_base_max = (count: number): number => 65_535 - OFFSETS.cluster - STEP * (count - 1)

/** The members, the seed first. */
export function plan_members(count: number, port_base: number): MemberPlan[] {
  return Array.from({ length: count }, (_, i) => {
    const port = (name: PortName) => port_base + STEP * i + OFFSETS[name]
    return {
      name: NAMES[i],
      ports: {
        ...{ client: port('client'), websocket: port('websocket') },
        ...{ monitor: port('monitor'), cluster: port('cluster') },
      },
    }
  })
}

export interface MemberArguments {
  readonly member: MemberPlan
  readonly seed: MemberPlan
  readonly config_file: string
  /** Where clients and browsers reach it. Routes stay on the loopback. */
  readonly host: string
  readonly cluster_name: string
  /** Of the server's own flags those that were given. */
  readonly passed: readonly string[]
}

/** What stands behind the program. What makes it a member comes last, so that it counts. */
export function member_arguments(about: MemberArguments): string[] {
  const { member: { name, ports }, seed, config_file, host, cluster_name, passed } = about
  const route = (port: number) => `nats://${LOOPBACK}:${port}`
  return [
    ...['-c', config_file, ...passed, '-n', name, '-a', host, '-p', String(ports.client), '-m', String(ports.monitor)],
    ...['--cluster', route(ports.cluster), '--cluster_name', cluster_name],
    ...(name === seed.name ? [] : ['--routes', route(seed.ports.cluster)]),
  ]
}

/** What a member reads of its environment: a configuration that all of them share can name these. */
export function member_environment({ name, ports }: MemberPlan): Record<string, string> {
  return { ONEHOP_MEMBER: name, ONEHOP_WEBSOCKET_PORT: String(ports.websocket) }
}

/** A member's own file: no flag asks for WebSocket. `shared`: the file that all members have, '' if there is none. */
export function member_configuration(member: MemberPlan, shared: string, host: string, has_websocket: boolean): string {
  const lines = [`# Made by onehop mesh for its server ${member.name}.`]
  if (shared !== '') lines.push(`include ${JSON.stringify(shared)}`)
  const listen = JSON.stringify(`${host}:${member.ports.websocket}`)
  if (!has_websocket) lines.push(`websocket { listen: ${listen}, no_tls: true }`)
  return `${lines.join('\n')}\n`
}

/** Pairs of members, each once, in the order of the names. */
export function pairs_of(members: readonly MemberPlan[]): [a: string, b: string][] {
  return members.flatMap(({ name: a }, i) => members.slice(i + 1).map(({ name: b }): [string, string] => [a, b]))
}
