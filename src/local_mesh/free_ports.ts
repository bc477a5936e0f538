// Whether the ports of a mesh can be listened on, and where they can if not.
import { type MemberPlan, plan_members, port_base_max, PORT_NAMES, type PortName } from './mesh_plan.ts'
import { MeshError } from './mesh_error.ts'

/** Of the machine, as review/machine.ts has it. */
export interface PortMachine {
  /** Listens there for a moment. Rejects if that is not possible. */
  listen(address: string, port: number): Promise<void>
  port_owner(port: number): { readonly pid: number; readonly name: string } | null
}

const PURPOSES: Readonly<Record<PortName, string>> = Object.freeze({
  client: 'clients',
  websocket: 'WebSocket clients',
  monitor: 'monitoring',
  cluster: 'routes',
})
const OTHER_BASES = [14_222, 24_222, 34_222, 44_222]
/** Where anybody may listen already, and nobody else could then. */
const HOSTS = ['0.0.0.0', '127.0.0.1']

/** Rejects with a MeshError that names every port that is taken, and a base that is not. */
export async function check_ports(members: readonly MemberPlan[], machine: PortMachine): Promise<void> {
  const taken = await taken_ports(members, machine)
  if (taken.length === 0) return
  const lines = taken.map(({ name, port, purpose }) => {
    const owner = machine.port_owner(port)
    const whose = owner === null ? '' : ` by process ${owner.pid} (${owner.name})`
    return `port ${port} (${purpose} of ${name}) is in use${whose}`
  })
  const base = await free_base(members.length, machine)
  const cure = base === null ? 'other ports with --port-base PORT' : `other ports: --port-base ${base}`
  throw new MeshError(`${lines.join('\n')}\nfree ${lines.length === 1 ? 'it' : 'them'}, or choose ${cure}`)
}

interface TakenPort {
  readonly name: string
  readonly port: number
  readonly purpose: string
}

async function taken_ports(members: readonly MemberPlan[], machine: PortMachine): Promise<TakenPort[]> {
  const taken: TakenPort[] = []
  for (const { name, ports } of members) {
    for (const purpose of PORT_NAMES) {
      if (await is_free(ports[purpose], machine)) continue
      taken.push({ name, port: ports[purpose], purpose: PURPOSES[purpose] })
    }
  }
  return taken
}

async function is_free(port: number, machine: PortMachine): Promise<boolean> {
  try {
    for (const host of HOSTS) await machine.listen(host, port)
    return true
  } catch {
    return false
  }
}

/** Null: of those that were tried none has all ports free. */
async function free_base(count: number, machine: PortMachine): Promise<number | null> {
  for (const base of OTHER_BASES.filter((each) => each <= port_base_max(count))) {
    if ((await taken_ports(plan_members(count, base), machine)).length === 0) return base
  }
  return null
}
