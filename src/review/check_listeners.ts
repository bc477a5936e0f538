// Whether everything that is to be listened on can be: no two on one port, addresses of this machine, ports that are free.
import { readFileSync } from 'node:fs'
import { system_error_code, system_error_text } from '../base/system_error.ts'
import { format_address, is_any_host } from '../net/address.ts'
import type { Finding } from './finding.ts'
import { type Judged, type Machine, type PortOwner, top_place } from './judged.ts'
import { type Listener, listeners_of } from './listeners.ts'

interface Resolved extends Listener {
  readonly address: string
}

export async function check_listeners(judged: Judged): Promise<Finding[]> {
  const findings: Finding[] = []
  const open: Resolved[] = []
  for (const listener of listeners_of(judged)) {
    const resolved = await resolve(listener, judged.machine)
    if ('severity' in resolved) findings.push(resolved)
    else {
      const other = open.find((each) => clash(each, resolved))
      const finding = other === undefined ? await try_port(resolved, judged) : clash_finding(other, resolved)
      if (finding !== null) findings.push(finding)
      open.push(resolved)
    }
  }
  return findings
}

async function resolve(listener: Listener, machine: Machine): Promise<Resolved | Finding> {
  const { host, host_place: place, purpose } = listener
  if (host === '') return { ...listener, address: '0.0.0.0' }
  try {
    return { ...listener, address: (await machine.resolve(host))[0] }
  } catch (error) {
    const what = `the host ${JSON.stringify(host)} to listen on for ${purpose} is not known: ${
      system_error_text(error)
    }`
    return { severity: 'error', place, what, advice: 'correct the name, or give an address of this machine' }
  }
}

function clash(a: Resolved, b: Resolved): boolean {
  return a.port !== 0 && a.port === b.port &&
    (a.address === b.address || [a, b].some((each) => is_any_host(each.address)))
}

function clash_finding(first: Resolved, second: Resolved): Finding {
  return {
    severity: 'error',
    place: second.port_place,
    what: `port ${second.port} for ${second.purpose} is that for ${first.purpose} already (${first.port_place})`,
    advice: 'give each of them a port of its own',
  }
}

async function try_port(listener: Resolved, { options, machine, ...rest }: Judged): Promise<Finding | null> {
  const { address, port, purpose, host, host_place, port_place } = listener
  try {
    await machine.listen(address, port)
    return null
  } catch (error) {
    const code = system_error_code(error)
    // Deno says that such an address is invalid.
    if (code === 'EADDRNOTAVAIL' || code === 'EINVAL' && !machine.addresses.includes(address)) {
      return {
        severity: 'error',
        place: host_place,
        what: `${host} to listen on for ${purpose} is no address of this machine`,
        advice: `it has ${machine.addresses.join(', ')}; 0.0.0.0 is all of them`,
      }
    }
    if (code === 'EADDRINUSE') return in_use(listener, machine.port_owner(port), { options, machine, ...rest })
    return {
      severity: 'error',
      place: port_place,
      what: `${format_address(address, port)} for ${purpose} can not be listened on: ${system_error_text(error)}`,
      advice: code === 'EACCES' ? 'take a port above 1023, or allow it to this user' : 'choose another address or port',
    }
  }
}

/** By a server that this configuration has started before, or by a stranger. */
function in_use(listener: Resolved, owner: PortOwner | null, judged: Judged): Finding {
  const { address, port, purpose, port_place: place } = listener
  const who = owner === null ? 'another process' : `process ${owner.pid} (${owner.name})`
  const what = `${format_address(address, port)} for ${purpose} is in use by ${who}`
  if (owner === null || own_pid(judged.options.pid_file) !== owner.pid) {
    const advice = owner === null
      ? 'stop it (ss -ltnp names it), or choose another port'
      : 'stop it, or choose another port'
    return { severity: 'error', place, what, advice }
  }
  const advice = 'that server has to end before another one starts; for a reload it is as it should be'
  return {
    severity: 'note',
    place,
    what: `${what}, which the pid file names (${top_place(judged, 'pid_file')})`,
    advice,
  }
}

/** Of the server that has written it; null: there is none. */
function own_pid(pid_file: string): number | null {
  if (pid_file === '') return null
  try {
    return Number(readFileSync(pid_file, 'utf8').trim())
  } catch {
    return null
  }
}
